/**
 * One press is one command. Whoever presses twice out of habit, or holds a key down, means it once; and what the first
 * press did may have put another button under the pointer or the focus, which nobody has read yet.
 */

/** The presses of one burst come no further apart. Double clicks are told by the system's own measure. */
const BURST_MS = 400;

/** Lets the first press of each burst through, and none of the others, wherever in the page they land. */
export function swallowBursts() {
  let pressedAt = -Infinity;
  document.addEventListener('keydown', (event) => {
    const presses = event.key === 'Enter' || event.key === ' ';
    // Whoever moves on in between means another button.
    if (!presses) pressedAt = -Infinity;
    else if (event.repeat && buttonOf(event)) event.preventDefault();
  }, { capture: true });
  document.addEventListener('click', (event) => {
    if (!buttonOf(event)) return;
    const again = isByMouse(event) ? event.detail > 1 : event.timeStamp - pressedAt < BURST_MS;
    pressedAt = event.timeStamp;
    if (!again) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, { capture: true });
}

/** @param {Event} event */
function buttonOf({ target }) {
  return target instanceof Element ? target.closest('button') : null;
}

/** Keys and screen readers count no clicks, and a finger's are not counted everywhere. @param {MouseEvent} event */
function isByMouse(event) {
  const kind = event instanceof PointerEvent ? event.pointerType : 'mouse';
  return event.detail > 0 && kind === 'mouse';
}

/** What was asked for and is not answered yet. */
export class UnderWay {
  /** @type {Set<string>} */
  #names = new Set();

  /**
   * Does something, unless it is being done already.
   *
   * @param {string} name
   * @param {() => Promise<unknown>} begin
   */
  async once(name, begin) {
    if (this.#names.has(name)) return;
    this.#names.add(name);
    try {
      await begin();
    } finally {
      this.#names.delete(name);
    }
  }
}
