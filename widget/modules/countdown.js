import { secondsUntil } from '../../js/clock.js';

/** Ticks once a second until an instant of the server's clock. */
export class Countdown {
  #onTick;
  #until = '';
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /** @param {(left_s: number) => void} onTick called at once and each second, the last time with 0 */
  constructor(onTick) {
    this.#onTick = onTick;
  }

  /** @param {string} until */
  run(until) {
    this.stop();
    this.#until = until;
    this.#timer = setInterval(() => this.#tick(), 1_000);
    this.#tick();
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick() {
    const left_s = secondsUntil(this.#until);
    if (left_s === 0) this.stop();
    this.#onTick(left_s);
  }
}
