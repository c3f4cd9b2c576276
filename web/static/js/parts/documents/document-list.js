/**
 * The documents of a call as a list. Rows stay where they are while they change, so that nobody loses their place.
 *
 * @typedef {import('../../protocol.js').DocumentsView} DocumentsView
 * @typedef {import('./own-documents.js').Own} Own
 * @typedef {import('./document-row.js').Deeds} Deeds
 * @typedef {import('./document-row.js').Shown} Shown
 */

import { t } from '../../i18n.js';
import { element } from '../element.js';
import { DocumentRow } from './document-row.js';

export class DocumentList {
  element;
  #empty = element('p', { class: 'muted documents-empty' }, t('documents.empty'));
  #list;
  #deeds;
  /** @type {Map<string, DocumentRow>} */
  #rows = new Map();

  /**
   * @param {Deeds} deeds
   * @param {string} labelledby the id of the heading
   */
  constructor(deeds, labelledby) {
    this.#deeds = deeds;
    this.#list = element('ul', { class: 'document-list', 'aria-labelledby': labelledby });
    this.element = element('div', {}, this.#empty, this.#list);
  }

  /**
   * @param {DocumentsView} view
   * @param {Own[]} own
   */
  show(view, own) {
    const shown = merged(view, own);
    const keys = new Set(shown.map(({ key }) => key));
    for (const [key, row] of this.#rows) {
      if (keys.has(key)) continue;
      row.element.remove();
      this.#rows.delete(key);
    }
    for (const one of shown) {
      let row = this.#rows.get(one.key);
      if (!row) {
        row = new DocumentRow(this.#deeds);
        this.#rows.set(one.key, row);
        this.#list.append(row.element);
      }
      row.show(one, { open: view.phase === 'open' });
    }
    this.#empty.hidden = shown.length > 0;
    this.#list.hidden = shown.length === 0;
  }

  clear() {
    this.#rows.clear();
    this.#list.replaceChildren();
  }
}

/**
 * What the server has, joined with what only this browser has.
 *
 * @param {DocumentsView} view
 * @param {Own[]} own
 * @returns {Shown[]}
 */
function merged(view, own) {
  const byId = new Map(own.map((one) => [one.id, one]));
  /** @type {Shown[]} */
  const shown = [];
  for (const seen of view.documents) {
    const mine = seen.id === null ? null : byId.get(seen.id) ?? null;
    if (seen.id !== null) byId.delete(seen.id);
    shown.push({ key: seen.id === null ? seen.document : `own ${seen.id}`, seen, own: mine });
  }
  for (const mine of byId.values()) shown.push({ key: `own ${mine.id}`, seen: null, own: mine });
  return shown;
}
