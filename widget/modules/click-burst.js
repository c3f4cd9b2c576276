/** Where a browser does not count the clicks of a burst, one this soon after another belongs to it. */
const BURST_MS = 350;

/**
 * Keeps the second click of a double click from falling through to whatever the first one brought under the pointer:
 * once the scene has changed, the rest of the burst is dropped. Keys and screen readers press without a burst.
 */
export class ClickBurst {
  #scene;
  /** What was shown when the burst began; null while it is not known. @type {string | null} */
  #began = null;
  #at = -Infinity;

  /** @param {() => string} scene what is shown now, in a word */
  constructor(scene) {
    this.#scene = scene;
    document.addEventListener('click', (event) => this.#judge(event), true);
  }

  /** The page came under the pointer just now: a burst that goes on here began elsewhere. */
  forget() {
    this.#began = null;
  }

  /** @param {MouseEvent} event */
  #judge(event) {
    // UI Events §3.3.1: `detail` counts the clicks; 0 is a key or a script. Safari counts no taps.
    if (event.detail === 0) return;
    const counts = 'pointerType' in event;
    const goesOn = event.detail > 1 || (!counts && event.timeStamp - this.#at < BURST_MS);
    this.#at = event.timeStamp;
    const scene = this.#scene();
    if (!goesOn) this.#began = scene;
    if (scene === this.#began) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}
