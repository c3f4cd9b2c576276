/**
 * The own screen, window or tab while it is shown to the others. The browser's own chooser decides what; the browser's
 * own bar can end it as well, and ends it here then.
 *
 * Event `change`: it is shown now, or not any more.
 *
 * @typedef {'monitor' | 'window' | 'browser'} Surface
 */

/** 1080p is sharp enough for a form; a document does not move, so few pictures a second keep it sharp. */
const WISH = {
  video: { width: { max: 1920 }, height: { max: 1080 }, frameRate: { max: 15 }, displaySurface: 'window' },
  audio: false,
  // Showing the call to itself makes a hall of mirrors (product.md EC-48).
  selfBrowserSurface: 'exclude',
  surfaceSwitching: 'include',
};

export class OwnScreen extends EventTarget {
  /** @type {MediaStreamTrack | null} */
  #track = null;

  /** Phones have no such thing, and neither have pages without TLS. */
  static get isPossible() {
    return typeof navigator.mediaDevices?.getDisplayMedia === 'function';
  }

  get track() {
    return this.#track;
  }

  /** What is shown, as far as the browser says. @returns {Surface | null} */
  get surface() {
    return /** @type {Surface | undefined} */ (this.#track?.getSettings().displaySurface) ?? null;
  }

  /**
   * Lets the person choose.
   *
   * @returns {Promise<boolean>} whether something was chosen
   */
  async begin() {
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia(/** @type {DisplayMediaStreamOptions} */ (WISH));
      const [track] = stream.getVideoTracks();
      if (!track) return false;
      this.end();
      this.#track = track;
      track.addEventListener('ended', () => this.#lose(track));
      this.dispatchEvent(new Event('change'));
      return true;
    } catch {
      // Whoever closes the chooser has changed their mind; where the system forbids it, it has said so itself.
      return false;
    }
  }

  end() {
    const track = this.#track;
    if (!track) return;
    track.stop();
    this.#lose(track);
  }

  /** @param {MediaStreamTrack} track */
  #lose(track) {
    if (track !== this.#track) return;
    this.#track = null;
    this.dispatchEvent(new Event('change'));
  }
}
