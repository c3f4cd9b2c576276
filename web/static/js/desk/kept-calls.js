/**
 * The documents of calls that ended a short while ago, for as long as the clerk may fetch them. During the next call they are
 * folded away under it.
 *
 * @typedef {import('../protocol.js').DocumentsView} DocumentsView
 */

import { t } from '../i18n.js';
import { KeptDocuments } from '../parts/documents/kept-documents.js';
import { element, setText } from '../parts/element.js';
import { part } from './dom.js';

export class KeptCalls {
  #root = part('kept', HTMLDetailsElement);
  #list = part('kept-list');
  #count = part('kept-count');
  #onClosed;
  /** Whose call it was, as long as it is known here. @type {Map<string, string>} */
  #numbers = new Map();
  /** @type {Map<string, {section: HTMLElement, documents: KeptDocuments}>} */
  #calls = new Map();

  /** @param {() => void} onClosed where the focus goes when the last card was closed by its button */
  constructor(onClosed) {
    this.#onClosed = onClosed;
  }

  /** Remembers whose call it is. @param {string} call @param {string} number such as `A 027` */
  name(call, number) {
    this.#numbers.set(call, number);
  }

  /** Whether only the line that opens them is shown: they must not take the place of a call. @param {boolean} folded */
  fold(folded) {
    this.#root.open = !folded;
  }

  /** @param {DocumentsView} view */
  show(view) {
    if (!this.#calls.has(view.call)) {
      if (view.phase !== 'kept' || view.documents.every(({ state }) => state !== 'ready')) return;
      this.#add(view.call);
    }
    this.#calls.get(view.call)?.documents.show(view);
    this.#showCount();
  }

  /** @param {string} call */
  #add(call) {
    const number = this.#numbers.get(call);
    const section = element('section', { class: 'card stack tight' });
    const documents = new KeptDocuments(section, 'h3', {
      title: number ? t('documents.kept.of', { number }) : t('documents.kept.heading'),
      onClosed: () => this.#close(call),
    });
    this.#calls.set(call, { section, documents });
    this.#list.prepend(section);
  }

  /** @param {string} call */
  #close(call) {
    this.#calls.get(call)?.section.remove();
    this.#calls.delete(call);
    this.#showCount();
    const next = this.#list.querySelector('section:not([hidden]) [tabindex="-1"]');
    if (next instanceof HTMLElement) next.focus();
    else this.#onClosed();
  }

  #showCount() {
    const count = [...this.#calls.values()].filter(({ section }) => !section.hidden).length;
    this.#root.hidden = count === 0;
    setText(this.#count, String(count));
  }
}
