/**
 * How much may be sent now: 30 characters a second on average over ten seconds, as the server allows (`domain::live_text`).
 *
 * @module pace
 */

const CHARS_PER_S = 30;
const MOST_AT_ONCE = 10 * CHARS_PER_S;

export class Pace {
  #left = MOST_AT_ONCE;
  #at = performance.now();

  /** Characters that may be sent at this moment. */
  get allowed() {
    const now = performance.now();
    this.#left = Math.min(MOST_AT_ONCE, this.#left + ((now - this.#at) / 1_000) * CHARS_PER_S);
    this.#at = now;
    return Math.floor(this.#left);
  }

  /** @param {number} characters */
  take(characters) {
    this.#left -= characters;
  }

  /** How long until so many may be sent, in milliseconds. @param {number} characters */
  wait_ms(characters) {
    return Math.max(0, Math.ceil(((characters - this.allowed) / CHARS_PER_S) * 1_000));
  }
}
