/**
 * Tells of people who are new in the line: in words at most once a minute, and with a sound if the clerk wants it.
 * Both can be switched; the choice stays in this browser.
 *
 * @typedef {import('../protocol.js').LineFrame} LineFrame
 */

import { announce } from '../announce.js';
import { t } from '../i18n.js';
import { ring } from './bell.js';
import { part } from './dom.js';
import { preference } from './preference.js';

/** L-33: not more often, or the line talks over the work. */
const SAY_EVERY_MS = 60_000;

export class Newcomers {
  #say = preference('say-newcomers', true);
  #ring = preference('ring-newcomers', false);
  /** @type {Set<string> | null} */
  #known = null;
  #saidAt = -Infinity;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #later;
  #waiting = 0;

  constructor() {
    const say = part('say-newcomers', HTMLInputElement);
    const sound = part('ring-newcomers', HTMLInputElement);
    say.checked = this.#say.get();
    sound.checked = this.#ring.get();
    say.addEventListener('change', () => this.#say.set(say.checked));
    sound.addEventListener('change', () => {
      this.#ring.set(sound.checked);
      // So that one hears what to listen for; and the press allows sound later (autoplay rules).
      if (sound.checked) ring();
    });
  }

  /** @param {LineFrame} frame */
  notice({ rows, waiting }) {
    this.#waiting = waiting;
    const mine = rows.filter((row) => row.mine).map((row) => row.ticket);
    const known = this.#known;
    this.#known = new Set(mine);
    // The first line after the page opened is no news.
    if (!known || mine.every((ticket) => known.has(ticket))) return;
    if (this.#ring.get()) ring();
    clearTimeout(this.#later);
    const wait_ms = Math.max(0, this.#saidAt + SAY_EVERY_MS - Date.now());
    this.#later = setTimeout(() => this.#speak(), wait_ms);
  }

  #speak() {
    if (!this.#say.get() || this.#waiting === 0) return;
    this.#saidAt = Date.now();
    announce.status(t('desk.said.newcomer', { count: this.#waiting }), { force: true });
  }
}
