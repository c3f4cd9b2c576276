import { walk } from './support/a11y.js';
import { expect, test } from './support/fixtures.js';
import { talking } from './support/talking.js';

/** What opens over a call, on both sides, and a call that broke off. */

test.describe.configure({ timeout: 300_000 });

/**
 * Opens "more options", which another size may have closed.
 * @param {import('playwright-core').Page | import('playwright-core').FrameLocator} side
 */
async function openMore(side) {
  const more = side.getByRole('button', { name: 'Więcej opcji' });
  if (await more.getAttribute('aria-expanded') !== 'true') await more.click();
  await expect(side.locator('.controls-menu')).toBeVisible();
}

test('more options, the devices and the question at the end, on both sides', async ({ office }) => {
  const { citizen, desk } = await talking(office);
  for (const [name, page, side, inner] of /** @type {const} */ ([
    ['citizen', citizen.page, citizen.panel, citizen.frame], ['desk', desk.page, desk.page, desk.page],
  ])) {
    await walk(page, inner, `call, more options, ${name}`, () => openMore(side));
    await openMore(side);
    await side.getByRole('button', { name: 'Kamera i mikrofon' }).click();
    await expect(side.getByRole('dialog')).toBeVisible();
    await walk(page, inner, `call, devices, ${name}`);
    await page.keyboard.press('Escape');
    await expect(side.getByRole('dialog')).toHaveCount(0);
    await side.getByRole('button', { name: 'Zakończ rozmowę' }).click();
    await expect(side.getByRole('dialog')).toBeVisible();
    await walk(page, inner, `call, end?, ${name}`);
    await page.keyboard.press('Escape');
  }
});

test('live text, on both sides', async ({ office }) => {
  const { citizen, desk } = await talking(office);
  await desk.button('Włącz tekst na żywo').click();
  for (const [side, text] of /** @type {const} */ ([[desk.page, 'Dzień dobry'], [citizen.panel, 'Nie słyszę']])) {
    const field = side.getByLabel(/^Tekst na żywo\./);
    await field.fill(text);
    await field.press('Enter');
    await field.fill(`${text} jeszcze raz`);
  }
  await expect(desk.page.locator('.live-words')).toHaveText('Nie słyszę jeszcze raz');
  await expect(citizen.panel.locator('.live-words')).toHaveText('Dzień dobry jeszcze raz');
  await walk(citizen.page, citizen.frame, 'call, live text');
  await walk(desk.page, desk.page, 'desk, live text');
});

test.describe('lost in a call', () => {
  // A question that nobody answers stands for fifteen times as long: axe needs two minutes.
  test.use({ serverEnv: { OKIENKO__CALL__LOST_IN_CALL_S: '15' } });

  test('the question at the desk, and the citizen who comes back', async ({ office }) => {
    const desk = await office.desk('anna', { person: null });
    await desk.receive();
    const citizen = await office.citizen({ person: null });
    await citizen.open();
    await citizen.join({ way: 'Sam tekst' });
    await desk.callNext();
    await citizen.accept();
    await expect(citizen.heading('Rozmowa')).toBeVisible();
    const context = citizen.page.context();
    await citizen.page.close();
    await expect(desk.button('Czekaj jeszcze 2 minuty')).toBeVisible({ timeout: 60_000 });
    await walk(desk.page, desk.page, 'desk, call, lost');
    await desk.page.locator('.stage-note').getByRole('button', { name: 'Zakończ rozmowę' }).click();
    await desk.page.getByRole('dialog').getByRole('button', { name: 'Zakończ rozmowę' }).click();

    citizen.page = await context.newPage();
    office.watch(citizen.page);
    await citizen.page.goto(`${office.server.host}/`);
    await expect(citizen.heading('Rozmowa została przerwana')).toBeVisible();
    await walk(citizen.page, citizen.frame, 'missed, dropped');
  });
});
