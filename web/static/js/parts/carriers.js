/**
 * Which sections of a connection carry which other member. An answer is the authority; until there is one, members get
 * the first free sections, so that somebody who comes after our offer needs no further one.
 *
 * @typedef {import('./sections.js').Triple} Triple
 * @typedef {import('../protocol.js').StreamView} StreamView
 * @typedef {{audio: MediaStream | null, camera: MediaStream | null, screen: MediaStream | null}} MemberStreams
 */

import { streamOf } from './sections.js';

export class Carriers {
  /** One for each other member, the first of them shared with our own sending. @type {Triple[]} */
  triples = [];
  /** Who is seen and heard by which streams. A stream stays the same object as long as its track does.
   *  @type {Map<string, MemberStreams>} */
  streams = new Map();
  /** @type {Map<string, Partial<Triple>>} */
  #carriers = new Map();
  /** Who else is in the call. @type {string[]} */
  #others = [];

  /** @returns {[string, RTCRtpReceiver | undefined][]} */
  get voices() {
    return [...this.#carriers].map(([member, { audio }]) => [member, audio?.receiver]);
  }

  /** @param {string[]} members ids of the other members, in the order they came */
  setOthers(members) {
    this.#others = [...members];
    for (const member of [...this.#carriers.keys()]) {
      if (!members.includes(member)) this.#carriers.delete(member);
    }
    this.place();
  }

  /**
   * Takes over what an answer says.
   *
   * @param {RTCPeerConnection} connection
   * @param {StreamView[]} streams
   */
  carry(connection, streams) {
    const sections = new Map(connection.getTransceivers().map((section) => [section.mid, section]));
    /** @param {string | null} mid */
    const find = (mid) => (mid === null ? undefined : sections.get(mid));
    this.#carriers.clear();
    for (const { member, audio, camera, screen } of streams) {
      this.#carriers.set(member, { audio: find(audio), camera: find(camera), screen: find(screen) });
    }
    this.place();
  }

  /** Gives free sections to members without any and says whose streams are whose. */
  place() {
    for (const member of this.#others) {
      if (this.#carriers.has(member)) continue;
      const taken = new Set([...this.#carriers.values()].flatMap(({ audio, camera }) => [audio, camera]));
      const free = this.triples.find(({ audio, camera }) => !taken.has(audio) && !taken.has(camera));
      if (free) this.#carriers.set(member, free);
    }
    const before = this.streams;
    this.streams = new Map();
    for (const [member, { audio, camera, screen }] of this.#carriers) {
      const had = before.get(member);
      this.streams.set(member, {
        audio: streamOf(audio, had?.audio),
        camera: streamOf(camera, had?.camera),
        screen: streamOf(screen, had?.screen),
      });
    }
  }

  /** A new connection begins: nobody is carried; who is there stays known. */
  clear() {
    this.triples = [];
    this.#carriers.clear();
    this.streams = new Map();
  }
}
