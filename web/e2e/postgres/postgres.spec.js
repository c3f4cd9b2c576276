import { Cluster } from '../support/cluster.js';
import { colourOf, isGroundOf } from '../support/media.js';
import { expect, PEOPLE, test as base } from '../support/fixtures.js';
import { startServer } from '../support/server.js';

const OTHERS_VIDEO = '[data-tile="other"] video';

/** A server whose records are in a PostgreSQL of this test's own. */
const test = /** @type {import('@playwright/test').TestType<
  import('@playwright/test').PlaywrightTestArgs & import('@playwright/test').PlaywrightTestOptions & {
    office: import('../support/fixtures.js').Office, serverEnv: Record<string, string>, cluster: Cluster }, {}>} */ (base.extend({
  cluster: async ({}, use) => {
    const cluster = await Cluster.start();
    await use(cluster);
    await cluster.remove();
  },
  serverEnv: async ({ cluster }, use) => { await use({ OKIENKO__DATABASE__URL: cluster.url }); },
}));

/** What the browsers say of a server that is gone for a moment. @param {import('../support/fixtures.js').Office} office */
function forgiveTheGap(office) {
  office.complaints = office.complaints.filter((text) => !/WebSocket connection|ERR_CONNECTION_REFUSED|503/.test(text));
}

test('line and call are there again after the server was killed', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const [talks, first, second] = [await office.citizen(), await office.citizen({ person: null }), await office.citizen({ person: null })];
  await talks.open();
  await talks.join();
  await desk.callNext();
  await talks.accept();
  await expect.poll(async () => isGroundOf(await colourOf(desk.page, OTHERS_VIDEO), PEOPLE.jadwiga)).toBe(true);
  for (const waits of [first, second]) {
    await waits.open();
    await waits.join({ way: 'Sam tekst' });
  }
  await expect.poll(() => second.place()).toBe(2);

  office.server.kill('SIGKILL');
  await office.server.exited;
  office.server = await startServer({ again: office.server });
  desk.server = office.server;

  await expect(desk.page.getByText('Dobre łącze').first()).toBeVisible({ timeout: 60_000 });
  await expect.poll(() => first.place(), { timeout: 60_000 }).toBe(1);
  await expect.poll(() => second.place(), { timeout: 60_000 }).toBe(2);
  await desk.finish();
  await desk.button(/przyjmuj dalej/).click();
  await desk.callNext();
  await expect(first.heading('Zapraszamy do rozmowy')).toBeVisible();
  await expect(second.heading('Zapraszamy do rozmowy')).toHaveCount(0);
  forgiveTheGap(office);
});

test('while the database is gone a call goes on and newcomers are told; then everything goes on', async ({ office, cluster }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const talks = await office.citizen();
  await talks.open();
  await talks.join();
  await desk.callNext();
  await talks.accept();
  await expect.poll(async () => isGroundOf(await colourOf(desk.page, OTHERS_VIDEO), PEOPLE.jadwiga)).toBe(true);
  const newcomer = await office.citizen({ person: null });
  await newcomer.open();
  await newcomer.toDeviceCheck();
  await newcomer.panel.getByRole('radio', { name: /^Sam tekst/ }).check();

  await cluster.order('stop');
  await newcomer.button('Dołącz do kolejki').click();
  await expect(newcomer.panel.getByText(/nie możemy niczego zapisać/).first()).toBeVisible();
  expect((await fetch(`${office.server.widget}/healthz`)).status).toBe(200);
  expect((await fetch(`${office.server.widget}/readyz`)).status).toBe(503);
  await talks.panel.getByLabel(/wiadomość/i).fill('Czy nadal mnie widać?');
  await talks.button(/^Wyślij/).click();
  await expect(desk.page.getByRole('log')).toContainText('Czy nadal mnie widać?');
  expect(isGroundOf(await colourOf(desk.page, OTHERS_VIDEO), PEOPLE.jadwiga)).toBe(true);

  await cluster.order('start');
  await expect.poll(async () => (await fetch(`${office.server.widget}/readyz`)).status).toBe(200);
  // The first press may still meet a connection that broke: that is told, and one presses again.
  await expect(async () => {
    const join = newcomer.button('Dołącz do kolejki');
    if (await join.isVisible()) await join.click();
    await expect(newcomer.heading('Czekasz w kolejce')).toBeVisible({ timeout: 5_000 });
  }).toPass({ timeout: 60_000 });
  forgiveTheGap(office);
});
