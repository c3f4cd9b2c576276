/**
 * Who is seen and heard: pictures are told apart by the ground behind the person, voices by their pitch.
 *
 * @typedef {import('playwright-core').Page} Page
 * @typedef {import('playwright-core').Frame} Frame
 * @typedef {import('./people.js').Person} Person
 */

/** How far a decoded colour may be from the drawn one, per channel. */
const COLOUR_TOLERANCE = 45;
/** How far a heard pitch may be from the sung one. */
const PITCH_TOLERANCE_HZ = 40;

/**
 * The colour in the upper left corner of the first playing video that matches, or null if nothing plays.
 * @param {Page | Frame} page @param {string} selector
 * @returns {Promise<[number, number, number] | null>}
 */
export async function colourOf(page, selector) {
  return page.evaluate((wanted) => {
    // Not told by their class: in a small window the elements are of the page that opened it.
    const video = /** @type {HTMLVideoElement[]} */ ([...document.querySelectorAll(wanted)]).find((element) =>
      element.videoWidth > 0 && element.readyState >= 2);
    if (!video) return null;
    const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
    context.drawImage(video, 0, 0);
    const at = Math.round(video.videoWidth / 32);
    const [red, green, blue] = context.getImageData(at, at, 1, 1).data;
    return /** @type {[number, number, number]} */ ([red ?? 0, green ?? 0, blue ?? 0]);
  }, selector);
}

/** Whether a colour is that of the person's ground. @param {[number, number, number] | null} colour @param {Person} person */
export function isGroundOf(colour, person) {
  return colour !== null && colour.every((value, channel) => Math.abs(value - person.ground[channel]) <= COLOUR_TOLERANCE);
}

/**
 * The strongest pitch heard within a second in what the page plays, in hertz; 0 for silence.
 * @param {Page | Frame} page @param {string} selector  audio or video elements that play the other side
 */
export async function pitchOf(page, selector) {
  return page.evaluate(async (wanted) => {
    const tracks = [...document.querySelectorAll(wanted)].flatMap((element) => {
      const stream = element instanceof HTMLMediaElement ? element.srcObject : null;
      return stream instanceof MediaStream ? stream.getAudioTracks() : [];
    });
    if (tracks.length === 0) return 0;
    const context = new AudioContext();
    try {
      const analyser = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 });
      for (const track of tracks) context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
      const loudness = new Float32Array(analyser.frequencyBinCount);
      let best = { decibels: -70, bin: 0 };
      const until = performance.now() + 1200;
      while (performance.now() < until) {
        await new Promise((resolve) => { setTimeout(resolve, 60); });
        analyser.getFloatFrequencyData(loudness);
        loudness.forEach((decibels, bin) => {
          if (bin > 20 && decibels > best.decibels) best = { decibels, bin };
        });
      }
      return (best.bin * context.sampleRate) / analyser.fftSize;
    } finally {
      await context.close();
    }
  }, selector);
}

/** Whether a pitch is that person's. @param {number} pitch_hz @param {Person} person */
export function isVoiceOf(pitch_hz, person) {
  return Math.abs(pitch_hz - person.pitch_hz) <= PITCH_TOLERANCE_HZ;
}
