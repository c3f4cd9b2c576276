import { Connection } from '../../js/socket.js';
import { VERSION } from '../../js/protocol.js';
import { lang } from '../../js/i18n.js';

/** @typedef {import('../../js/protocol.js').CitizenFrame} CitizenFrame */
/** @typedef {import('../../js/protocol.js').CitizenCommand} CitizenCommand */
/** @typedef {import('../../js/socket.js').Status} Status */

/** How often the cookie is renewed while the page is open: a session without its browser lives an hour at least. */
const KEEP_MS = 15 * 60_000;

/**
 * The citizen's session and its socket. The session's secret is the cookie; its token is kept in this object only,
 * for browsers that keep no cookie in frames.
 *
 * Events: `frame`, `status`, as {@link Connection} has them; `remembered` when it is known whether the browser kept the cookie.
 */
export class Link extends EventTarget {
  #site;
  #connection;
  /** @type {string | null} */
  #token = null;
  #takeOver = false;
  #began = false;
  /** Whether the browser kept the cookie; null while that is not known. @type {boolean | null} */
  #remembered = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #keeping;

  /**
   * @param {import('./site.js').Site} site
   * @param {{resume: boolean}} options whether the page was asked for with a session's cookie
   */
  constructor(site, { resume }) {
    super();
    this.#site = site;
    this.#began = resume;
    if (resume) this.#remembered = true;
    this.#connection = new Connection({ url: `/ws/citizen?lang=${lang()}`, hello: () => this.#hello() });
    this.#connection.addEventListener('frame', (event) => {
      const frame = /** @type {CustomEvent<CitizenFrame>} */ (event).detail;
      // Only the first hello takes over: later ones must not fight with another tab for the session.
      if (frame.type === 'welcome') {
        this.#takeOver = false;
        this.#keeping ??= setInterval(() => void this.#keep(), KEEP_MS);
      }
      // Only an answer can carry the cookie of a device that is kept out of the line.
      if (frame.type === 'ended' && frame.blocked_until !== null) void this.#keep();
      this.dispatchEvent(new CustomEvent('frame', { detail: frame }));
    });
    this.#connection.addEventListener('status', (event) => {
      this.dispatchEvent(new CustomEvent('status', { detail: /** @type {CustomEvent<Status>} */ (event).detail }));
    });
  }

  /** @returns {boolean} whether there may be a session to come back to */
  get began() {
    return this.#began;
  }

  /** @returns {Status} */
  get status() {
    return this.#connection.status;
  }

  /** Whether a reload finds the session again: not, where the browser refused the cookie. */
  get isRemembered() {
    return this.#remembered ?? true;
  }

  /** The secret for requests; null where only the cookie has it. */
  get token() {
    return this.#token;
  }

  /**
   * Begins a session if there is none, and connects.
   *
   * @param {string} notice the version of the data notice that was shown
   */
  async begin(notice) {
    if (!this.#began) {
      this.#have(await this.#site.begin(notice));
    }
    this.#connection.open();
  }

  /** The session was begun on another device or in another window, and goes on here. @param {import('./site.js').Begun} begun */
  adopt(begun) {
    this.#have(begun);
    this.#takeOver = true;
  }

  /** Connects with the session there is. @param {{takeOver?: boolean}} [options] */
  open({ takeOver = false } = {}) {
    this.#takeOver = takeOver || this.#takeOver;
    this.#connection.open();
  }

  /** The media have stopped: perhaps the socket is dead too, and nobody has noticed yet. */
  probe() {
    this.#connection.probe();
  }

  /** Tries now instead of waiting for the next attempt. */
  retry() {
    this.#connection.close();
    this.#connection.open();
  }

  /** The session is no longer known to the server: the next one starts from nothing. */
  forget() {
    this.#connection.close();
    clearInterval(this.#keeping);
    this.#keeping = undefined;
    this.#token = null;
    this.#began = false;
    this.#remembered = null;
  }

  /**
   * @param {CitizenCommand} command
   * @returns {Promise<void>}
   */
  send(command) {
    // An offer describes this very moment; sent after a reconnect it would be answered for a connection that is gone.
    return this.#connection.send(command, { keep: command.type !== 'offer' });
  }

  /** The socket keeps the session, but only an answer can renew the cookie. */
  async #keep() {
    try {
      await this.#site.keep();
    } catch (error) {
      // It lives for long yet, and the next time is near.
      console.warn('panel: the session\'s cookie could not be renewed', error);
    }
  }

  #hello() {
    return { type: 'hello', version: VERSION, token: this.#token, take_over: this.#takeOver };
  }

  /** @param {import('./site.js').Begun} begun */
  #have({ session, token }) {
    this.#token = token;
    this.#began = true;
    void this.#learnRemembered(session);
  }

  /** A browser may refuse the cookie, above all in a frame; only what comes back to the server tells. @param {string} session */
  async #learnRemembered(session) {
    const token = this.#token;
    try {
      const remembered = (await this.#site.remembered()) === session;
      if (token !== this.#token) return;
      this.#remembered = remembered;
      this.dispatchEvent(new Event('remembered'));
    } catch (error) {
      // Not known: nothing is claimed that was not claimed before.
      console.warn('panel: whether the session is remembered is not known', error);
    }
  }
}
