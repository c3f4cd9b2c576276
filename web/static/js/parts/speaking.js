/**
 * Who speaks, from the level of what is received. EN 301 549 6.2.2.4 and 6.5.5 want a visible sign of speech.
 */

const SPEAKING_LEVEL = 0.02;
/** Kept on between words, so that the frame around the picture does not flicker. */
const SPEAKING_HOLD_MS = 800;

export class Speaking {
  /** @type {Map<string, number>} */
  #heardAt = new Map();
  #before = '';

  /**
   * Listens once.
   *
   * @param {Iterable<[string, RTCRtpReceiver | undefined]>} voices member ids with the receiver of their voice
   * @param {number} now_ms
   * @returns {Set<string> | null} who speaks; null if that is the same as before
   */
  listen(voices, now_ms) {
    /** @type {Set<string>} */
    const members = new Set();
    for (const [member, receiver] of voices) {
      const level = receiver?.getSynchronizationSources?.()[0]?.audioLevel ?? 0;
      if (level > SPEAKING_LEVEL) this.#heardAt.set(member, now_ms);
      if (now_ms - (this.#heardAt.get(member) ?? -Infinity) < SPEAKING_HOLD_MS) members.add(member);
    }
    const key = [...members].sort().join(' ');
    if (key === this.#before) return null;
    this.#before = key;
    return members;
  }
}
