/**
 * The call in a small window that stays above all others, so that one can work in other programs meanwhile: pictures
 * and controls where the browser gives a page such a window, elsewhere (and in a frame, where no page gets one) the
 * other person's picture alone. Sound goes on where it was.
 *
 *     const small = new SmallWindow(stage, { press: { microphone, camera, end }, onChange: (open) => {} });
 *     await small.toggle();
 *     small.show({ microphone: true, camera: false });
 *
 * Sources: Document Picture-in-Picture (WICG, 2024-11), Picture-in-Picture (W3C, 2024-10), Media Session (W3C, 2025-02).
 *
 * @typedef {{microphone: () => void, camera: () => void, end: () => void}} Press
 * @typedef {{requestWindow: (size: {width: number, height: number}) => Promise<Window>}} WindowGiver
 */

import { t } from '../i18n.js';
import { Controls } from './controls.js';
import { element } from './element.js';

const SIZE = { width: 400, height: 300 };

/** What the browser's own buttons in the small window do (Media Session §5.4). */
const ACTIONS = /** @type {const} */ (['togglemicrophone', 'togglecamera', 'hangup', 'enterpictureinpicture']);

export class SmallWindow {
  #stage;
  #press;
  #onChange;
  /** @type {Window | null} */
  #window = null;
  /** @type {HTMLVideoElement | null} */
  #video = null;
  /** @type {Controls | null} */
  #controls = null;
  #on = { microphone: false, camera: false };

  /** Whether this browser can show one here. */
  static get isPossible() {
    return giver() !== null || document.pictureInPictureEnabled === true;
  }

  /**
   * @param {import('./stage.js').Stage} stage whose pictures are shown
   * @param {object} options
   * @param {Press} options.press
   * @param {(open: boolean) => void} options.onChange
   */
  constructor(stage, { press, onChange }) {
    this.#stage = stage;
    this.#press = press;
    this.#onChange = onChange;
  }

  get isOpen() {
    return this.#window !== null || this.#video !== null;
  }

  /** The call is on: the browser may offer its own buttons, and the small window by itself when one turns to another tab. */
  begin() {
    this.#act('togglemicrophone', this.#press.microphone);
    this.#act('togglecamera', this.#press.camera);
    this.#act('hangup', () => this.#end());
    if (giver()) this.#act('enterpictureinpicture', () => void this.#open());
  }

  /**
   * Opens it, or closes it.
   *
   * @returns {Promise<boolean>} false where there is nothing to show yet or the browser refuses
   */
  async toggle() {
    if (!this.isOpen) return this.#open();
    this.close();
    return true;
  }

  /** @param {{microphone: boolean, camera: boolean}} on */
  show(on) {
    this.#on = on;
    this.#controls?.show(on);
    const { mediaSession } = navigator;
    // Newer than some browsers that have the rest.
    mediaSession?.setMicrophoneActive?.(on.microphone);
    mediaSession?.setCameraActive?.(on.camera);
  }

  close() {
    this.#window?.close();
    if (this.#video && document.pictureInPictureElement === this.#video) void document.exitPictureInPicture();
  }

  /** The call is over. */
  end() {
    for (const action of ACTIONS) this.#act(action, null);
    this.close();
  }

  async #open() {
    const documents = giver();
    try {
      if (documents) this.#fill(await documents.requestWindow(SIZE));
      else return await this.#showVideo();
      return true;
    } catch {
      // Without a press, or where the person has forbidden it.
      return false;
    }
  }

  /** @param {Window} small */
  #fill(small) {
    this.#window = small;
    const { document: page } = small;
    page.title = document.title;
    page.documentElement.lang = document.documentElement.lang;
    for (const [name, value] of Object.entries(document.documentElement.dataset)) page.documentElement.dataset[name] = value;
    for (const sheet of document.querySelectorAll('link[rel="stylesheet"]')) page.head.append(sheet.cloneNode());
    const root = element('div');
    const bar = element('div');
    page.body.className = 'small-window';
    page.body.append(root);
    const twin = this.#stage.twin(root);
    root.append(bar);
    this.#controls = new Controls(bar, { press: { ...this.#press, end: () => this.#end() } });
    this.#controls.show(this.#on);
    small.addEventListener('pagehide', () => {
      twin.close();
      this.#controls?.close();
      this.#controls = null;
      this.#window = null;
      this.#onChange(false);
    }, { once: true });
    this.#onChange(true);
  }

  async #showVideo() {
    const video = this.#stage.mainVideo;
    if (!video || video.videoWidth === 0) return false;
    await video.requestPictureInPicture();
    this.#video = video;
    video.addEventListener('leavepictureinpicture', () => {
      this.#video = null;
      this.#onChange(false);
    }, { once: true });
    this.#onChange(true);
    return true;
  }

  /** The question whether to end is asked in the page itself. */
  #end() {
    this.close();
    window.focus();
    this.#press.end();
  }

  /**
   * @param {typeof ACTIONS[number]} action
   * @param {(() => void) | null} handler
   */
  #act(action, handler) {
    try {
      navigator.mediaSession?.setActionHandler(/** @type {MediaSessionAction} */ (action), handler);
    } catch {
      // TypeError: an action that this browser does not know.
    }
  }
}

/** @returns {WindowGiver | null} frames are given no window (WICG Document Picture-in-Picture §4.1) */
function giver() {
  if (window.top !== window || !('documentPictureInPicture' in window)) return null;
  return /** @type {{documentPictureInPicture: WindowGiver}} */ (/** @type {unknown} */ (window)).documentPictureInPicture;
}

/** What the menu calls it. @param {boolean} open */
export function smallWindowLabel(open) {
  return t(open ? 'call.small.close' : 'call.small.open');
}
