import { expect, test } from '../support/fixtures.js';
import { percentile, print, tooBusy } from './figures.js';

/** How many calls are measured. */
const CALLS = Number(process.env.OKIENKO_BENCH_CALLS ?? 30);

/** How soon both sides should see each other, in milliseconds. */
const BARS_MS = { p50: 1_000, p95: 2_000 };

/**
 * When the first frame of the other side is shown, by the page's clock in milliseconds since the epoch.
 * @param {import('playwright-core').Frame | import('playwright-core').Page} page
 */
function firstPicture(page) {
  return page.evaluate(() => new Promise((resolve) => {
    const look = () => {
      const video = document.querySelector('[data-tile="other"] video');
      if (video instanceof HTMLVideoElement && video.videoWidth > 0 && video.srcObject) {
        video.requestVideoFrameCallback(() => resolve(performance.timeOrigin + performance.now()));
      } else requestAnimationFrame(look);
    };
    look();
  }));
}

test(`from "accept" to the first picture on both sides, over ${CALLS} calls`, async ({ office }) => {
  test.setTimeout(CALLS * 30_000);
  const invalid = tooBusy();
  const desk = await office.desk('anna');
  await desk.receive();
  /** @type {number[]} */
  const citizen_ms = [];
  /** @type {number[]} */
  const clerk_ms = [];
  for (let call = 0; call < CALLS; call += 1) {
    // A newcomer each time, as in an office; the one before is gone.
    const citizen = await office.citizen();
    await citizen.open();
    await citizen.join();
    await desk.callNext();
    await expect(citizen.heading('Zapraszamy do rozmowy')).toBeVisible();
    const shown = Promise.all([firstPicture(citizen.frame), firstPicture(desk.page)]);
    const pressed = Date.now();
    await citizen.button('Dołącz teraz').click();
    const [citizenAt, clerkAt] = /** @type {number[]} */ (await shown);
    citizen_ms.push(citizenAt - pressed);
    clerk_ms.push(clerkAt - pressed);
    await desk.button('Zakończ rozmowę').click();
    await desk.page.getByRole('dialog').getByRole('button', { name: 'Zakończ rozmowę' }).click();
    await expect(citizen.heading('Rozmowa zakończona')).toBeVisible();
    await desk.button(/przyjmuj dalej/).click();
    await citizen.page.context().browser()?.close();
  }
  const both = citizen_ms.map((time, index) => Math.max(time, clerk_ms[index] ?? Number.NaN));
  print('the citizen sees the clerk', citizen_ms);
  print('the clerk sees the citizen', clerk_ms);
  print('both sides', both);
  // Told apart from a pass: nobody knows whether the bars hold.
  expect(invalid, invalid ?? '').toBeNull();
  expect(percentile(both, 0.5), 'half of the calls').toBeLessThanOrEqual(BARS_MS.p50);
  expect(percentile(both, 0.95), 'nineteen of twenty calls').toBeLessThanOrEqual(BARS_MS.p95);
});
