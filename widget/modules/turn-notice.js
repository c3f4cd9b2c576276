import { chime } from './chime.js';

/** Milliseconds on, off, on, …; under 3 s in all. */
const VIBRATION_MS = [250, 120, 250, 120, 500];

/**
 * Says "your turn" to somebody who does not look at the page: sound, vibration, and a notification of the browser
 * where there may be one. In a frame there may not (Notifications API §2.3); there the host page's title tells.
 */
export class TurnNotice {
  /** @type {Notification | null} */
  #shown = null;

  /** @returns {NotificationPermission} `denied` also where there are none */
  get state() {
    return window.parent === window && 'Notification' in globalThis ? Notification.permission : 'denied';
  }

  async ask() {
    if (this.state === 'default') await Notification.requestPermission();
    return this.state;
  }

  /**
   * @param {string} title
   * @param {string} text
   */
  give(title, text) {
    this.ring();
    if (this.state !== 'granted' || document.visibilityState === 'visible') return;
    // Android's Chrome has the class but throws: there a service worker would be needed.
    try {
      this.#shown = new Notification(title, { body: text, tag: 'okienko-turn', requireInteraction: true });
      this.#shown.addEventListener('click', () => { window.focus(); this.take(); });
    } catch {
      this.#shown = null;
    }
  }

  /** Sound and vibration once more. */
  ring() {
    chime.turn();
    vibrate(VIBRATION_MS);
  }

  /** Takes it back: the person is here, or it is too late. */
  take() {
    this.#shown?.close();
    this.#shown = null;
    vibrate(0);
  }
}

/**
 * Only in a page that was touched: elsewhere browsers refuse it with an error in the console, as after a reload
 * (Vibration API §3). Those that cannot say whether it was, do not mind.
 *
 * @param {number | number[]} pattern
 */
function vibrate(pattern) {
  if (navigator.userActivation?.hasBeenActive ?? true) navigator.vibrate?.(pattern);
}
