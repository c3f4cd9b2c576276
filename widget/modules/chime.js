/**
 * The sound that says "your turn": made here, so no file is loaded and nothing plays before the person acted.
 * Browsers let a page make sound only after a press, so `ready()` is called from one.
 *
 * @module chime
 */

/** Frequency in hertz, start and length in seconds: a rising third, twice; under 3 s in all (WCAG 1.4.2). */
const TURN = [[659, 0, 0.35], [880, 0.3, 0.6], [659, 1.2, 0.35], [880, 1.5, 0.8]];
const TEST = [[659, 0, 0.35], [880, 0.3, 0.6]];
const VOLUME = 0.25;

/** @type {AudioContext | null} */
let context = null;

export const chime = {
  /** Wakes the sound; called while a press is handled. */
  ready() {
    context ??= typeof AudioContext === 'function' ? new AudioContext() : null;
    if (context?.state === 'suspended') void context.resume();
  },

  /** @returns {boolean} whether a sound can be heard now */
  turn() {
    return play(TURN);
  },

  /** @returns {boolean} */
  test() {
    chime.ready();
    return play(TEST);
  },
};

/** @param {number[][]} notes */
function play(notes) {
  if (!context) return false;
  if (context.state === 'suspended') void context.resume();
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
  return context.state === 'running';
}
