/**
 * The sound that says "your turn": made here, so no file is loaded and nothing plays before the person acted.
 * Most browsers let a page make sound only after a press in it, and a reload forgets that: whether a sound can be heard is
 * asked (`isOn`) and never assumed. Once somebody waits for it, any press in the page wakes it.
 *
 * @module chime
 */

/** Frequency in hertz, start and length in seconds: a rising third, twice; under 3 s in all (WCAG 1.4.2). */
const TURN = [[659, 0, 0.35], [880, 0.3, 0.6], [659, 1.2, 0.35], [880, 1.5, 0.8]];
const TEST = [[659, 0, 0.35], [880, 0.3, 0.6]];
const VOLUME = 0.25;
/** A sound that the browser lets out later than this, in milliseconds, no longer says what it was for. */
const LATE_MS = 3_000;

/** @type {AudioContext | null} */
let context = null;

/** @type {Set<() => void>} */
const listeners = new Set();

export const chime = {
  /** Wakes the sound if the browser allows it: it does while a press is handled, else perhaps. */
  ready() {
    if (!context) begin();
    wake();
  },

  /** Whether a sound can be heard now. */
  get isOn() {
    return context?.state === 'running';
  },

  /** @param {() => void} listener called when `isOn` may be another */
  onChange(listener) {
    listeners.add(listener);
  },

  /** Says "your turn", at once or not at all. */
  turn() {
    void play(TURN);
  },

  /** Called while a press is handled. */
  test() {
    void play(TEST);
  },
};

function begin() {
  if (typeof AudioContext !== 'function') return;
  context = new AudioContext();
  context.addEventListener('statechange', () => { for (const listener of listeners) listener(); });
  // Before the handlers of what is pressed, which may need it.
  for (const type of ['click', 'keydown']) document.addEventListener(type, wake, { capture: true });
}

function wake() {
  // Besides "suspended" there is "interrupted", by a telephone call (Web Audio API §1.1.1).
  if (context && context.state !== 'running') context.resume().catch(() => {});
}

/** @param {number[][]} notes */
async function play(notes) {
  if (!context) begin();
  if (!context) return;
  const asked_ms = performance.now();
  // Where the browser does not allow it yet, this waits for the next press.
  if (context.state !== 'running') await context.resume().catch(() => {});
  if (context.state !== 'running' || performance.now() - asked_ms > LATE_MS) return;
  for (const [frequency_hz = 0, after_s = 0, length_s = 0] of notes) {
    const tone = context.createOscillator();
    const loudness = context.createGain();
    const start_s = context.currentTime + after_s;
    tone.frequency.value = frequency_hz;
    tone.type = 'sine';
    loudness.gain.setValueAtTime(0, start_s);
    loudness.gain.linearRampToValueAtTime(VOLUME, start_s + 0.02);
    // An abrupt end would click.
    loudness.gain.exponentialRampToValueAtTime(0.001, start_s + length_s);
    tone.connect(loudness).connect(context.destination);
    tone.start(start_s);
    tone.stop(start_s + length_s);
  }
}
