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
 * @typedef {import('./parts/sections.js').Triple} Triple
 * @typedef {import('./parts/sections.js').OwnTracks} OwnTracks
 * @typedef {import('./protocol.js').StreamView} StreamView
 * @typedef {Pick<import('./protocol.js').AnswerFrame, 'call' | 'generation' | 'sdp' | 'streams'>} AnswerFrame
 * @typedef {import('./protocol.js').OfferCommand} OfferCommand
 * @typedef {{audio: MediaStream | null, camera: MediaStream | null, screen: MediaStream | null}} MemberStreams
 * @typedef {'idle' | 'connecting' | 'connected' | 'interrupted' | 'closed'} CallState
 * @typedef {{call: string, generation: number, tracks: OwnTracks, receive: {audio: boolean, video: boolean}}} StartOptions
 */

import { LinkQuality } from './parts/link-quality.js';
import { NamedTimers } from './parts/named-timers.js';
import { addOwnSections, addReceivers, hint, streamOf } from './parts/sections.js';
import { Speaking } from './parts/speaking.js';

/** After its offer was taken, the server has this long to answer. */
const ANSWER_MAX_MS = 10_000;
/** A link that is gone this long is restarted; shorter gaps heal by themselves. */
const DISCONNECTED_MAX_MS = 3_000;
/** A first connection or a restart that takes longer has failed. */
const CONNECT_MAX_MS = 10_000;
const QUALITY_EVERY_MS = 2_000;
/** EN 301 549 6.2.2.4 wants the sign of speech at least five times a second. */
const LEVELS_EVERY_MS = 200;

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
  /** @type {RTCIceServer[]} */
  #iceServers;
  /** @type {StartOptions | null} */
  #options = null;
  /** @type {RTCPeerConnection | null} */
  #connection = null;
  /** One for each other member, the first of them shared with our own sending. @type {Triple[]} */
  #triples = [];
  /** Which sections carry whom; an answer is the authority. @type {Map<string, Partial<Triple>>} */
  #carriers = new Map();
  /** Who else is in the call. @type {string[]} */
  #others = [];
  /** @type {Map<string, MemberStreams>} */
  #streams = new Map();
  /** @type {CallState} */
  #state = 'idle';
  /** An offer is out and its answer is awaited: never two at a time. */
  #offerOpen = false;
  /** Something changed meanwhile and needs another offer after the answer. */
  #offerWished = false;
  #answeredOnce = false;
  #restarting = false;
  #timers = new NamedTimers();
  #listeners = new AbortController();
  #judge = new LinkQuality();
  /** @type {Quality | null} */
  #quality = null;
  #speaking = new Speaking();

  /**
   * @param {object} options
   * @param {(command: OfferCommand) => Promise<unknown>} options.offer sends it; resolves when the server took it
   * @param {RTCIceServer[]} [options.iceServers] only where a relay is configured
   */
  constructor({ offer, iceServers = [] }) {
    super();
    this.#offer = offer;
    this.#iceServers = iceServers;
  }

  /** Who is seen and heard by which streams. A stream stays the same object as long as its track does. */
  get streams() {
    return this.#streams;
  }

  get state() {
    return this.#state;
  }

  /** @returns {Quality | null} the last sample; null before the first one */
  stats() {
    return this.#quality;
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
    this.#triples.push(addOwnSections(connection, options.tracks, options.receive));
    this.#place();
    this.#enter('connecting');
    this.#timers.every('quality', QUALITY_EVERY_MS, () => this.#measure(connection));
    this.#timers.every('levels', LEVELS_EVERY_MS, () => this.#listen());
    await this.#negotiate();
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
    this.#timers.cancel('answer');
    try {
      await connection.setRemoteDescription({ type: 'answer', sdp: frame.sdp });
    } catch (error) {
      if (connection === this.#connection) this.#fail(reasonOf(error));
      return;
    }
    if (connection !== this.#connection) return;
    this.#offerOpen = false;
    this.#answeredOnce = true;
    this.#carry(connection, frame.streams);
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
    while (this.#triples.length < others) this.#triples.push(addReceivers(connection));
    await this.#negotiate();
  }

  /**
   * Says who else is in the call. Whom no answer has placed yet gets the first free sections: a member who comes
   * after our offer is carried by sections that are there already, and no further offer is needed.
   *
   * @param {string[]} members ids of the other members, in the order they came
   */
  setOthers(members) {
    this.#others = [...members];
    for (const member of [...this.#carriers.keys()]) {
      if (!members.includes(member)) this.#carriers.delete(member);
    }
    this.#place();
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
    await this.#triples[0]?.[kind].sender.replaceTrack(track);
  }

  /** Finds the way to the server anew while the media go on. Does nothing before the first answer. */
  async restart() {
    const connection = this.#connection;
    if (!connection || !this.#answeredOnce || this.#restarting) return;
    this.#restarting = true;
    connection.restartIce();
    await this.#negotiate();
  }

  /** Ends the connection, its timers and its listeners. The tracks stay the owner's. */
  close() {
    if (this.#state === 'closed') return;
    this.#reset();
    this.#options = null;
    this.#others = [];
    this.#enter('closed');
  }

  #reset() {
    this.#listeners.abort();
    this.#listeners = new AbortController();
    this.#timers.clear();
    this.#connection?.close();
    this.#connection = null;
    this.#triples = [];
    this.#carriers.clear();
    this.#streams = new Map();
    this.#offerOpen = false;
    this.#offerWished = false;
    this.#answeredOnce = false;
    this.#restarting = false;
    this.#judge = new LinkQuality();
    this.#quality = null;
    this.#speaking = new Speaking();
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
      if (connection === this.#connection && this.#offerOpen) {
        this.#timers.after('answer', ANSWER_MAX_MS, () => this.#fail('no answer'));
      }
    } catch (error) {
      if (connection === this.#connection) this.#fail(reasonOf(error));
    }
  }

  /**
   * The ladder of recovery: a gap heals by itself, then a restart, then `failed`.
   *
   * @param {RTCPeerConnection} connection
   * @param {boolean} [late] the time for connecting is over
   */
  #follow(connection, late = false) {
    if (connection !== this.#connection) return;
    const now = connection.connectionState;
    if (now === 'connected') {
      this.#restarting = false;
      this.#timers.cancel('gap');
      this.#timers.cancel('connect');
      this.#enter('connected');
    } else if (now === 'failed' || late) {
      this.#enter('interrupted');
      if (this.#restarting || !this.#answeredOnce) this.#fail('unreachable');
      else void this.restart();
    } else if (now === 'disconnected') {
      this.#enter('interrupted');
      this.#timers.after('gap', DISCONNECTED_MAX_MS, () => this.restart());
    }
  }

  /** @param {string} reason */
  #fail(reason) {
    for (const name of ['answer', 'gap', 'connect']) this.#timers.cancel(name);
    this.#enter('interrupted');
    this.#tell('failed', { reason });
  }

  /**
   * @param {RTCPeerConnection} connection
   * @param {StreamView[]} streams
   */
  #carry(connection, streams) {
    const sections = new Map(connection.getTransceivers().map((section) => [section.mid, section]));
    /** @param {string | null} mid */
    const find = (mid) => (mid === null ? undefined : sections.get(mid));
    this.#carriers.clear();
    for (const { member, audio, camera, screen } of streams) {
      this.#carriers.set(member, { audio: find(audio), camera: find(camera), screen: find(screen) });
    }
    this.#place();
  }

  /** Gives free sections to members without any and says whose streams are whose. */
  #place() {
    for (const member of this.#others) {
      if (this.#carriers.has(member)) continue;
      const taken = new Set([...this.#carriers.values()].flatMap(({ audio, camera }) => [audio, camera]));
      const free = this.#triples.find(({ audio, camera }) => !taken.has(audio) && !taken.has(camera));
      if (free) this.#carriers.set(member, free);
    }
    const before = this.#streams;
    this.#streams = new Map();
    for (const [member, { audio, camera, screen }] of this.#carriers) {
      const had = before.get(member);
      this.#streams.set(member, {
        audio: streamOf(audio, had?.audio),
        camera: streamOf(camera, had?.camera),
        screen: streamOf(screen, had?.screen),
      });
    }
    this.#tell('streams', {});
  }

  /** @param {RTCPeerConnection} connection */
  async #measure(connection) {
    if (connection.connectionState !== 'connected') return;
    const report = await connection.getStats();
    if (connection !== this.#connection) return;
    this.#quality = this.#judge.sample(report.values());
    this.#tell('quality', this.#quality);
  }

  #listen() {
    /** @type {[string, RTCRtpReceiver | undefined][]} */
    const voices = [...this.#carriers].map(([member, { audio }]) => [member, audio?.receiver]);
    const members = this.#speaking.listen(voices, Date.now());
    if (members) this.#tell('speaking', { members });
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
