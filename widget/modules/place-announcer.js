import { announce } from '../../js/announce.js';

/** Between two places said by themselves (WCAG 4.1.3: told, not flooded). */
const EVERY_MS = 30_000;
/** From here on each change matters at once. */
const NEAR_PLACE = 2;

/** Says the place to people who use a screen reader: at most once in 30 seconds, always at 2 and 1, never while paused. */
export class PlaceAnnouncer {
  #paused = false;
  #saidAt = -Infinity;
  #sentence = '';
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #later;

  get paused() {
    return this.#paused;
  }

  set paused(paused) {
    this.#paused = paused;
    if (paused) this.#cancel();
  }

  /**
   * The place is another one now.
   *
   * @param {number} place
   * @param {string} sentence
   */
  moved(place, sentence) {
    this.#sentence = sentence;
    if (this.#paused) return;
    const wait_ms = this.#saidAt + EVERY_MS - performance.now();
    if (place <= NEAR_PLACE || wait_ms <= 0) this.#say();
    // Only the newest place is worth saying when the time has come.
    else this.#later ??= setTimeout(() => this.#say(), wait_ms);
  }

  /** The person asked. @param {string} sentence */
  asked(sentence) {
    announce.status(sentence, { force: true });
  }

  /** The queue is left behind. */
  stop() {
    this.#cancel();
    this.#saidAt = -Infinity;
  }

  #say() {
    this.#cancel();
    this.#saidAt = performance.now();
    announce.status(this.#sentence, { force: true });
  }

  #cancel() {
    clearTimeout(this.#later);
    this.#later = undefined;
  }
}
