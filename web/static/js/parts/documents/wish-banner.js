/**
 * What the clerk asks for, over the citizen's picture: a line that leads to the documents, until it is closed, answered
 * or the documents are looked at. It only shows: `DocumentNews` says the same, once, to those who listen.
 *
 * @typedef {import('../../protocol.js').DocumentRequestView} RequestView
 */

import { t } from '../../i18n.js';
import { element } from '../element.js';
import { icon } from '../icon.js';
import { isolate, setWords } from '../people-words.js';

export class WishBanner {
  /** The line; the owner places it. */
  element;
  #text = element('p');
  /** The wishes that were seen, each with the state it was in: one that is made again is news. @type {Set<string>} */
  #seen = new Set();
  /** @type {string[]} those that are shown */
  #shown = [];

  /** @param {{open: () => void, closed: () => void}} on what the buttons do besides putting the line away */
  constructor({ open, closed }) {
    const leave = (/** @type {() => void} */ then) => () => { this.#put(); then(); };
    this.element = element('div', { class: 'stage-wish', role: 'group', 'aria-label': t('documents.wish.label'), hidden: true },
      icon('doc'), this.#text,
      element('div', { class: 'stage-wish-choices' },
        element('button', { type: 'button', class: 'btn primary', click: leave(open) }, t('documents.wish.open')),
        element('button', { type: 'button', class: 'btn', click: leave(closed) }, t('common.close'))));
  }

  /**
   * @param {RequestView[]} wishes those that wait for an answer
   * @param {boolean} inView whether the documents are before the reader's eyes, with the wishes among them
   */
  show(wishes, inView) {
    const fresh = wishes.filter((wish) => !this.#seen.has(keyOf(wish)));
    this.#shown = fresh.map(keyOf);
    if (inView) return this.#put();
    this.element.hidden = fresh.length === 0;
    if (fresh.length > 0) setWords(this.#text, t('documents.request.card', { name: fresh.map(({ name }) => isolate(name)).join(', ') }));
  }

  #put() {
    for (const key of this.#shown) this.#seen.add(key);
    this.element.hidden = true;
  }
}

/** @param {RequestView} wish */
function keyOf({ request, state }) {
  return `${request} ${state}`;
}
