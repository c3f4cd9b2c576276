/**
 * Brings the own picture back to its full size when the link is wide again. A browser makes it small within a second
 * when there is no room for it, and takes half a minute to make it large again, size by size. What it has taken off it
 * forgets when it is told to weigh size against smoothness in another way, so it is told that, and back again at once.
 */

/** What a picture needs at the least, in bit/s: something for each, and something for each of its points. */
const NEED_BPS = { each: 200_000, point: 0.8 };
/** Where that did not help, it is not tried again before this. */
const PAUSE_MS = 10_000;

export class FullPicture {
  #tried_at = -Infinity;

  /**
   * Looks whether a picture is smaller than it may be.
   *
   * @param {RTCPeerConnection} connection
   * @param {any[]} reports the values of its `RTCStatsReport`
   * @param {number} now_ms
   */
  async look(connection, reports, now_ms) {
    if (now_ms - this.#tried_at < PAUSE_MS) return;
    const mids = new Set(reports.filter((report) => isNeedlesslySmall(report, reports)).map((report) => report.mid));
    const sections = connection.getTransceivers().filter((section) => mids.has(section.mid));
    if (sections.length === 0) return;
    this.#tried_at = now_ms;
    for (const { sender } of sections) await weighAnew(sender);
  }
}

/**
 * @param {any} report one of the reports
 * @param {any[]} all
 */
export function isNeedlesslySmall(report, all) {
  if (report.type !== 'outbound-rtp' || report.kind !== 'video' || report.qualityLimitationReason !== 'bandwidth') return false;
  const source = all.find((other) => other.id === report.mediaSourceId);
  const points = (source?.width ?? 0) * (source?.height ?? 0);
  return (report.frameWidth ?? 0) < (source?.width ?? 0) && (report.targetBitrate ?? 0) >= NEED_BPS.each + NEED_BPS.point * points;
}

/** @param {RTCRtpSender} sender */
async function weighAnew(sender) {
  const before = sender.getParameters().degradationPreference;
  try {
    for (const preference of /** @type {const} */ (['balanced', before ?? 'maintain-framerate'])) {
      const parameters = sender.getParameters();
      parameters.degradationPreference = preference;
      await sender.setParameters(parameters);
    }
  } catch {
    // The section is being negotiated or has just ended; the browser goes its own way.
  }
}
