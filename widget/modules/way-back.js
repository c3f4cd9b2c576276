import { layers } from '../../js/layers.js';
import { BackSteps } from './back-steps.js';

/** @typedef {import('./screens.js').ScreenName} ScreenName */

/**
 * How many screens lie behind each; behind the others lies nothing that Back could lead to. The questions lie on top of
 * whichever screen they were opened from.
 *
 * @type {Partial<Record<ScreenName, number>>}
 */
const BEHIND = {
  matter: 1, notice: 2, declined: 3, check: 3, waiting: 1, called: 1, deferred: 1, missed: 1, call: 1, ended: 1,
  blocked: 1,
};

/**
 * Where the browser's Back leads: it closes the innermost layer. Then, in a host page, it puts the window away; on the
 * panel's own page it goes back by a screen, and asks where that would give something away.
 *
 * In a host page the entries are this frame's: the browser goes through them as through any others, and neither the host
 * page's own entries nor its router notice.
 */
export class WayBack {
  #steps;
  #screens;
  #host;
  #readFrom;
  /** The window is open in a host page. */
  #isOpen;

  /**
   * @param {import('./screens.js').Screens} screens
   * @param {object} options
   * @param {import('./host-port.js').HostPort | null} options.host the page around this one; null where there is none
   * @param {() => void} options.back goes back from the screen that is shown
   * @param {() => ScreenName} options.readFrom where the questions were opened
   */
  constructor(screens, { host, back, readFrom }) {
    this.#screens = screens;
    this.#host = host;
    this.#readFrom = readFrom;
    // Before the loader has greeted: a frame that is not shown has no width.
    this.#isOpen = host !== null && innerWidth > 0;
    this.#steps = new BackSteps({
      shared: host !== null,
      back: () => {
        if (layers.closeInnermost()) return;
        if (!host) return back();
        this.#opened(false);
        host.close();
      },
    });
    host?.addEventListener('opened', () => this.#opened(true));
    host?.addEventListener('closing', () => this.#opened(false));
    document.addEventListener('click', stayOnThisEntry);
    layers.addEventListener('change', () => this.#follow());
    screens.addEventListener('change', () => this.#follow());
    this.#follow();
  }

  /** Goes to another page in place of this one. @param {string} address */
  leaveTo(address) {
    this.#opened(false);
    this.#steps.whenSettled(() => location.replace(address));
  }

  /** @param {boolean} open */
  #opened(open) {
    this.#isOpen = open;
    if (!open) layers.closeAll();
    this.#follow();
  }

  #follow() {
    this.#steps.depth = layers.count + (this.#host ? Number(this.#isOpen) : this.#behind);
  }

  get #behind() {
    const { current } = this.#screens;
    return current === 'faq' ? 1 + (BEHIND[this.#readFrom()] ?? 0) : (BEHIND[current] ?? 0);
  }
}

/**
 * A link inside the page moves the focus; as a link it would also add an entry to the history.
 *
 * @param {MouseEvent} event
 */
function stayOnThisEntry(event) {
  const link = event.target instanceof Element ? event.target.closest('a[href*="#"]') : null;
  if (!(link instanceof HTMLAnchorElement) || link.pathname !== location.pathname) return;
  const target = document.getElementById(link.hash.slice(1));
  if (!target) return;
  event.preventDefault();
  target.focus();
  target.scrollIntoView({ block: 'nearest' });
}
