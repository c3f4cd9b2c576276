/**
 * The clerk's own state: what it is now, and what they want it to be. During a call the choice is for afterwards.
 *
 * @typedef {import('../protocol.js').PresenceFrame} PresenceFrame
 * @typedef {import('../protocol.js').WishedState} WishedState
 */

import { t } from '../i18n.js';
import { setText } from '../parts/element.js';
import { part } from './dom.js';

/** Arrow keys pass over the middle choice: only where they stop is meant. */
const SETTLE_MS = 350;

const COLOURS = /** @type {Record<string, string>} */ ({ calling: 'warn', 'in-call': 'ok', 'after-call': 'brand' });

export class StateSwitch {
  #onChoose;
  #box = part('state');
  #now = part('state-now');
  #legend = part('state-legend');
  #after = part('state-after');
  #inputs = [...document.querySelectorAll('input[name="state"]')].filter((input) => input instanceof HTMLInputElement);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #settling;
  /** A choice that the server has not answered yet; a frame that crossed it must not undo it. @type {WishedState | null} */
  #pending = null;
  /** What the server said last. */
  #told = '';

  /** @param {(state: WishedState) => Promise<boolean>} onChoose whether the server took it */
  constructor(onChoose) {
    this.#onChoose = onChoose;
    for (const input of this.#inputs) input.addEventListener('change', () => this.#choose(/** @type {WishedState} */ (input.value)));
  }

  /** @param {PresenceFrame} frame */
  show(frame) {
    // Whoever has no matters receives nobody, whatever they choose.
    this.#box.hidden = part('desk').dataset.serves === undefined;
    const busy = frame.state === 'calling' || frame.state === 'in-call' || frame.state === 'after-call';
    this.#now.hidden = !busy;
    setText(this.#now, t(`desk.state.${frame.state}`));
    this.#now.className = `chip dot ${COLOURS[frame.state] ?? ''}`;
    this.#after.hidden = !busy;
    setText(this.#legend, t(busy ? 'desk.state.legend_after' : 'desk.state.legend'));
    this.#told = busy ? frame.wished : frame.state;
    if (this.#pending === null || this.#pending === this.#told) this.#showTold();
  }

  #showTold() {
    for (const input of this.#inputs) input.checked = input.value === this.#told;
  }

  /** @param {WishedState} state */
  #choose(state) {
    this.#pending = state;
    clearTimeout(this.#settling);
    this.#settling = setTimeout(async () => {
      const taken = await this.#onChoose(state);
      if (this.#pending !== state) return;
      this.#pending = null;
      // Of what was taken a frame tells; what was refused is still as it was.
      if (!taken) this.#showTold();
    }, SETTLE_MS);
  }
}
