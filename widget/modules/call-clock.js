import { serverNow } from '../../js/clock.js';
import { formatTimer } from '../../js/i18n.js';

/** How long the call has lasted, told to the launcher while the window is put away. */
export class CallClock {
  #host;
  #text;
  /** @type {string | null} */
  #live_at = null;
  #isOpen = true;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /**
   * @param {import('./host-port.js').HostPort} host
   * @param {() => string} text what stands beside the time
   */
  constructor(host, text) {
    this.#host = host;
    this.#text = text;
    host.addEventListener('opened', () => this.#follow(true));
    host.addEventListener('closing', () => this.#follow(false));
  }

  /** @param {string | null} live_at since when both are connected; null before */
  run(live_at) {
    this.#live_at = live_at;
    this.#tell();
    this.#timer ??= setInterval(() => { if (!this.#isOpen) this.#tell(); }, 1_000);
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** @param {boolean} open */
  #follow(open) {
    this.#isOpen = open;
    if (!open && this.#timer) this.#tell();
  }

  #tell() {
    const clock = this.#live_at === null ? undefined : formatTimer((serverNow() - Date.parse(this.#live_at)) / 1_000);
    this.#host.state({ phase: 'call', place: null, text: this.#text(), clock });
  }
}
