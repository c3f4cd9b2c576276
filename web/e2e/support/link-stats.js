/**
 * What a page's connection says of itself.
 *
 * @typedef {import('playwright-core').Page | import('playwright-core').Frame} Shown
 * @typedef {object} Sample
 * @property {number} at_ms
 * @property {number} sent_bytes pictures and voice, without what was sent again
 * @property {number} width of the pictures that are sent
 * @property {number} heard voice packets that came
 * @property {number} unheard voice packets that did not
 * @property {number} decoded pictures that came
 * @property {number} port where this browser takes what the server sends
 */

/** Keeps the connections of each document that this page loads. @param {import('playwright-core').Page} page */
export async function keepConnections(page) {
  await page.addInitScript(() => {
    const Native = globalThis.RTCPeerConnection;
    const kept = /** @type {any} */ (globalThis);
    kept.okienkoKept = [];
    globalThis.RTCPeerConnection = class extends Native {
      /** @param {RTCConfiguration} [configuration] */
      constructor(configuration) {
        super(configuration);
        kept.okienkoKept.push(this);
      }
    };
  });
}

/** @param {Shown} shown @returns {Promise<Sample>} */
export function sample(shown) {
  return shown.evaluate(async () => {
    const kept = /** @type {RTCPeerConnection[]} */ (/** @type {any} */ (globalThis).okienkoKept);
    const connection = kept.filter((each) => each.connectionState === 'connected').at(-1);
    const rows = connection ? [...(await connection.getStats()).values()] : [];
    /** @param {string} type @param {string} [kind] @param {string} [field] */
    const sum = (type, kind, field = '') => rows.filter((row) => row.type === type && row.kind === kind)
      .reduce((all, row) => all + (row[field] ?? 0), 0);
    const selected = rows.find((row) => row.type === 'transport')?.selectedCandidatePairId;
    const pair = rows.find((row) => row.id === selected);
    return {
      at_ms: performance.now(),
      sent_bytes: sum('outbound-rtp', 'video', 'bytesSent') + sum('outbound-rtp', 'audio', 'bytesSent'),
      width: Math.max(0, ...rows.filter((row) => row.type === 'outbound-rtp' && row.kind === 'video').map((row) => row.frameWidth ?? 0)),
      heard: sum('inbound-rtp', 'audio', 'packetsReceived'),
      unheard: sum('inbound-rtp', 'audio', 'packetsLost'),
      decoded: sum('inbound-rtp', 'video', 'framesDecoded'),
      port: rows.find((row) => row.id === pair?.localCandidateId)?.port ?? 0,
    };
  });
}

/** What was sent in between, in kbit/s. @param {Sample} before @param {Sample} after */
export function kbitBetween(before, after) {
  return (after.sent_bytes - before.sent_bytes) * 8 / (after.at_ms - before.at_ms);
}
