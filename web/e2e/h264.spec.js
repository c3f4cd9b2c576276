import { expect, test } from './support/fixtures.js';
import { expectBothMove, talking } from './support/talking.js';

/** @typedef {import('playwright-core').Page} Page */

/** Offers nothing but H.264 for pictures, as a browser without VP8 would, and keeps the connections for a look. @param {Page} page */
function onlyH264(page) {
  return page.addInitScript(() => {
    const made = /** @type {RTCPeerConnection[]} */ ([]);
    Object.assign(globalThis, { okienkoPeers: made });
    const Native = RTCPeerConnection;
    globalThis.RTCPeerConnection = class extends Native {
      /** @param {RTCConfiguration} [configuration] */
      constructor(configuration) {
        super(configuration);
        made.push(this);
      }

      /** @override @param {any} [description] */
      setLocalDescription(description) {
        const codecs = RTCRtpReceiver.getCapabilities('video')?.codecs ?? [];
        const wanted = codecs.filter(({ mimeType, sdpFmtpLine }) =>
          /h264/i.test(mimeType) && /packetization-mode=1/.test(sdpFmtpLine ?? '') && /42e01f/i.test(sdpFmtpLine ?? ''));
        for (const transceiver of this.getTransceivers()) {
          if (transceiver.receiver.track.kind === 'video') transceiver.setCodecPreferences(wanted);
        }
        return super.setLocalDescription(description);
      }
    };
  });
}

/** In which codecs pictures go out and come in. @param {Page | import('playwright-core').Frame} shown */
function codecs(shown) {
  return shown.evaluate(async () => {
    const used = new Set();
    for (const peer of /** @type {any} */ (globalThis).okienkoPeers) {
      const reports = [...(await peer.getStats()).values()];
      for (const { type, kind, codecId, framesDecoded = 0, framesEncoded = 0 } of reports) {
        if (!/^(in|out)bound-rtp$/.test(type) || kind !== 'video' || framesDecoded + framesEncoded === 0) continue;
        used.add(`${type} ${reports.find(({ id }) => id === codecId)?.mimeType}`);
      }
    }
    return [...used].sort();
  });
}

test('browsers that know no VP8 see each other in H.264', async ({ office }) => {
  const page = await office.page({ person: null });
  await page.goto(`${office.server.widget}/gallery`);
  const isThere = await page.evaluate(() => RTCRtpSender.getCapabilities('video')?.codecs.some(({ mimeType }) => /h264/i.test(mimeType)));
  test.skip(!isThere, 'this Chromium was built without H.264');

  const { citizen, desk } = await talking(office, { prepare: onlyH264 });

  await expectBothMove(citizen, desk);
  const both = ['inbound-rtp video/H264', 'outbound-rtp video/H264'];
  expect(await codecs(citizen.frame)).toEqual(both);
  expect(await codecs(desk.page)).toEqual(both);
});
