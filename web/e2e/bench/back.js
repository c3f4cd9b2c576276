import { expect, test } from '../support/fixtures.js';
import { expectBothMove, OTHERS_VIDEO, talking } from '../support/talking.js';
import { print, percentile, tooBusy } from './figures.js';

/**
 * How soon a call is back by itself, on both sides, after a reload of either and after a panic of its room. The server is
 * the one with failure points.
 */

test.use({ serverProgram: 'okienko-faults' });

const ROUNDS = Number(process.env.OKIENKO_BENCH_ROUNDS ?? 10);

/** How soon the call must be back, in milliseconds. */
const BARS_MS = { reload: 4_000, panic: 3_000 };

/** A pause in a picture that shows that it was lost, in milliseconds. At 15 pictures a second they come each 67. */
const PAUSE_MS = 300;

/** Notes in each document when new pictures of the other side are shown. @param {import('playwright-core').Page} page */
async function watchPictures(page) {
  await page.addInitScript((wanted) => {
    /** @type {number[]} */
    const shown = [];
    Object.assign(globalThis, { shown });
    let before = 0;
    const look = () => {
      const videos = /** @type {HTMLVideoElement[]} */ ([...document.querySelectorAll(wanted)]);
      const now = videos.reduce((sum, video) => sum + video.getVideoPlaybackQuality().totalVideoFrames, 0);
      if (now !== before && now > 0) shown.push(performance.timeOrigin + performance.now());
      before = now;
      requestAnimationFrame(look);
    };
    look();
  }, OTHERS_VIDEO);
}

/**
 * When pictures came again after a fault, in milliseconds since the epoch: those of a new document from its first one, others
 * from the end of their longest pause.
 * @param {import('playwright-core').Page | import('playwright-core').Frame} side @param {number} since @returns {Promise<number>}
 */
async function backAt(side, since) {
  const shown = await side.evaluate(() => /** @type {{shown: number[]}} */ (/** @type {unknown} */ (globalThis)).shown);
  if ((shown[0] ?? 0) > since) return shown[0] ?? Number.NaN;
  let [longest, end] = [0, since];
  for (let at = 1; at < shown.length; at += 1) {
    const [from = 0, until = 0] = [shown[at - 1], shown[at]];
    if (until > since && until - from > Math.max(longest, PAUSE_MS)) [longest, end] = [until - from, until];
  }
  if (longest === 0) throw new Error('the picture was never lost, so nothing can be said of its return');
  return end;
}

test('after a reload of either side, and after a panic of the room', async ({ office }) => {
  test.setTimeout(120_000 + ROUNDS * 90_000);
  const invalid = tooBusy();
  const { citizen, desk, call } = await talking(office, { prepare: watchPictures });
  /** @type {Record<string, number[]>} */
  const times = { 'reload of the citizen': [], 'reload of the clerk': [], 'panic of the room': [] };
  /** @param {string} what @param {() => Promise<unknown>} act */
  const measure = async (what, act) => {
    const since = Date.now();
    await act();
    await expectBothMove(citizen, desk);
    const both = await Promise.all([backAt(citizen.frame, since), backAt(desk.page, since)]);
    times[what]?.push(Math.max(...both) - since);
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    await measure('reload of the citizen', () => citizen.page.reload());
    await measure('reload of the clerk', () => desk.page.reload());
    office.deaths = { room: round + 1 };
    await measure('panic of the room', async () => {
      await office.server.arm(`room.media-step@${call()}:panic`);
      await expect.poll(() => office.server.metric('okienko_room_restarts(_total)?')).toBe(round + 1);
    });
    // The sixth death within a minute would end the call.
    await new Promise((resolve) => { setTimeout(resolve, 8_000); });
  }
  for (const [what, all] of Object.entries(times)) print(what, all);
  expect(invalid, invalid ?? '').toBeNull();
  for (const [what, all] of Object.entries(times)) {
    expect(percentile(all, 0.95), what).toBeLessThanOrEqual(what.startsWith('panic') ? BARS_MS.panic : BARS_MS.reload);
  }
});
