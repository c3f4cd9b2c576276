/**
 * One connection to the server that survives: hello, heartbeat, silence, sleep, lost networks and restarts.
 *
 * Each command has a key and is done once: what was sent but not acknowledged is sent again, with the same key,
 * after the next welcome. State frames are complete in themselves, so nothing else needs to be made up for.
 *
 *     const connection = new Connection({ url, hello: () => ({ type: 'hello', version: VERSION, … }) });
 *     connection.addEventListener('frame', (event) => …(/** @type {CustomEvent<CitizenFrame>} *\/ (event)).detail);
 *     connection.open();
 *     await connection.send({ type: 'accept' });
 *
 * @module socket
 */

import { clock } from './clock.js';
import { WakefulTimers } from './wakeful-timers.js';

/** @typedef {import('./protocol.js').CitizenFrame | import('./protocol.js').DeskFrame} Frame */
/** @typedef {import('./protocol.js').CitizenCommand | import('./protocol.js').DeskCommand} Command */
/** @typedef {import('./protocol.js').ProblemView} ProblemView */
/** @typedef {'connecting'|'open'|'reconnecting'|'closed'} Status */
/** @typedef {{command: Command, resolve: () => void, reject: (error: Error) => void}} Pending */

const BACKOFF_FIRST_MS = 500;
/** While the loss is fresh somebody waits before the screen; later it is a server that is down. */
const BACKOFF_FRESH_MAX_MS = 4_000;
const FRESH_MS = 60_000;
const BACKOFF_MAX_MS = 15_000;
/** A connection that lived this long was a good one: the next wait begins at the shortest again. */
const STABLE_MS = 10_000;
/** Without a welcome by then, the attempt has failed. */
const WELCOME_WITHIN_MS = 10_000;
/** Until a welcome says otherwise. */
const BEAT_MS = 5_000;
/** Silence of so many beats means that the socket is dead, whatever the browser believes. */
const SILENT_BEATS = 3;
/** After sleep or a change of network, an answer to a beat is awaited only so long. */
const PROBE_MS = 3_000;
/** More unanswered commands than this are a mistake of ours or a network lost for long. */
const MAX_PENDING = 100;
/** Which page this is: it may replace a socket of its own that only the server still believes in. */
const PAGE = newKey();

/** The server refused the command, or the whole connection. */
export class ProblemError extends Error {
  /** @param {ProblemView} problem */
  constructor(problem) {
    super(problem.title);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

/** The command was not done: the connection is closed, or too many commands wait. */
export class NotSentError extends Error {
  /** @param {string} reason */
  constructor(reason) {
    super(`command not sent: ${reason}`);
    this.name = 'NotSentError';
  }
}

export class Connection extends EventTarget {
  #url;
  #hello;
  /** @type {WebSocket|null} */
  #socket = null;
  /** @type {Status} */
  #status = 'closed';
  /** @type {Map<string, Pending>} in the order of sending */
  #pending = new Map();
  /** @type {WakefulTimers|null} */
  #timers = null;
  #beatTimer = 0;
  #silenceTimer = 0;
  #retryTimer = 0;
  #beat_ms = BEAT_MS;
  #beatDueAt = 0;
  #attempts = 0;
  #seq = 0;
  #openedAt = 0;
  /** When the last good connection was lost, or the first one tried. */
  #lostAt = 0;
  #heardAt = 0;

  /**
   * @param {object} options
   * @param {string | URL} options.url an address with `ws:` or `http:`, absolute or relative to the page
   * @param {() => object} options.hello the first frame, asked for at each attempt
   */
  constructor({ url, hello }) {
    super();
    this.#url = new URL(url, location.href);
    this.#url.protocol = this.#url.protocol.replace('http', 'ws');
    this.#hello = hello;
  }

  /** @returns {Status} */
  get status() {
    return this.#status;
  }

  /** When the server was last heard, in `Date.now()`; 0 if never. For "as of 10:31:05". */
  get heardAt() {
    return this.#heardAt;
  }

  /** Connects, also after `closed`; does nothing while it already tries. */
  open() {
    if (this.#status !== 'closed') return;
    this.#attempts = 0;
    this.#lostAt = performance.now();
    this.#timers = new WakefulTimers();
    document.addEventListener('visibilitychange', this.#look);
    document.addEventListener('resume', this.#wake);
    addEventListener('pageshow', this.#wake);
    addEventListener('online', this.#wake);
    this.#setStatus('connecting');
    this.#connect();
  }

  /** Closes for good; whatever was not acknowledged is refused with {@link NotSentError}. */
  close() {
    this.#finish(new NotSentError('closed'));
  }

  /**
   * Sends a command; while there is no connection it waits for the next one.
   * @param {Command} command
   * @param {{keep?: boolean}} [options] `keep: false`: not worth sending later, such as an offer of this very moment
   * @returns {Promise<void>} done; rejects with {@link ProblemError} or {@link NotSentError}
   */
  send(command, { keep = true } = {}) {
    if (this.#status === 'closed') return Promise.reject(new NotSentError('closed'));
    if (!keep && this.#status !== 'open') return Promise.reject(new NotSentError('not connected'));
    if (this.#pending.size >= MAX_PENDING) return Promise.reject(new NotSentError('too many commands wait'));
    const key = newKey();
    return new Promise((resolve, reject) => {
      const pending = { command, resolve, reject };
      this.#pending.set(key, pending);
      if (!keep) this.#untilLost(key, pending);
      if (this.#status === 'open') this.#transmit(key, pending);
    });
  }

  /**
   * @param {string} key
   * @param {Pending} pending
   */
  #untilLost(key, pending) {
    const lost = () => {
      if (this.#status === 'open') return;
      this.removeEventListener('status', lost);
      if (this.#pending.delete(key)) pending.reject(new NotSentError('connection lost'));
    };
    this.addEventListener('status', lost);
    const { resolve, reject } = pending;
    pending.resolve = () => (this.removeEventListener('status', lost), resolve());
    pending.reject = (error) => (this.removeEventListener('status', lost), reject(error));
  }

  #connect() {
    this.#retryTimer = 0;
    this.#seq = 0;
    this.#openedAt = 0;
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.addEventListener('open', () => this.#write({ key: newKey(), page: PAGE, ...this.#hello() }));
    socket.addEventListener('message', (event) => {
      if (socket === this.#socket) this.#receive(event.data);
    });
    socket.addEventListener('close', () => {
      if (socket === this.#socket) this.#retry(this.#backoff());
    });
    this.#expectWithin(WELCOME_WITHIN_MS);
  }

  /** @param {string} data */
  #receive(data) {
    /** @type {Frame & {seq: number}} */
    let frame;
    try {
      frame = JSON.parse(data);
    } catch {
      return this.#retry(this.#backoff());
    }
    if (frame.seq !== this.#seq + 1) return this.#retry(this.#backoff());
    this.#seq = frame.seq;
    this.#heardAt = Date.now();
    this.#expectWithin(SILENT_BEATS * this.#beat_ms);
    this.#obey(frame);
    // Frames also arrive where timers sleep: a beat that is overdue goes out with whatever wakes the page.
    if (this.#status === 'open' && performance.now() >= this.#beatDueAt) this.#sendBeat();
  }

  /** @param {Frame} frame */
  #obey(frame) {
    switch (frame.type) {
      case 'ack':
        return this.#settle(frame.key)?.resolve();
      case 'beat':
        return clock.set(frame.now);
      case 'welcome':
        return this.#welcomed(frame);
      case 'problem': {
        const pending = frame.key === undefined ? undefined : this.#settle(frame.key);
        pending?.reject(new ProblemError(frame));
        if (!pending) this.#tell('frame', frame);
        if (!frame.fatal) return;
        // The server names a time where coming back helps (busy, a restarted part); without one it would not.
        if (frame.retry_after_s === undefined) return this.#finish(new ProblemError(frame));
        return this.#retry(frame.retry_after_s * 1000 + this.#backoff());
      }
      case 'elsewhere':
        this.#tell('frame', frame);
        return this.#finish(new NotSentError('in use elsewhere'));
      case 'closing':
        this.#tell('frame', frame);
        this.#forgetFailures();
        return this.#retry(frame.retry_after_s * 1000 + jittered(BACKOFF_FIRST_MS * 4));
      default:
        this.#tell('frame', frame);
    }
  }

  /** @param {import('./protocol.js').CitizenWelcome | import('./protocol.js').DeskWelcome} frame */
  #welcomed(frame) {
    clock.set(frame.now);
    this.#beat_ms = frame.beat_s * 1000;
    this.#openedAt = performance.now();
    this.#expectWithin(SILENT_BEATS * this.#beat_ms);
    this.#setStatus('open');
    this.#tell('frame', frame);
    for (const [key, pending] of this.#pending) this.#transmit(key, pending);
    this.#sendBeat();
  }

  /** @param {string} key */
  #settle(key) {
    const pending = this.#pending.get(key);
    this.#pending.delete(key);
    return pending;
  }

  /**
   * @param {string} key
   * @param {Pending} pending
   */
  #transmit(key, { command }) {
    this.#write({ key, ...command });
  }

  #sendBeat() {
    this.#timers?.cancel(this.#beatTimer);
    this.#write({ key: newKey(), type: 'beat', visible: document.visibilityState === 'visible' });
    this.#beatDueAt = performance.now() + this.#beat_ms;
    this.#beatTimer = this.#timers?.after(this.#beat_ms, () => this.#sendBeat()) ?? 0;
  }

  /** @param {object} frame */
  #write(frame) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  /**
   * Gives the server so long to be heard, from now.
   * @param {number} within_ms
   */
  #expectWithin(within_ms) {
    this.#timers?.cancel(this.#silenceTimer);
    this.#silenceTimer = this.#timers?.after(within_ms, () => this.#retry(this.#backoff())) ?? 0;
  }

  /** The page came into view or went out of it: the server is told at once. */
  #look = () => {
    if (document.visibilityState === 'visible') this.#wake();
    else if (this.#status === 'open') this.#sendBeat();
  };

  /** Something else says that the network may be gone: find out now. */
  probe() {
    this.#wake();
  }

  /** After sleep, a change of network or a long while out of view: find out now instead of waiting for a timer. */
  #wake = () => {
    if (this.#status === 'open') {
      this.#sendBeat();
      this.#expectWithin(PROBE_MS);
    } else if (this.#retryTimer !== 0) {
      this.#timers?.cancel(this.#retryTimer);
      this.#connect();
    }
  };

  /** @param {number} after_ms */
  #retry(after_ms) {
    if (this.#status === 'open') this.#lostAt = performance.now();
    this.#drop();
    this.#setStatus('reconnecting');
    this.#retryTimer = this.#timers?.after(after_ms, () => this.#connect()) ?? 0;
  }

  /** After a connection that lasted, the next wait begins at the shortest again; also after one that the server closed. */
  #forgetFailures() {
    if (this.#openedAt > 0 && performance.now() - this.#openedAt >= STABLE_MS) this.#attempts = 0;
  }

  #backoff() {
    this.#forgetFailures();
    const most_ms = performance.now() - this.#lostAt < FRESH_MS ? BACKOFF_FRESH_MAX_MS : BACKOFF_MAX_MS;
    return jittered(Math.min(most_ms, BACKOFF_FIRST_MS * 2 ** this.#attempts++));
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    for (const timer of [this.#beatTimer, this.#silenceTimer, this.#retryTimer]) this.#timers?.cancel(timer);
    this.#retryTimer = 0;
  }

  /** @param {Error} error what the commands that were never answered are told */
  #finish(error) {
    if (this.#status === 'closed') return;
    this.#drop();
    this.#timers?.stop();
    this.#timers = null;
    document.removeEventListener('visibilitychange', this.#look);
    document.removeEventListener('resume', this.#wake);
    removeEventListener('pageshow', this.#wake);
    removeEventListener('online', this.#wake);
    const refused = [...this.#pending.values()];
    this.#pending.clear();
    this.#setStatus('closed');
    for (const pending of refused) pending.reject(error);
  }

  /** @param {Status} status */
  #setStatus(status) {
    if (this.#status === status) return;
    this.#status = status;
    this.#tell('status', status);
  }

  /**
   * @param {'frame'|'status'} type
   * @param {Frame | Status} detail
   */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/**
 * Spreads the comebacks of many browsers after one restart.
 * @param {number} after_ms
 */
function jittered(after_ms) {
  return after_ms * (0.5 + Math.random() / 2);
}

/** 32 hexadecimal digits; not `randomUUID()`, which pages without TLS lack. */
function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
