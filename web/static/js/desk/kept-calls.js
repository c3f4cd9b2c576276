/**
 * The documents of calls that ended a short while ago, for as long as the clerk may fetch them.
 *
 * @typedef {import('../protocol.js').DocumentsView} DocumentsView
 */

import { t } from '../i18n.js';
import { KeptDocuments } from '../parts/documents/kept-documents.js';
import { element } from '../parts/element.js';
import { part } from './dom.js';

export class KeptCalls {
  #root = part('kept');
  /** Whose call it was, as long as it is known here. @type {Map<string, string>} */
  #numbers = new Map();
  /** @type {Map<string, KeptDocuments>} */
  #calls = new Map();

  /** Remembers whose call it is. @param {string} call @param {string} number such as `A 027` */
  name(call, number) {
    this.#numbers.set(call, number);
  }

  /** @param {DocumentsView} view */
  show(view) {
    let kept = this.#calls.get(view.call);
    if (!kept) {
      if (view.phase !== 'kept' || view.documents.every(({ state }) => state !== 'ready')) return;
      const number = this.#numbers.get(view.call);
      const section = element('section', { class: 'card stack tight' });
      kept = new KeptDocuments(section, 'h3', { title: number ? t('documents.kept.of', { number }) : t('documents.kept.heading') });
      this.#calls.set(view.call, kept);
      this.#root.prepend(section);
    }
    kept.show(view);
  }
}
