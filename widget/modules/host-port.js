import { pressedBy } from '../../js/pressed-by.js';

/**
 * The line to the host page's loader. The loader sends a port once, from the page that holds the iframe; from then on
 * both speak through it and nobody else can. On the panel's own page there is none, and everything here does nothing.
 *
 * To the loader: `ready`, `state`, `size`, `attention`, `calm`, `close`. From it: `opened` with whether it was
 * by keys, `closing`.
 *
 * @typedef {'idle' | 'waiting' | 'called' | 'deferred' | 'missed' | 'call' | 'ended'} HostPhase
 * @typedef {{place: number | null, text: string, clock?: string}} ShownVisit what the launcher shows while the window is away: two
 *   lines of text, the second may be missing; `clock` follows the first and is not read out
 * @typedef {{phase: HostPhase} & ShownVisit} HostState
 */
/**
 * What the loader is told of a site by `GET /api/v1/sites/{key}/status`.
 * @typedef {{brand: string, on_brand: string, brand_dark: string, on_brand_dark: string, size_px: number, corner: string,
 *   offset_px: number}} SiteLook
 * @typedef {{wait: object | null, label: string, state_text: string, look: SiteLook, lang: string,
 *   resume: ShownVisit & {phase: string} | null, frame_title: string, close_text: string}} SiteStatus
 */
export class HostPort extends EventTarget {
  /** @type {MessagePort | null} */
  #port = null;
  /** The latest of each kind, for a port that comes late. @type {Map<string, object>} */
  #latest = new Map();
  /** The window was to be put away before the loader had greeted. */
  #closeAtOnce = false;

  constructor() {
    super();
    addEventListener('message', (event) => {
      // frame-ancestors has already said who may hold this page; the sender must be that holder and nobody else.
      if (event.source !== window.parent || window.parent === window) return;
      if (event.data?.type !== 'okienko:hello' || !event.ports[0]) return;
      this.#adopt(event.ports[0]);
    });
  }

  /** @param {HostState} state */
  state(state) {
    this.#say({ type: 'state', ...state });
  }

  /** How much room the panel wants. @param {'panel' | 'call'} size */
  size(size) {
    this.#say({ type: 'size', size });
  }

  /** The person is needed: the loader marks the host page's title. @param {string} text */
  attention(text) {
    this.#latest.delete('calm');
    this.#say({ type: 'attention', text });
  }

  calm() {
    if (!this.#latest.delete('attention')) return;
    this.#say({ type: 'calm' });
  }

  /** Puts the window away; nothing ends by that. */
  close() {
    if (this.#port) this.#port.postMessage({ type: 'close' });
    else this.#closeAtOnce = true;
  }

  /** @param {MessagePort} port */
  #adopt(port) {
    this.#port?.close();
    this.#port = port;
    port.addEventListener('message', ({ data }) => {
      if (data?.type === 'opened') pressedBy(data.keys ? 'keys' : 'pointer');
      if (data?.type === 'opened' || data?.type === 'closing') this.dispatchEvent(new Event(data.type));
    });
    port.start();
    port.postMessage({ type: 'ready' });
    for (const message of this.#latest.values()) port.postMessage(message);
    if (this.#closeAtOnce) this.close();
    this.#closeAtOnce = false;
  }

  /** @param {{type: string} & Record<string, unknown>} message */
  #say(message) {
    this.#latest.set(message.type, message);
    this.#port?.postMessage(message);
  }
}
