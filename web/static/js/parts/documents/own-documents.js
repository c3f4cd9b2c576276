/**
 * The documents that this browser sends in one call: offers them over the socket, sends their bytes where the server
 * says, and begins again with those that the server has lost. Shows nothing.
 *
 * Events: `change`.
 *
 * @typedef {import('../../protocol.js').DocumentsView} DocumentsView
 * @typedef {import('../../protocol.js').DocumentCommand} DocumentCommand
 * @typedef {import('./transfer.js').Problem} Problem
 * @typedef {'offered' | 'sending' | 'paused' | 'sent' | 'refused'} OwnState
 * @typedef {object} Own one document of ours
 * @property {string} id as the server knows it from us
 * @property {string} name
 * @property {Blob} blob
 * @property {string | null} request
 * @property {OwnState} state
 * @property {number} sent_bytes
 * @property {string} reason in words, once it was refused
 * @property {boolean} known whether the server has had it
 */

import { t } from '../../i18n.js';
import { ProblemError } from '../../socket.js';
import { newId } from './sizes.js';
import { RefusedError, Transfer, UnreadableError } from './transfer.js';

export class OwnDocuments extends EventTarget {
  #send;
  /** @type {Map<string, Own>} */
  #own = new Map();
  /** @type {Map<string, Transfer>} */
  #transfers = new Map();

  /** @param {(command: DocumentCommand) => Promise<unknown>} send */
  constructor(send) {
    super();
    this.#send = send;
  }

  /** @returns {Own[]} in the order they were chosen */
  get all() {
    return [...this.#own.values()];
  }

  /** Whether something is on its way, which an end of the call would cut off. */
  get isSending() {
    return this.all.some(({ state }) => state === 'offered' || state === 'sending' || state === 'paused');
  }

  /** @param {string} id */
  get(id) {
    return this.#own.get(id);
  }

  /**
   * Begins to send.
   *
   * @param {Blob} blob
   * @param {string} name
   * @param {string | null} request
   */
  add(blob, name, request) {
    /** @type {Own} */
    const own = { id: newId(), name, blob, request, state: 'offered', sent_bytes: 0, reason: '', known: false };
    this.#own.set(own.id, own);
    this.#changed();
    void this.#offer(own);
  }

  /**
   * Shows a document that is refused before anything of it is sent.
   *
   * @param {string} name
   * @param {string} reason in words
   */
  refuse(name, reason) {
    /** @type {Own} */
    const own = { id: newId(), name, blob: new Blob(), request: null, state: 'refused', sent_bytes: 0, reason, known: false };
    this.#own.set(own.id, own);
    this.#changed();
  }

  /** What the server says now: sends what it waits for, and offers again what it has lost. @param {DocumentsView} view */
  follow(view) {
    for (const seen of view.documents) {
      const own = seen.id === null ? undefined : this.#own.get(seen.id);
      if (!own) continue;
      own.known = true;
      if (seen.upload !== null && !this.#transfers.has(own.id)) void this.#transfer(own, seen.upload);
      if (seen.state === 'taken-back') this.forget(own.id);
      else if (seen.state !== 'sending') own.state = seen.state === 'refused' ? 'refused' : 'sent';
    }
    if (view.phase !== 'open') return this.close();
    const there = new Set(view.documents.map(({ id }) => id));
    for (const own of this.#own.values()) {
      // The process that had it is gone, and its documents with it; the file is still here.
      if (own.known && !there.has(own.id) && own.state !== 'refused') this.#beginAgain(own);
    }
  }

  /** Goes on with a document whose file was chosen again after this page was reloaded. @param {string} id @param {File} file @param {string} address */
  goOn(id, file, address) {
    /** @type {Own} */
    const own = { id, name: file.name, blob: file, request: null, state: 'sending', sent_bytes: 0, reason: '', known: true };
    this.#own.set(id, own);
    void this.#transfer(own, address);
  }

  /** Stops sending. @param {string} id */
  stop(id) {
    this.#transfers.get(id)?.stop();
  }

  /** Takes a document off the list. @param {string} id */
  forget(id) {
    this.stop(id);
    this.#transfers.delete(id);
    if (this.#own.delete(id)) this.#changed();
  }

  /** The connection is there again. */
  retry() {
    for (const transfer of this.#transfers.values()) transfer.retry();
  }

  /** The call is over, or shown elsewhere: nothing is sent any more. */
  close() {
    for (const transfer of this.#transfers.values()) transfer.stop();
    this.#transfers.clear();
  }

  /** @param {Own} own */
  async #offer(own) {
    const { id, name, blob, request } = own;
    try {
      await this.#send({ type: 'send-document', id, name, size_bytes: blob.size, request });
    } catch (error) {
      const reason = error instanceof ProblemError ? inWords(error.problem) : t('documents.early.lost');
      this.#refused(own, reason);
    }
  }

  /** @param {Own} own */
  #beginAgain(own) {
    this.stop(own.id);
    this.#transfers.delete(own.id);
    Object.assign(own, { state: 'offered', sent_bytes: 0, known: false });
    this.#changed();
    void this.#offer(own);
  }

  /**
   * @param {Own} own
   * @param {string} address
   */
  async #transfer(own, address) {
    const transfer = new Transfer(address, own.blob);
    this.#transfers.set(own.id, transfer);
    const show = () => {
      own.state = transfer.paused ? 'paused' : 'sending';
      own.sent_bytes = transfer.sent_bytes;
      this.#changed();
    };
    for (const type of ['progress', 'paused', 'going']) transfer.addEventListener(type, show);
    show();
    try {
      await transfer.run();
    } catch (error) {
      if (this.#transfers.get(own.id) !== transfer) return;
      if (error instanceof RefusedError) this.#refused(own, inWords(error.problem));
      else if (error instanceof UnreadableError) this.#refused(own, t('documents.early.unreadable'));
    } finally {
      if (this.#transfers.get(own.id) === transfer) this.#transfers.delete(own.id);
    }
  }

  /**
   * @param {Own} own
   * @param {string} reason
   */
  #refused(own, reason) {
    own.state = 'refused';
    own.reason = reason;
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}

/**
 * @param {Problem} problem
 * @returns {string} what happened and what to do
 */
export function inWords({ title, detail = '' }) {
  return `${title} ${detail}`.trim();
}

/**
 * A refusal that is known by its code only, after this page was reloaded.
 *
 * @param {string} code such as `document-locked`
 */
export function faultInWords(code) {
  return `${t(`problem.${code}.title`)} ${t(`problem.${code}.detail`)}`;
}
