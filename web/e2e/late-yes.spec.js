import { expect, test } from './support/fixtures.js';

/** Who is asked for camera and microphone, and answers when it is not wanted any more: no light goes on. */

/** Holds the browser's answer back until the test gives it, and keeps what was handed out. @param {import('playwright-core').Page} page */
async function holdAnswers(page) {
  await page.addInitScript(() => {
    const kept = /** @type {any} */ (globalThis);
    const answer = new Promise((resolve) => { kept.okienkoAllow = resolve; });
    const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    /** @type {MediaStreamTrack[]} */
    kept.okienkoTracks = [];
    navigator.mediaDevices.getUserMedia = async (wish) => {
      kept.okienkoAsked = true;
      await answer;
      const stream = await real(wish);
      kept.okienkoTracks.push(...stream.getTracks());
      return stream;
    };
  });
}

/** @param {import('playwright-core').Page | import('playwright-core').Frame} where */
const asked = (where) => expect.poll(() => where.evaluate(() => /** @type {any} */ (globalThis).okienkoAsked === true)).toBe(true);

/** The person says yes now. @param {import('playwright-core').Page | import('playwright-core').Frame} where */
async function expectDark(where) {
  await where.evaluate(() => /** @type {any} */ (globalThis).okienkoAllow());
  await expect.poll(() => where.evaluate(() => /** @type {any} */ (globalThis).okienkoTracks
    .map((/** @type {MediaStreamTrack} */ track) => track.readyState))).toEqual(['ended', 'ended']);
}

test('who leaves the check of devices before saying yes is not watched', async ({ office }) => {
  const desk = await office.desk('anna', { person: null });
  await desk.receive();
  const page = await office.page();
  await holdAnswers(page);
  const citizen = office.at(page);
  await citizen.open();
  await citizen.toDeviceCheck();
  await citizen.button('Sprawdź kamerę i mikrofon').click();
  await asked(citizen.frame);
  await citizen.button('Wstecz').click();
  await expect(citizen.heading('Twoje dane w tej rozmowie')).toBeVisible();

  await expectDark(citizen.frame);

  await expect(citizen.heading('Twoje dane w tej rozmowie')).toBeFocused();
  expect(await office.server.metric('okienko_rooms')).toBe(0);
  // Whoever comes back is asked again, and sees themself.
  await citizen.button('Rozumiem, dalej').click();
  await citizen.button('Sprawdź kamerę i mikrofon').click();
  await expect(citizen.panel.getByText('Kamera działa').first()).toBeVisible();
});

test('a clerk who takes an invitation back before saying yes is not watched', async ({ office }) => {
  const page = await office.page();
  await holdAnswers(page);
  const desk = await office.deskAt(page, 'anna');
  await desk.receive();
  const citizen = await office.citizen({ person: null });
  await citizen.open();
  await citizen.join({ way: 'Sam tekst' });
  await desk.callNext();
  await asked(page);
  await desk.button('Cofnij wywołanie').click();
  await expect(desk.button(/^Wywołaj następną osobę/)).toBeVisible();

  await expectDark(page);
});
