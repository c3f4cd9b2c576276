/**
 * The desk's socket and what the clerk sees of it: the banner while it is lost, the question when the desk is open
 * elsewhere, and the way to the login page when the session is over.
 *
 * @typedef {import('../protocol.js').DeskCommand} DeskCommand
 * @typedef {import('../protocol.js').DeskFrame} DeskFrame
 * @typedef {import('../protocol.js').DeskElsewhereFrame} DeskElsewhereFrame
 */

import { announce } from '../announce.js';
import { serverNow } from '../clock.js';
import { lang, t } from '../i18n.js';
import { setText } from '../parts/element.js';
import { NamedTimers } from '../parts/named-timers.js';
import { VERSION } from '../protocol.js';
import { Connection } from '../socket.js';
import { clockTime } from './clock-time.js';
import { part } from './dom.js';
import { Elsewhere } from './elsewhere.js';

/** A shorter gap is no news. */
const LOST_AFTER_MS = 1_500;
/** While lost: so often we look whether it is only the session that is over. */
const LOGIN_CHECK_MS = 10_000;
const SIGN_IN_AGAIN = new Set(['login-required', 'signed-out']);

export class Link {
  #connection;
  #banner = part('lost');
  #bannerText = part('lost-text');
  #elsewhere;
  #timers = new NamedTimers();
  #takeOver = false;
  #onChange;

  /**
   * @param {object} on
   * @param {(frame: DeskFrame) => void} on.onFrame
   * @param {() => void} on.onOpen connected, also again
   * @param {() => void} on.onChange connected or not
   * @param {() => void} on.onElsewhere the desk works in another window now, or did already
   */
  constructor({ onFrame, onOpen, onChange, onElsewhere }) {
    this.#onChange = onChange;
    const url = new URL('/ws/desk', location.href);
    url.searchParams.set('lang', lang());
    this.#connection = new Connection({ url, hello: () => ({ type: 'hello', version: VERSION, take_over: this.#takeOver }) });
    this.#connection.addEventListener('frame', (event) => {
      const frame = /** @type {CustomEvent<DeskFrame>} */ (event).detail;
      if (frame.type === 'elsewhere') {
        onElsewhere();
        return this.#away(frame);
      }
      if (frame.type === 'problem' && SIGN_IN_AGAIN.has(frame.code)) return location.assign('/login');
      if (frame.type === 'welcome') {
        this.#takeOver = false;
        this.#elsewhere.end();
        onOpen();
      }
      onFrame(frame);
    });
    this.#connection.addEventListener('status', () => this.#changed());
    this.#elsewhere = new Elsewhere(() => {
      this.#takeOver = true;
      this.#connection.open();
    });
  }

  get isOpen() {
    return this.#connection.status === 'open';
  }

  open() {
    this.#connection.open();
  }

  /** The media have stopped: perhaps the socket is dead too, and nobody has noticed yet. */
  probe() {
    this.#connection.probe();
  }

  /**
   * @param {DeskCommand} command
   * @param {{keep?: boolean}} [options]
   */
  send(command, options) {
    return this.#connection.send(command, options);
  }

  #changed() {
    this.#onChange();
    if (this.isOpen) {
      if (!this.#banner.hidden) announce.status(t('call.said.reconnected'), { force: true });
      this.#found();
      this.#timers.clear();
    } else if (this.#connection.status === 'reconnecting' && !this.#timers.has('lost') && this.#banner.hidden) {
      this.#timers.after('lost', LOST_AFTER_MS, () => this.#lost());
      this.#timers.every('login', LOGIN_CHECK_MS, () => this.#checkLogin());
    }
  }

  #lost() {
    const { heardAt } = this.#connection;
    // `heardAt` is this device's clock; the clerk reads the server's.
    const text = heardAt === 0 ? t('desk.lost.never') : t('desk.lost.since', { time: clockTime(heardAt + serverNow() - Date.now()) });
    setText(this.#bannerText, text);
    this.#banner.hidden = false;
    announce.alert(text, { force: true });
  }

  #found() {
    this.#banner.hidden = true;
    announce.withdraw(this.#bannerText.textContent ?? '');
  }

  /** @param {DeskElsewhereFrame} frame */
  #away(frame) {
    this.#timers.clear();
    this.#found();
    this.#elsewhere.ask(frame);
  }

  /** A handshake that is refused looks like a lost network; the page itself knows whether one is still signed in. */
  async #checkLogin() {
    try {
      const answer = await fetch('/desk', { redirect: 'manual', cache: 'no-store' });
      if (answer.type === 'opaqueredirect' || answer.status === 401) location.assign('/login');
    } catch {
      // No network: nothing is known.
    }
  }
}
