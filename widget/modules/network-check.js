import { CallMedia } from '../../js/call.js';

/** @typedef {import('../../js/protocol.js').CitizenFrame} CitizenFrame */
/** @typedef {'good' | 'fair' | 'poor' | 'failed'} NetworkVerdict */

/** Longer than this nobody waits for a check; joining is possible all the while. */
const VERDICT_WITHIN_MS = 20_000;
/** The first sample is taken while the browser still feels its way up to the rate it may send. */
const SAMPLES = 2;

/**
 * Sends the own picture and voice to the office's server and gets them back: the only check that says whether a call
 * will work from here. The room for it is opened by `check-start` and closed by `stop()`.
 *
 * Events: `echo` {stream} when the own picture has come back, `verdict` {word}.
 */
export class NetworkCheck extends EventTarget {
  #send;
  #tracks;
  /** @type {CallMedia | null} */
  #media = null;
  #call = '';
  #samples = 0;
  #done = false;
  /** @type {ReturnType<typeof setTimeout>} */
  #limit;

  /**
   * @param {object} options
   * @param {(command: import('../../js/protocol.js').CitizenCommand) => Promise<void>} options.send
   * @param {{audio: MediaStreamTrack | null, camera: MediaStreamTrack | null}} options.tracks
   */
  constructor({ send, tracks }) {
    super();
    this.#send = send;
    this.#tracks = tracks;
    this.#limit = setTimeout(() => this.#judge('failed'), VERDICT_WITHIN_MS);
    send({ type: 'check-start' }).catch(() => this.#judge('failed'));
  }

  /** @param {CitizenFrame} frame */
  obey(frame) {
    if (frame.type === 'check-ready') void this.#begin(frame);
    else if (frame.type === 'answer' && frame.call === this.#call) void this.#media?.answer(frame);
  }

  /** Another device was chosen. @param {'audio' | 'camera'} kind @param {MediaStreamTrack | null} track */
  async change(kind, track) {
    this.#tracks[kind] = track;
    await this.#media?.setTrack(kind, track);
  }

  stop() {
    clearTimeout(this.#limit);
    this.#media?.close();
    this.#media = null;
    if (!this.#done) this.#done = true;
    // The server closes the room by itself too, so a lost farewell does no harm.
    this.#send({ type: 'check-stop' }).catch(() => {});
  }

  /** @param {{call: string, generation: number}} room */
  async #begin({ call, generation }) {
    if (this.#done) return;
    this.#media?.close();
    this.#call = call;
    const media = new CallMedia({ offer: (command) => this.#send(command) });
    this.#media = media;
    media.addEventListener('streams', () => this.#showEcho(media));
    media.addEventListener('quality', (event) => {
      const { word } = /** @type {CustomEvent<import('../../js/call.js').Quality>} */ (event).detail;
      this.#samples += 1;
      if (this.#samples >= SAMPLES) this.#judge(word);
    });
    media.addEventListener('failed', () => this.#judge('failed'));
    await media.start({ call, generation, tracks: this.#tracks, receive: { audio: true, video: true } });
  }

  /** @param {CallMedia} media */
  #showEcho(media) {
    const [echo] = media.streams.values();
    if (echo?.camera) this.dispatchEvent(new CustomEvent('echo', { detail: { stream: echo.camera } }));
  }

  /** @param {NetworkVerdict} word */
  #judge(word) {
    if (this.#done) return;
    this.#done = true;
    clearTimeout(this.#limit);
    this.dispatchEvent(new CustomEvent('verdict', { detail: { word } }));
  }
}
