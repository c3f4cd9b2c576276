import { announce } from '../../js/announce.js';
import { serverNow } from '../../js/clock.js';
import { formatTimeForBoth, t } from '../../js/i18n.js';
import { onAction, one, part, setText } from './dom.js';

/** A gap shorter than this is not worth a word; sockets come back in half a second. */
const SAY_AFTER_MS = 1_500;
/** What a restart may take beyond what the server said. */
const RESTART_MS = 10_000;

/** The line over the screen that says the connection is lost, what is kept and until when. */
export class LinkBanner {
  #banner;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #soon;
  /** The server has said when it will be back; until then nothing is wrong. In `performance.now()`. */
  #backAt = -Infinity;
  /** What stands there is about one moment, not about the connection. */
  #passing = false;

  /**
   * @param {HTMLElement} body
   * @param {{retry: () => void}} on
   */
  constructor(body, { retry }) {
    this.#banner = part(body, 'banner');
    onAction(this.#banner, { reconnect: retry });
  }

  /**
   * The connection is lost.
   *
   * @param {object} state
   * @param {number | null} state.kept_s how long the place is kept; null where there is none to keep
   * @param {boolean} state.inCall
   */
  lost({ kept_s, inCall }) {
    const until = kept_s === null ? null : formatTimeForBoth(serverNow() + kept_s * 1_000);
    const text = inCall
      ? t('panel.call.reconnecting_plain')
      : until === null
        ? `${t('panel.lost.heading')}. ${t('panel.lost.text_plain')}`
        : t('panel.lost.text', { time: until });
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => {
      this.#show(text, true);
      announce.alert(inCall || until === null ? text : t('panel.lost.banner_alert'), { force: true });
    }, Math.max(this.shown ? 0 : SAY_AFTER_MS, this.#backAt - performance.now()));
  }

  /** The server goes down for a moment and has said so. @param {number} retry_after_s */
  closing(retry_after_s) {
    clearTimeout(this.#soon);
    this.#backAt = performance.now() + retry_after_s * 1_000 + RESTART_MS;
    const text = t('panel.closing.text', { seconds: t('panel.wait.seconds', { count: retry_after_s }) });
    this.#show(text, false);
    announce.status(text, { force: true });
  }

  /** Something else that the server says, which changes no state: true until it tells a state. @param {string} text */
  tell(text) {
    this.#show(text, false);
    this.#passing = true;
    announce.alert(text, { force: true });
  }

  /** The server has told a state, so what it could not do a moment ago it can do now. */
  heard() {
    if (this.#passing) this.#hide();
  }

  /** The connection is back. */
  back() {
    clearTimeout(this.#soon);
    this.#backAt = -Infinity;
    if (!this.shown) return;
    this.#hide();
    announce.status(t('panel.lost.reconnected'), { force: true });
  }

  get shown() {
    return !this.#banner.hidden;
  }

  /**
   * @param {string} text
   * @param {boolean} retry whether trying at once makes sense
   */
  #show(text, retry) {
    setText(part(this.#banner, 'banner-text'), text);
    one(this.#banner, '[data-action="reconnect"]').hidden = !retry;
    this.#banner.hidden = false;
    this.#passing = false;
  }

  #hide() {
    const hadFocus = this.#banner.contains(document.activeElement);
    this.#banner.hidden = true;
    this.#passing = false;
    // The button that was pressed is gone: what was waited for is under it.
    if (hadFocus) one(document, 'section.screen:not([hidden]) h1').focus({ preventScroll: true });
  }
}
