/**
 * The browser's side of a call: one `RTCPeerConnection` that always offers and never answers, so there is no glare.
 *
 * Sections of the first offer, in this order: own voice and the first other member's, cameras, screens (inactive at
 * first), one data channel. Each member beyond the first other one adds a receive-only triple of voice, camera and
 * screen. Offers carry no candidates and wait for none: the server has the public address and learns ours from our
 * own checks, and so our local addresses stay at home.
 *
 * Events (all `CustomEvent`): `state` {state}, `streams`, `speaking` {members: Set of member ids}, `quality`
 * {@link Quality}, `failed` {reason}. After `failed` the owner calls `renew()`, or waits for `room-ready`.
 * Tracks belong to the owner, who stops them; `close()` ends everything that was begun here.
 *
 * @typedef {import('./parts/link-quality.js').Quality} Quality
 * @typedef {import('./parts/sections.js').OwnTracks} OwnTracks
 * @typedef {Pick<import('./protocol.js').AnswerFrame, 'call' | 'generation' | 'sdp' | 'streams'>} AnswerFrame
 * @typedef {import('./protocol.js').OfferCommand} OfferCommand
 * @typedef {import('./parts/carriers.js').MemberStreams} MemberStreams
 * @typedef {'idle' | 'connecting' | 'connected' | 'interrupted' | 'closed'} CallState
 * @typedef {{call: string, generation: number, tracks: OwnTracks, receive: {audio: boolean, video: boolean}}} StartOptions
 */

import { Carriers } from './parts/carriers.js';
import { LinkWatch } from './parts/link-watch.js';
import { NamedTimers } from './parts/named-timers.js';
import { addOwnSections, addReceivers, hint, screenWay } from './parts/sections.js';

/** After its offer was taken, the server has this long to answer. */
const ANSWER_MAX_MS = 10_000;
/** A first connection or a restart that takes longer has failed. */
const CONNECT_MAX_MS = 10_000;

/** What to ask `getUserMedia` for when a camera is wanted. */
export const CAMERA_CONSTRAINTS = Object.freeze({
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30 },
});

/** What to ask `getUserMedia` for when a microphone is wanted. */
export const MICROPHONE_CONSTRAINTS = Object.freeze({
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
});

export class CallMedia extends EventTarget {
  /** @type {(command: OfferCommand) => Promise<unknown>} */
  #offer;
  /** @type {() => boolean} */
  #isLinked;
  /** @type {RTCIceServer[]} */
  #iceServers;
  /** @type {StartOptions | null} */
  #options = null;
  /** @type {RTCPeerConnection | null} */
  #connection = null;
  #carriers = new Carriers();
  /** @type {CallState} */
  #state = 'idle';
  /** An offer is out and its answer is awaited: never two at a time. */
  #offerOpen = false;
  /** Something changed meanwhile and needs another offer after the answer. */
  #offerWished = false;
  /** The answer is here and is being applied; the acknowledgement of the offer may come after it. */
  #answering = false;
  #answeredOnce = false;
  #restarting = false;
  #timers = new NamedTimers();
  #listeners = new AbortController();
  /** @type {LinkWatch | null} */
  #watch = null;

  /**
   * @param {object} options
   * @param {(command: OfferCommand) => Promise<unknown>} options.offer sends it; resolves when the server took it
   * @param {() => boolean} [options.isLinked] whether there is a socket to send it over
   * @param {RTCIceServer[]} [options.iceServers] only where a relay is configured
   */
  constructor({ offer, isLinked = () => true, iceServers = [] }) {
    super();
    this.#offer = offer;
    this.#isLinked = isLinked;
    this.#iceServers = iceServers;
  }

  /** Who is seen and heard by which streams. A stream stays the same object as long as its track does. */
  get streams() {
    return this.#carriers.streams;
  }

  get state() {
    return this.#state;
  }

  /** @returns {Quality | null} the last sample; null before the first one */
  stats() {
    return this.#watch?.quality ?? null;
  }

  /**
   * Makes a new connection and offers it. A running one is closed before.
   *
   * @param {StartOptions} options
   */
  async start(options) {
    this.#reset();
    this.#options = { ...options, tracks: { ...options.tracks } };
    const connection = new RTCPeerConnection({ iceServers: this.#iceServers });
    this.#connection = connection;
    const { signal } = this.#listeners;
    connection.addEventListener('connectionstatechange', () => this.#follow(connection), { signal });
    // A new network (Wi-Fi to mobile) is often known to the browser seconds before the link times out.
    globalThis.addEventListener?.('online', () => void this.restart(), { signal });
    this.#carriers.triples.push(addOwnSections(connection, options.tracks, options.receive));
    this.#carriers.place();
    this.#tell('streams', {});
    this.#enter('connecting');
    this.#watch = new LinkWatch(connection, {
      quality: (quality) => this.#tell('quality', quality),
      silence: (silent) => this.#judgeSilence(connection, silent),
      speaking: (members) => this.#tell('speaking', { members }),
      voices: () => this.#carriers.voices,
    });
    await this.#negotiate();
  }

  /**
   * The room says that it is there. If that is the one we are connected to, such as after a lost socket, the media go
   * on; a broken way to it is found anew now that there is somebody to ask.
   *
   * @param {{call: string, generation: number}} room
   * @returns {boolean} whether there was a connection to go on with; if not, call {@link start}
   */
  resume({ call, generation }) {
    const options = this.#options;
    if (!this.#connection || !this.#answeredOnce) return false;
    if (options?.call !== call || options.generation !== generation) return false;
    void this.#goOn(this.#connection);
    return true;
  }

  /** After `failed`: a new connection for the same call with the tracks of now. */
  async renew() {
    if (this.#options) await this.start(this.#options);
  }

  /**
   * Applies the server's answer to the offer that is out.
   *
   * @param {AnswerFrame} frame
   */
  async answer(frame) {
    const connection = this.#connection;
    const options = this.#options;
    if (!connection || !options || !this.#offerOpen) return;
    if (frame.call !== options.call || frame.generation !== options.generation) return;
    this.#answering = true;
    try {
      await connection.setRemoteDescription({ type: 'answer', sdp: frame.sdp });
    } catch (error) {
      if (connection === this.#connection) this.#fail(reasonOf(error));
      return;
    }
    if (connection !== this.#connection) return;
    this.#answering = false;
    this.#timers.cancel('answer');
    this.#offerOpen = false;
    this.#answeredOnce = true;
    this.#carriers.carry(connection, frame.streams);
    this.#tell('streams', {});
    if (connection.connectionState === 'connected') {
      // A restart that kept the path changes no state that could be waited for.
      this.#restarting = false;
    } else {
      this.#timers.after('connect', CONNECT_MAX_MS, () => this.#follow(connection, true));
    }
    if (this.#offerWished) await this.#negotiate();
  }

  /**
   * More members are there: adds the sections that are missing to receive them, and offers again.
   *
   * @param {number} others how many other members there are
   */
  async offerAgain(others) {
    const connection = this.#connection;
    if (!connection) return;
    const { triples } = this.#carriers;
    while (triples.length < others) triples.push(addReceivers(connection));
    await this.#negotiate();
  }

  /**
   * Says who else is in the call. Whom no answer has placed yet gets the first free sections: a member who comes
   * after our offer is carried by sections that are there already, and no further offer is needed.
   *
   * @param {string[]} members ids of the other members, in the order they came
   */
  setOthers(members) {
    this.#carriers.setOthers(members);
    this.#tell('streams', {});
  }

  /**
   * Switches what is sent without a new offer. The sections stay open both ways, so a camera found late works.
   *
   * @param {'audio' | 'camera'} kind
   * @param {MediaStreamTrack | null} track
   */
  async setTrack(kind, track) {
    if (!this.#options) return;
    this.#options.tracks[kind] = track;
    hint(track);
    await this.#carriers.triples[0]?.[kind].sender.replaceTrack(track);
  }

  /**
   * Begins or ends showing a screen; the camera goes on beside it.
   *
   * @param {MediaStreamTrack | null} track
   */
  async setScreen(track) {
    const section = this.#carriers.triples[0]?.screen;
    if (!this.#options || !section) return;
    this.#options.tracks.screen = track;
    hint(track, 'detail');
    section.direction = screenWay(this.#options.receive.video, track);
    await section.sender.replaceTrack(track);
    await this.#negotiate();
  }

  /**
   * Finds the way to the server anew while the media go on. Does nothing before the first answer, and nothing without
   * a socket: whatever does not heal by itself is taken up by {@link resume}.
   */
  async restart() {
    const connection = this.#connection;
    if (!connection || !this.#answeredOnce || this.#restarting || !this.#isLinked()) return;
    this.#restarting = true;
    connection.restartIce();
    await this.#negotiate();
  }

  /** Ends the connection, its timers and its listeners. The tracks stay the owner's. */
  close() {
    if (this.#state === 'closed') return;
    this.#reset();
    this.#options = null;
    this.#carriers.setOthers([]);
    this.#enter('closed');
  }

  #reset() {
    this.#listeners.abort();
    this.#listeners = new AbortController();
    this.#timers.clear();
    this.#connection?.close();
    this.#connection = null;
    this.#carriers.clear();
    this.#offerOpen = false;
    this.#offerWished = false;
    this.#answering = false;
    this.#answeredOnce = false;
    this.#restarting = false;
    this.#watch?.stop();
    this.#watch = null;
  }

  async #negotiate() {
    const connection = this.#connection;
    const options = this.#options;
    if (!connection || !options) return;
    if (this.#offerOpen) {
      this.#offerWished = true;
      return;
    }
    this.#offerOpen = true;
    this.#offerWished = false;
    try {
      await connection.setLocalDescription();
      const sdp = connection.localDescription?.sdp ?? '';
      if (connection !== this.#connection) return;
      const { call, generation } = options;
      await this.#offer({ type: 'offer', call, generation, kind: this.#answeredOnce ? 'again' : 'fresh', sdp });
      // The clock runs from the moment the server has the offer: a socket that is down must not count.
      if (connection === this.#connection && this.#offerOpen && !this.#answering) {
        this.#timers.after('answer', ANSWER_MAX_MS, () => this.#unanswered(connection));
      }
    } catch (error) {
      if (connection === this.#connection) this.#fail(reasonOf(error));
    }
  }

  /** @param {RTCPeerConnection} connection */
  async #goOn(connection) {
    // The answer to what was offered before may have been lost with the socket.
    const lost = this.#offerOpen && !this.#answering;
    if (lost) await this.#takeBack(connection);
    if (connection !== this.#connection) return;
    if (this.#state !== 'connected' || lost) {
      this.#restarting = false;
      await this.restart();
    }
  }

  /**
   * Nothing came back. While the media go on that is the socket's trouble, and no reason to break them off.
   *
   * @param {RTCPeerConnection} connection
   */
  async #unanswered(connection) {
    if (!this.#answeredOnce || connection.connectionState !== 'connected') return this.#fail('no answer');
    await this.#takeBack(connection);
    this.#restarting = false;
  }

  /** Forgets the offer that is out. @param {RTCPeerConnection} connection */
  async #takeBack(connection) {
    this.#timers.cancel('answer');
    if (connection.signalingState === 'have-local-offer') await connection.setLocalDescription({ type: 'rollback' });
    if (connection === this.#connection) this.#offerOpen = false;
  }

  /**
   * The ladder of recovery: a gap is answered by a restart at once, which harms no path that heals by itself; then
   * `failed`, and the owner makes a new connection.
   *
   * @param {RTCPeerConnection} connection
   * @param {boolean} [late] the time for connecting is over
   */
  #follow(connection, late = false) {
    if (connection !== this.#connection) return;
    const now = connection.connectionState;
    if (now === 'connected') {
      this.#restarting = false;
      this.#timers.cancel('connect');
      this.#enter('connected');
    } else if (now === 'failed' || late) {
      this.#enter('interrupted');
      if (this.#restarting || !this.#answeredOnce) this.#fail('unreachable');
      else void this.restart();
    } else if (now === 'disconnected') {
      this.#interrupt();
    }
  }

  #interrupt() {
    this.#enter('interrupted');
    void this.restart();
  }

  /** @param {RTCPeerConnection} connection @param {boolean} silent */
  #judgeSilence(connection, silent) {
    if (silent && this.#state === 'connected') this.#interrupt();
    if (!silent && this.#state === 'interrupted') this.#follow(connection);
  }

  /** @param {string} reason */
  #fail(reason) {
    for (const name of ['answer', 'connect']) this.#timers.cancel(name);
    this.#enter('interrupted');
    // Without a socket a new connection would fail as well; the room says that it is there when the socket is back.
    if (this.#isLinked()) this.#tell('failed', { reason });
  }

  /** @param {CallState} state */
  #enter(state) {
    if (state === this.#state) return;
    this.#state = state;
    this.#tell('state', { state });
  }

  /**
   * @param {string} name
   * @param {object} detail
   */
  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/** @param {unknown} error */
function reasonOf(error) {
  return error instanceof Error ? error.message : String(error);
}
