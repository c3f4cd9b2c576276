/**
 * What happened and may be read at leisure: each notice stays until it is closed, replaced by one about the same, or no
 * longer true. Then the sentence is taken back from those who listen too.
 *
 * @typedef {'ok' | 'warn' | 'bad'} NoticeKind
 */

import { announce } from '../announce.js';
import { t } from '../i18n.js';
import { element } from '../parts/element.js';
import { icon } from '../parts/icon.js';
import { nodesOf, plain } from '../parts/people-words.js';
import { part } from './dom.js';

/** More than this would push the line out of sight. */
const MAX_NOTICES = 3;

export class Notices {
  #box = part('notices');
  /** @type {Map<string, string>} what was said of each, by what it is about */
  #said = new Map();
  #onClosed;

  /** @param {() => void} onClosed where the focus goes when a notice is closed by its button */
  constructor(onClosed) {
    this.#onClosed = onClosed;
  }

  /**
   * @param {string} about what it is about; a newer notice about the same takes its place
   * @param {NoticeKind} kind
   * @param {string} text
   * @param {string} [detail]
   * @param {{label: string, press: () => void}} [remedy] what can be done about it at once
   */
  add(about, kind, text, detail = '', remedy) {
    this.remove(about);
    const words = element('div', { class: 'notice-words' }, element('p', {}, ...nodesOf(text)));
    if (detail !== '') words.append(element('p', { class: 'small' }, detail));
    const actions = element('div', { class: 'notice-actions' });
    if (remedy) actions.append(element('button', { type: 'button', class: 'btn', click: remedy.press }, remedy.label));
    actions.append(element('button', { type: 'button', class: 'btn quiet', click: () => { this.remove(about); this.#onClosed(); } }, t('common.close')));
    const notice = element('div', { class: `notice ${kind}`, 'data-about': about }, icon(kind === 'ok' ? 'info' : 'alert'), words, actions);
    this.#box.prepend(notice);
    while (this.#box.children.length > MAX_NOTICES) this.#box.lastElementChild?.remove();
    const sentence = plain(detail === '' ? text : `${text} ${detail}`);
    this.#said.set(about, sentence);
    if (kind === 'ok') announce.status(sentence, { force: true });
    else announce.alert(sentence, { force: true });
  }

  /** @param {string} about */
  remove(about) {
    const sentence = this.#said.get(about);
    if (sentence !== undefined) announce.withdraw(sentence);
    this.#said.delete(about);
    const hadFocus = this.#box.contains(document.activeElement);
    for (const notice of this.#box.children) {
      if (notice instanceof HTMLElement && notice.dataset.about === about) notice.remove();
    }
    // It went by itself while somebody was at its button: they go on where a notice that is closed leads.
    if (hadFocus && !this.#box.contains(document.activeElement)) this.#onClosed();
  }
}
