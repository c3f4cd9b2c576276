/**
 * Whether anything still comes in over a connection. Browsers say `disconnected` only after five seconds or more; by
 * then the person has long been speaking to nobody. Pure but for the last sample it keeps.
 */

/** While media flow there is a packet every 20 ms; so long a gap is a lost network (ITU-T G.1028 calls 2 s a break). */
const FLOWING_SILENT_MS = 2_500;
/** With nothing sent on either side there are only the checks of consent, every 5 s with a spread (RFC 7675 §5.1). */
const QUIET_SILENT_MS = 12_000;

export class LinkSilence {
  #heard = -1;
  #heardAt = 0;
  #flowing = false;
  #bytes = 0;

  /**
   * Takes one sample.
   *
   * @param {Iterable<any>} reports the values of an `RTCStatsReport`
   * @param {number} now_ms by any steady clock
   * @returns {boolean} whether the other end has fallen silent
   */
  sample(reports, now_ms) {
    let bytes = 0;
    let heard = 0;
    for (const report of reports) {
      if (report.type !== 'candidate-pair') continue;
      bytes += report.bytesReceived ?? 0;
      heard += (report.bytesReceived ?? 0) + (report.responsesReceived ?? 0) + (report.requestsReceived ?? 0);
    }
    if (heard !== this.#heard) {
      // A byte or two of checks is no flow; a second of the thinnest speech is hundreds.
      this.#flowing = this.#heard >= 0 && bytes - this.#bytes > 100;
      this.#heard = heard;
      this.#heardAt = now_ms;
    }
    this.#bytes = bytes;
    return now_ms - this.#heardAt >= (this.#flowing ? FLOWING_SILENT_MS : QUIET_SILENT_MS);
  }
}
