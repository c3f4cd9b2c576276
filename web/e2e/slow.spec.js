import { kbitBetween, keepConnections, sample } from './support/link-stats.js';
import { narrow } from './support/narrow.js';
import { hasOwnNetwork } from './support/network.js';
import { restless } from './support/restless.js';
import { expect, PEOPLE, test } from './support/fixtures.js';

/**
 * A receiver with a narrow way makes the sender slow down, by a real bottleneck: the kernel queues what the server's
 * media port sends to the citizen's browser, and drops what has no room. Both browsers share loopback, so the way is
 * told by its two ports; the browser's is that of the candidate pair it has chosen.
 */
test.describe.configure({ mode: 'serial' });
test.skip(!hasOwnNetwork, 'needs the right to make a network namespace');
test.setTimeout(300_000);

/** Patience for what the rules do in seconds on a quiet machine. */
const PATIENCE = { timeout: 90_000, intervals: [500] };
/** Rates are measured over this long: encoders vary from picture to picture. */
const SPAN_MS = 3_000;
/** Of the pictures that the clerk's camera gives. */
const WHOLE_WIDTH = 640;

/** @typedef {import('./support/link-stats.js').Shown} Shown */

/** How much a page sends now, in kbit/s. @param {Shown} shown */
async function rateOf(shown) {
  const before = await sample(shown);
  // A rate is something over time; nothing else is waited for here.
  await shown.evaluate((span) => new Promise((resolve) => { setTimeout(resolve, span); }), SPAN_MS);
  return kbitBetween(before, await sample(shown));
}

/** Anna, who needs many bits, and Jadwiga in a call. @param {import('./support/fixtures.js').Office} office */
async function restlessCall(office) {
  const desk = await office.desk('anna', { person: restless(PEOPLE.anna) });
  await keepConnections(desk.page);
  await desk.page.reload();
  await desk.receive();
  const page = await office.page();
  await keepConnections(page);
  const citizen = office.at(page);
  await citizen.open();
  await citizen.join();
  await desk.callNext();
  await citizen.accept();
  await expect.poll(async () => (await sample(citizen.frame)).decoded, PATIENCE).toBeGreaterThan(10);
  return { desk, citizen };
}

/** The wider way is about what one camera fills when the machine has time for it, so nothing need be dropped there. */
for (const { kbit_s, least_kbit_s } of [{ kbit_s: 300, least_kbit_s: 360 }, { kbit_s: 1_000, least_kbit_s: 500 }]) {
  test(`a way of ${kbit_s} kbit/s to the citizen slows the clerk down, and the picture is whole again afterwards`, async ({ office }) => {
    const { desk, citizen } = await restlessCall(office);
    await expect.poll(() => rateOf(desk.page), { ...PATIENCE, message: 'the clerk sends enough' }).toBeGreaterThan(least_kbit_s);
    await expect.poll(async () => (await sample(desk.page)).width, { ...PATIENCE, message: 'the picture is whole' }).toBe(WHOLE_WIDTH);
    const { port } = await sample(citizen.frame);
    expect(port).toBeGreaterThan(0);

    const way = narrow({ from: office.server.mediaPort, to: port, kbit_s });
    let dropped = 0;
    try {
      await expect.poll(() => rateOf(desk.page), { ...PATIENCE, message: 'the clerk sends less than fits' }).toBeLessThan(kbit_s);
      // From here on the voice stays, and pictures come.
      const before = await sample(citizen.frame);
      const rates = [await rateOf(desk.page), await rateOf(desk.page), await rateOf(desk.page)];
      const after = await sample(citizen.frame);
      const heard = after.heard - before.heard;
      const unheard = after.unheard - before.unheard;
      test.info().annotations.push({ type: 'narrow', description: `${rates.map(Math.round).join(', ')} kbit/s, voice ${heard} heard ${unheard} not` });
      expect(heard, 'the voice goes on').toBeGreaterThan(200);
      expect(unheard / (heard + unheard), 'of the voice hardly anything is lost').toBeLessThan(0.05);
      expect(after.decoded, 'pictures come').toBeGreaterThan(before.decoded);
      expect(Math.min(...rates), 'the way is used').toBeGreaterThan(kbit_s * 0.2);
    } finally {
      ({ dropped } = way.heal());
    }
    if (least_kbit_s > kbit_s) expect(dropped, 'the way was narrow indeed').toBeGreaterThan(0);

    const lifted = Date.now();
    await expect.poll(async () => (await sample(desk.page)).width, { ...PATIENCE, message: 'the picture is as large as before' })
      .toBe(WHOLE_WIDTH);
    const took_s = Math.round((Date.now() - lifted) / 1000);
    await expect.poll(() => rateOf(desk.page), { ...PATIENCE, message: 'and as good' }).toBeGreaterThan(least_kbit_s);
    test.info().annotations.push({ type: 'lifted', description: `whole after ${took_s} s, ${dropped} dropped` });
    if (least_kbit_s > kbit_s) expect(await office.server.metric('okienko_media_limits_total')).toBeGreaterThan(0);
  });
}

test('on a way too narrow for pictures both are told, the voice stays, and pictures come again', async ({ office }) => {
  const { desk, citizen } = await restlessCall(office);
  const { port } = await sample(citizen.frame);

  const way = narrow({ from: office.server.mediaPort, to: port, kbit_s: 90 });
  try {
    await expect(citizen.panel.getByText('Obraz wstrzymany: łącze jest za wolne').first()).toBeVisible({ timeout: 60_000 });
    await expect(desk.page.getByText('Nie widzi obrazu: ma za wolne łącze').first()).toBeVisible();
    const before = await sample(citizen.frame);
    await expect.poll(async () => (await sample(citizen.frame)).heard - before.heard, PATIENCE).toBeGreaterThan(100);
  } finally {
    way.heal();
  }

  await expect(citizen.panel.getByText('Obraz wstrzymany: łącze jest za wolne')).toHaveCount(0, { timeout: 90_000 });
  await expect(desk.page.getByText('Nie widzi obrazu: ma za wolne łącze')).toHaveCount(0);
  const before = await sample(citizen.frame);
  await expect.poll(async () => (await sample(citizen.frame)).decoded, PATIENCE).toBeGreaterThan(before.decoded + 10);
});
