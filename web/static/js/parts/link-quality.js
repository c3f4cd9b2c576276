/**
 * What a connection's statistics say about the link, in one word. Pure but for the two samples it keeps.
 *
 * @typedef {'good' | 'fair' | 'poor'} QualityWord
 *
 * @typedef {object} Quality
 * @property {QualityWord} word what to tell the person
 * @property {number | null} rtt_ms round trip between this browser and the server
 * @property {number} loss share of packets lost in the last sample, 0 to 1, the worse of both directions
 * @property {number | null} frames_per_s pictures decoded a second in the best incoming video
 * @property {number | null} width of that video
 * @property {number | null} height of that video
 */

/** Bounds from ITU-T G.114 (conversation suffers above 400 ms one way) and from Opus and VP8 with NACK. */
const FAIR_RTT_MS = 300;
const POOR_RTT_MS = 800;
const FAIR_LOSS = 0.03;
const POOR_LOSS = 0.1;

/** So many samples in a row must agree before the word changes; one bad moment is not a bad link. */
const AGREEING_SAMPLES = 2;

export class LinkQuality {
  /** @type {Map<string, {received: number, lost: number}>} */
  #before = new Map();
  /** @type {QualityWord} */
  #word = 'good';
  #doubts = 0;

  /**
   * Judges one sample.
   *
   * @param {Iterable<any>} reports the values of an `RTCStatsReport`
   * @returns {Quality}
   */
  sample(reports) {
    const all = [...reports];
    const rtt_ms = roundTrip(all);
    const loss = Math.max(this.#lossIn(all), lossOut(all));
    const video = largestVideo(all);
    this.#settle(judge(rtt_ms, loss));
    return {
      word: this.#word,
      rtt_ms,
      loss,
      frames_per_s: video?.framesPerSecond ?? null,
      width: video?.frameWidth ?? null,
      height: video?.frameHeight ?? null,
    };
  }

  /** @param {any[]} all */
  #lossIn(all) {
    let received = 0;
    let lost = 0;
    for (const report of all) {
      if (report.type !== 'inbound-rtp') continue;
      const now = { received: report.packetsReceived ?? 0, lost: report.packetsLost ?? 0 };
      const before = this.#before.get(report.id) ?? now;
      received += now.received - before.received;
      // A retransmission that arrives late makes the counter fall again.
      lost += Math.max(0, now.lost - before.lost);
      this.#before.set(report.id, now);
    }
    return received + lost > 0 ? lost / (received + lost) : 0;
  }

  /** @param {QualityWord} seen */
  #settle(seen) {
    if (seen === this.#word) {
      this.#doubts = 0;
      return;
    }
    this.#doubts += 1;
    if (this.#doubts >= AGREEING_SAMPLES) {
      this.#word = seen;
      this.#doubts = 0;
    }
  }
}

/**
 * @param {number | null} rtt_ms
 * @param {number} loss
 * @returns {QualityWord}
 */
function judge(rtt_ms, loss) {
  if ((rtt_ms ?? 0) > POOR_RTT_MS || loss > POOR_LOSS) return 'poor';
  if ((rtt_ms ?? 0) > FAIR_RTT_MS || loss > FAIR_LOSS) return 'fair';
  return 'good';
}

/** @param {any[]} all */
function roundTrip(all) {
  const selected = new Set(all.filter((r) => r.type === 'transport').map((r) => r.selectedCandidatePairId));
  // Firefox has no `transport` report but marks the pair itself as selected.
  const pair = all.find((r) => r.type === 'candidate-pair' && (selected.has(r.id) || r.selected));
  const seconds = pair?.currentRoundTripTime ?? all.find((r) => r.type === 'remote-inbound-rtp')?.roundTripTime;
  return typeof seconds === 'number' ? Math.round(seconds * 1000) : null;
}

/** @param {any[]} all */
function lossOut(all) {
  let worst = 0;
  for (const report of all) {
    if (report.type === 'remote-inbound-rtp') worst = Math.max(worst, report.fractionLost ?? 0);
  }
  return worst;
}

/** @param {any[]} all */
function largestVideo(all) {
  return all
    .filter((r) => r.type === 'inbound-rtp' && r.kind === 'video' && r.frameWidth)
    .sort((a, b) => b.frameWidth - a.frameWidth)[0];
}
