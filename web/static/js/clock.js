/**
 * The server's clock, because the visitor's need not be right: deadlines are counted against this one.
 *
 * @module clock
 */

/** How far the server is ahead of this device, in milliseconds. */
let ahead_ms = 0;

export const clock = {
  /**
   * Takes over the server's time; called with each welcome and beat.
   * @param {string} iso the server's `now`
   */
  set(iso) {
    const at = Date.parse(iso);
    if (!Number.isNaN(at)) ahead_ms = at - Date.now();
  },
};

/**
 * The server's time at this moment.
 * @returns {number} milliseconds since 1970, as `Date.now()`
 */
export function serverNow() {
  return Date.now() + ahead_ms;
}

/**
 * Whole seconds from the server's now until an instant, rounded up, so that a countdown shows 0 only when it is over.
 * @param {string} iso
 * @returns {number} 0 or more
 */
export function secondsUntil(iso) {
  return Math.max(0, Math.ceil((Date.parse(iso) - serverNow()) / 1000));
}
