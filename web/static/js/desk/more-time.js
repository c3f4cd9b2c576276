/**
 * Follows those who asked this clerk for more time than an invitation lasts: the clerk is told that they keep their
 * place, and again when they are ready.
 *
 * @typedef {import('../protocol.js').LineFrame} LineFrame
 * @typedef {import('../protocol.js').LineRow} LineRow
 */

import { formatTime, t } from '../i18n.js';

export class MoreTime {
  #notices;
  /** @type {Map<string, 'asked' | 'ready'>} what was told last, by ticket */
  #told = new Map();

  /** @param {import('./notices.js').Notices} notices */
  constructor(notices) {
    this.#notices = notices;
  }

  /** The invitation of this person is over, and they will come later. @param {LineRow} row */
  ask({ ticket, number, extensions, until }) {
    this.#told.set(ticket, 'asked');
    const time = until === null ? '' : formatTime(until);
    this.#notices.add(about(ticket), 'ok', t('desk.more_time.kept', { number, count: extensions, time }));
  }

  /** Lines that come after {@link ask} know of it. @param {LineFrame} line */
  see({ rows }) {
    for (const [ticket, told] of this.#told) {
      const row = rows.find((other) => other.ticket === ticket);
      if (told === 'asked' && row?.state === 'deferred') continue;
      if (told === 'ready' && row?.state === 'waiting') continue;
      if (told === 'asked' && row?.state === 'waiting') this.#ready(row);
      else this.#forget(ticket);
    }
  }

  /** @param {LineRow} row */
  #ready({ ticket, number }) {
    this.#told.set(ticket, 'ready');
    this.#notices.add(about(ticket), 'ok', t('desk.more_time.ready', { number }));
  }

  /** @param {string} ticket */
  #forget(ticket) {
    this.#told.delete(ticket);
    this.#notices.remove(about(ticket));
  }
}

/** @param {string} ticket */
function about(ticket) {
  return `more-time ${ticket}`;
}
