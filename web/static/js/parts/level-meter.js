/** How loud a microphone is, several times a second. Made after a press: browsers start no sound before one. */

/** Root mean square of full scale. Speech into a laptop at arm's length is above this (-30 dB), a quiet room below -42 dB. */
const GOOD_LEVEL = 0.03;
const HEARD_LEVEL = 0.008;
/** What was heard counts this long, so that the verdict does not jump between words. */
const REMEMBERED_MS = 2_500;

/** @typedef {{level: number, verdict: 'good' | 'quiet' | 'none'}} Loudness `level`: 0 to 1, as a bar shows it */

export class LevelMeter {
  #context = new AudioContext();
  #analyser;
  /** @type {Float32Array<ArrayBuffer>} */
  #samples;
  #onLoudness;
  #frame = 0;
  #goodAt = -Infinity;
  #heardAt = -Infinity;

  /**
   * @param {MediaStreamTrack} microphone
   * @param {(loudness: Loudness) => void} onLoudness called with each picture the screen draws
   */
  constructor(microphone, onLoudness) {
    this.#onLoudness = onLoudness;
    this.#analyser = this.#context.createAnalyser();
    this.#analyser.fftSize = 1024;
    this.#samples = new Float32Array(this.#analyser.fftSize);
    this.#context.createMediaStreamSource(new MediaStream([microphone])).connect(this.#analyser);
    void this.#context.resume();
    this.#frame = requestAnimationFrame(() => this.#listen());
  }

  close() {
    cancelAnimationFrame(this.#frame);
    void this.#context.close();
  }

  #listen() {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    let sum = 0;
    for (const sample of this.#samples) sum += sample * sample;
    const loud = Math.sqrt(sum / this.#samples.length);
    const now_ms = performance.now();
    if (loud > GOOD_LEVEL) this.#goodAt = now_ms;
    if (loud > HEARD_LEVEL) this.#heardAt = now_ms;
    this.#onLoudness({ level: barOf(loud), verdict: this.#verdict(now_ms) });
    this.#frame = requestAnimationFrame(() => this.#listen());
  }

  /** @param {number} now_ms */
  #verdict(now_ms) {
    if (now_ms - this.#goodAt < REMEMBERED_MS) return 'good';
    return now_ms - this.#heardAt < REMEMBERED_MS ? 'quiet' : 'none';
  }
}

/** Ears hear in decibels: 60 dB below full scale is the empty bar. @param {number} loud */
function barOf(loud) {
  return loud <= 0 ? 0 : Math.min(1, Math.max(0, 1 + (20 * Math.log10(loud)) / 60));
}
