import { serverNow } from '../clock.js';
import { setText } from '../parts/element.js';

const TICK_MS = 250;

/** Shows how much time is left, in words and as a bar, until it is over or stopped. */
export class Countdown {
  #text;
  #bar;
  #say;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /**
   * @param {HTMLElement} text
   * @param {HTMLProgressElement} bar
   * @param {(left_s: number) => string} say
   */
  constructor(text, bar, say) {
    this.#text = text;
    this.#bar = bar;
    this.#say = say;
  }

  /**
   * @param {string} since
   * @param {string} until
   */
  run(since, until) {
    this.stop();
    const end_ms = Date.parse(until);
    this.#bar.max = Math.max(1, end_ms - Date.parse(since));
    const tick = () => {
      const left_ms = Math.max(0, end_ms - serverNow());
      this.#bar.value = left_ms;
      // Rounded up, so that it shows 0 only when it is over.
      setText(this.#text, this.#say(Math.ceil(left_ms / 1_000)));
    };
    tick();
    this.#timer = setInterval(tick, TICK_MS);
  }

  stop() {
    clearInterval(this.#timer);
  }
}
