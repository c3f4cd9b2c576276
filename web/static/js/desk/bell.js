/** @type {AudioContext | null} */
let context = null;

/** Two soft notes, under a second: enough to look up for, not enough to be startled by. */
const NOTES = [[784, 0], [988, 0.18]];
const LENGTH_S = 0.5;
const VOLUME = 0.12;

/** Rings once. Stays silent where the browser has not been allowed to make sound. */
export function ring() {
  context ??= new AudioContext();
  void context.resume();
  for (const [frequency_hz = 0, after_s = 0] of NOTES) {
    const start = context.currentTime + after_s;
    const tone = new OscillatorNode(context, { type: 'sine', frequency: frequency_hz });
    const loudness = new GainNode(context, { gain: 0 });
    loudness.gain.setValueAtTime(0, start);
    loudness.gain.linearRampToValueAtTime(VOLUME, start + 0.02);
    // An abrupt end would click.
    loudness.gain.exponentialRampToValueAtTime(0.001, start + LENGTH_S);
    tone.connect(loudness).connect(context.destination);
    tone.start(start);
    tone.stop(start + LENGTH_S);
  }
}
