/**
 * A frame that draws or reads a document in an origin of its own. One question at a time.
 *
 * @typedef {{kind: 'shown' | 'failed'} | {kind: 'inspected', found: Record<string, boolean>}} Answer
 */

import { element } from '../element.js';

/** Old browsers cannot load the module in the frame and never answer. */
const READY_WITHIN_MS = 15_000;
const ANSWER_WITHIN_MS = 60_000;

export class SandboxFrame {
  element;
  #listeners = new AbortController();
  /** @type {Promise<boolean>} */
  #ready;
  /** @type {(answer: Answer | null) => void} */
  #settle = () => {};

  /** @param {string} title of the frame */
  constructor(title) {
    this.element = element('iframe', {
      title, sandbox: 'allow-scripts', src: document.body.dataset.preview ?? '', referrerpolicy: 'no-referrer',
    });
    this.#ready = new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), READY_WITHIN_MS);
      addEventListener('message', ({ source, data }) => {
        if (source !== this.element.contentWindow) return;
        if (data?.kind !== 'ready') return this.#settle(data);
        clearTimeout(timer);
        resolve(true);
      }, { signal: this.#listeners.signal });
      this.#listeners.signal.addEventListener('abort', () => { clearTimeout(timer); resolve(false); });
    });
  }

  /**
   * @param {{bytes: ArrayBuffer} & Record<string, unknown>} question the bytes are handed over, not copied
   * @returns {Promise<Answer | null>} null if the frame does not work in this browser, or was closed
   */
  async ask(question) {
    if (!(await this.#ready)) return null;
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(null), ANSWER_WITHIN_MS);
      this.#settle = (answer) => { clearTimeout(timer); resolve(answer); };
      // The frame's origin is opaque: there is no other name for it, and only this frame gets it.
      this.element.contentWindow?.postMessage(question, '*', [question.bytes]);
    });
  }

  close() {
    this.#listeners.abort();
    this.#settle(null);
    this.element.remove();
  }
}
