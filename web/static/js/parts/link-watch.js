/**
 * Looks after one connection: how good it is, whether anything comes in at all, who speaks, and that the own picture is
 * not smaller than it may be.
 *
 * @typedef {import('./link-quality.js').Quality} Quality
 */

import { FullPicture } from './full-picture.js';
import { LinkQuality } from './link-quality.js';
import { LinkSilence } from './link-silence.js';
import { NamedTimers } from './named-timers.js';
import { Speaking } from './speaking.js';

const QUALITY_EVERY_MS = 2_000;
/** How often we look whether anything comes in at all. */
const SILENCE_EVERY_MS = 500;
/** EN 301 549 6.2.2.4 wants the sign of speech at least five times a second. */
const LEVELS_EVERY_MS = 200;

export class LinkWatch {
  /** The last sample; null before the first one. @type {Quality | null} */
  quality = null;
  #connection;
  #on;
  #judge = new LinkQuality();
  #silence = new LinkSilence();
  #fullPicture = new FullPicture();
  #speaking = new Speaking();
  #timers = new NamedTimers();
  #stopped = false;

  /**
   * @param {RTCPeerConnection} connection
   * @param {object} on
   * @param {(quality: Quality) => void} on.quality
   * @param {(silent: boolean) => void} on.silence told with each look
   * @param {(members: Set<string>) => void} on.speaking told when others speak than before
   * @param {() => [string, RTCRtpReceiver | undefined][]} on.voices who is heard by which receiver
   */
  constructor(connection, on) {
    this.#connection = connection;
    this.#on = on;
    this.#timers.every('quality', QUALITY_EVERY_MS, () => this.#sample((reports) => {
      this.quality = this.#judge.sample(reports);
      on.quality(this.quality);
      void this.#fullPicture.look(connection, reports, performance.now());
    }));
    this.#timers.every('silence', SILENCE_EVERY_MS, () => this.#sample((reports) => {
      on.silence(this.#silence.sample(reports, performance.now()));
    }));
    this.#timers.every('levels', LEVELS_EVERY_MS, () => this.#listen());
  }

  stop() {
    this.#stopped = true;
    this.#timers.clear();
  }

  /** @param {(reports: any[]) => void} use */
  async #sample(use) {
    if (this.#connection.connectionState !== 'connected') return;
    const report = await this.#connection.getStats();
    if (!this.#stopped && this.#connection.connectionState === 'connected') use([...report.values()]);
  }

  #listen() {
    const members = this.#speaking.listen(this.#on.voices(), Date.now());
    if (members) this.#on.speaking(members);
  }
}
