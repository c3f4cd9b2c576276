import { expect } from '@playwright/test';
import { colourOf, isGroundOf, isVoiceOf, pitchOf } from './media.js';
import { PEOPLE } from './people.js';

/**
 * Two people in a call, and what each of them sees of the other.
 * @typedef {import('./citizen.js').Citizen} Citizen
 * @typedef {import('./desk.js').Desk} Desk
 * @typedef {import('playwright-core').Page | import('playwright-core').Frame} Shown
 */

/** Elements of the stage that play another member. */
export const OTHERS_VIDEO = '[data-tile="other"] video';
const OTHERS_SOUND = '[data-tile="other"] video, [data-tile="other"] audio, [data-stage] audio';

/**
 * Anna at her desk and Jadwiga on the office's page, seeing each other.
 * @param {import('./fixtures.js').Office} office
 * @param {{prepare?: (page: import('playwright-core').Page) => Promise<unknown>}} [options] `prepare` changes both browsers before they call
 */
export async function talking(office, { prepare } = {}) {
  const desk = await office.desk('anna');
  if (prepare) {
    await prepare(desk.page);
    await desk.page.reload();
  }
  await countConnections(desk.page);
  await desk.receive();
  const citizen = await office.citizen();
  await prepare?.(citizen.page);
  await countConnections(citizen.page);
  const call = callsOf(citizen.page);
  await citizen.open();
  await citizen.join();
  await desk.callNext();
  await citizen.accept();
  await expectBothMove(citizen, desk);
  return { citizen, desk, call };
}

/**
 * The other's picture is theirs, and it moves.
 * @param {() => Shown} shown  asked anew each time: a reload makes another document
 * @param {import('./people.js').Person} other @param {string} message
 */
export async function expectMoves(shown, other, message) {
  await expect.poll(async () => {
    try {
      return isGroundOf(await colourOf(shown(), OTHERS_VIDEO), other) && await moves(shown());
    } catch {
      // The document is being replaced.
      return false;
    }
  }, { message, timeout: 40_000 }).toBe(true);
}

/** @param {Citizen} citizen @param {Desk} desk */
export async function expectBothMove(citizen, desk) {
  await expectMoves(() => citizen.frame, PEOPLE.anna, 'the citizen sees the clerk');
  await expectMoves(() => desk.page, PEOPLE.jadwiga, 'the clerk sees the citizen');
}

/** Anna and Jadwiga hear each other. @param {Citizen} citizen @param {Desk} desk */
export async function expectBothHear(citizen, desk) {
  await expect.poll(async () => isVoiceOf(await pitchOf(citizen.frame, OTHERS_SOUND), PEOPLE.anna),
    { message: 'the citizen hears the clerk', timeout: 40_000 }).toBe(true);
  await expect.poll(async () => isVoiceOf(await pitchOf(desk.page, OTHERS_SOUND), PEOPLE.jadwiga),
    { message: 'the clerk hears the citizen', timeout: 40_000 }).toBe(true);
}

/** Whether new pictures are shown within a second. @param {Shown} shown */
function moves(shown) {
  return shown.evaluate(async (wanted) => {
    const frames = () => /** @type {HTMLVideoElement[]} */ ([...document.querySelectorAll(wanted)]).reduce((sum, video) =>
      sum + video.getVideoPlaybackQuality().totalVideoFrames, 0);
    const before = frames();
    await new Promise((resolve) => { setTimeout(resolve, 700); });
    return frames() > before;
  }, OTHERS_VIDEO);
}

/** How many connections this document has made so far. @param {Shown} shown */
export function connectionsMade(shown) {
  return shown.evaluate(() => /** @type {any} */ (globalThis).okienkoConnections ?? 0);
}

/** Counts the connections of the document that is shown, and of each that this page loads. @param {import('playwright-core').Page} page */
async function countConnections(page) {
  const count = () => {
    const Native = globalThis.RTCPeerConnection;
    const counter = /** @type {any} */ (globalThis);
    counter.okienkoConnections = 0;
    globalThis.RTCPeerConnection = class extends Native {
      /** @param {RTCConfiguration} [configuration] */
      constructor(configuration) {
        super(configuration);
        counter.okienkoConnections += 1;
      }
    };
  };
  await page.addInitScript(count);
  await page.evaluate(count);
}

/**
 * Notes which calls a page is told of, from now on.
 * @param {import('playwright-core').Page} page @returns {() => string} the last of them
 */
function callsOf(page) {
  let call = '';
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => {
    const frame = JSON.parse(String(payload));
    if (frame.type === 'in-call') call = frame.call;
  }));
  return () => call;
}
