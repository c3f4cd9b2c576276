/**
 * Says what happened to documents to people who use a screen reader (compliance: L-19 to L-21), once for each event.
 * What was there when the page came is no news.
 *
 * @typedef {import('../../protocol.js').DocumentsView} DocumentsView
 * @typedef {import('../../protocol.js').DocumentView} DocumentView
 * @typedef {import('./own-documents.js').Own} Own
 */

import { announce } from '../../announce.js';
import { t } from '../../i18n.js';
import { formatSize } from './sizes.js';

export class DocumentNews {
  #role;
  /** @type {DocumentsView | null} */
  #before = null;
  /** What was said of our own, by id. @type {Map<string, string>} */
  #said = new Map();

  /** @param {'citizen' | 'clerk'} role the reader's */
  constructor(role) {
    this.#role = role;
  }

  /**
   * @param {DocumentsView} view
   * @returns {number} how many documents came from others
   */
  hear(view) {
    const before = this.#before?.call === view.call ? this.#before : null;
    this.#before = view;
    if (!before) return 0;
    if (view.phase === 'deleted') {
      if (before.phase !== 'deleted') announce.status(t('documents.said.deleted'), { force: true });
      return 0;
    }
    this.#hearRequests(before, view);
    return this.#hearDocuments(before, view);
  }

  /** How our own documents get on. @param {Own[]} all */
  follow(all) {
    for (const own of all) {
      const word = wordFor(own);
      if (word === null || this.#said.get(own.id) === word) continue;
      this.#said.set(own.id, word);
      if (word === 'refused') announce.alert(t('documents.said.refused', { name: own.name, reason: own.reason }), { force: true });
      else announce.status(t(`documents.said.${word}`, { name: own.name }), { force: true });
    }
  }

  clear() {
    this.#before = null;
    this.#said.clear();
  }

  /**
   * @param {DocumentsView} before
   * @param {DocumentsView} view
   */
  #hearDocuments(before, view) {
    const known = new Map(before.documents.map((seen) => [seen.document, seen]));
    let news = 0;
    for (const seen of view.documents) {
      const was = known.get(seen.document);
      if (seen.id !== null) this.#hearOwn(was, seen);
      else if (seen.state === 'ready' && was?.state !== 'ready') {
        news += 1;
        announce.status(t(`documents.said.received.${seen.role}`, { name: seen.name ?? '', size: formatSize(seen.size_bytes ?? 0) }));
      }
    }
    return news;
  }

  /**
   * @param {DocumentView | undefined} was
   * @param {DocumentView} seen
   */
  #hearOwn(was, seen) {
    const name = seen.name ?? '';
    if (seen.state === 'taken-back' && was?.state !== 'taken-back') announce.status(t('documents.said.taken_back', { name }), { force: true });
    if (seen.opened && was && !was.opened) announce.status(t('documents.said.opened', { name }));
  }

  /**
   * @param {DocumentsView} before
   * @param {DocumentsView} view
   */
  #hearRequests(before, view) {
    const known = new Map(before.requests.map((request) => [request.request, request.state]));
    for (const { request, name, state } of view.requests) {
      const was = known.get(request);
      if (was === state) continue;
      if (this.#role === 'citizen') {
        if (was === undefined) announce.status(t('documents.said.request', { name }), { force: true });
        else if (state === 'to-correct') announce.status(t('documents.said.to_correct', { name }), { force: true });
      } else if (was === undefined) announce.status(t('documents.said.asked', { name }), { force: true });
      else if (state === 'sent') announce.status(t('documents.said.answered', { name }), { force: true });
    }
  }
}

/** @param {Own} own */
function wordFor({ state, sent_bytes, blob }) {
  if (state === 'refused' || state === 'sent') return state;
  if (state !== 'sending') return null;
  return blob.size > 0 && sent_bytes * 2 >= blob.size ? 'half' : 'sending';
}
