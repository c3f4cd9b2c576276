import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { settled } from '../support/a11y.js';
import { expect, PEOPLE, test } from '../support/fixtures.js';

/** Makes every picture of docs/screenshots: each state on a phone, light and dark, on a desktop and 320 px wide. */

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), '../../../docs/screenshots');

const SHOTS = /** @type {const} */ ([
  { name: '390', width: 390, height: 844, scheme: 'light' },
  { name: '390-dark', width: 390, height: 844, scheme: 'dark' },
  { name: '1440', width: 1440, height: 900, scheme: 'light' },
  { name: '320', width: 320, height: 640, scheme: 'light' },
]);

/** @param {import('playwright-core').Page} page @param {string} name */
async function shoot(page, name) {
  mkdirSync(FOLDER, { recursive: true });
  for (const shot of SHOTS) {
    await page.setViewportSize({ width: shot.width, height: shot.height });
    await page.emulateMedia({ colorScheme: shot.scheme, reducedMotion: 'reduce' });
    await settled(page, shot.scheme);
    await page.screenshot({ path: join(FOLDER, `${name}-${shot.name}.png`) });
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });
}

test.describe.configure({ timeout: 300_000 });

test('public pages', async ({ office }) => {
  const page = await office.page();
  for (const [name, path] of [
    ['host', '/'], ['login', '/login'], ['privacy', '/privacy/wroclaw'], ['accessibility', '/accessibility/wroclaw'],
    ['problem', '/nie-ma-takiej-strony'], ['gallery', '/gallery'],
  ]) {
    await page.goto(`${office.server.host}${path}`);
    if (name === 'host') await expect(page.getByRole('button', { name: /Porozmawiaj z urzędnikiem/ })).toBeVisible();
    await shoot(page, name);
  }
});

test('the journey', async ({ office }) => {
  const desk = await office.desk('anna');
  await shoot(desk.page, 'desk-off');
  const citizen = await office.citizen();
  await citizen.open();
  await shoot(citizen.page, 'start-nobody');
  await desk.receive();
  await shoot(desk.page, 'desk-nobody-waits');
  await citizen.page.reload();
  await citizen.open();
  await shoot(citizen.page, 'start');
  await citizen.button(/^Porozmawiaj teraz/).click();
  await shoot(citizen.page, 'matter');
  await citizen.panel.getByRole('radio', { name: /Informacja ogólna/ }).check();
  await citizen.button('Dalej').click();
  await shoot(citizen.page, 'notice');
  await citizen.button('Rozumiem, dalej').click();
  await expect(citizen.heading('Jak chcesz rozmawiać?')).toBeVisible();
  await shoot(citizen.page, 'check');
  await citizen.button(/^Sprawdź kamerę/).click();
  await expect(citizen.panel.getByText(/Łącze działa/).first()).toBeVisible();
  await shoot(citizen.page, 'check-picture');
  for (const way of /** @type {const} */ (['Sam tekst', 'Sam tekst'])) {
    const ahead = await office.citizen({ person: null, shared: true });
    await ahead.open();
    await ahead.join({ way });
  }
  await citizen.panel.getByLabel(/Jak się do Ciebie zwracać/).fill('Jadwiga');
  await citizen.button('Dołącz do kolejki').click();
  await expect.poll(() => citizen.place()).toBe(3);
  await shoot(citizen.page, 'waiting');
  await shoot(desk.page, 'desk-line');
  await citizen.page.keyboard.press('Escape');
  await citizen.page.screenshot({ path: join(FOLDER, 'host-waiting-1440.png') });
  await citizen.page.getByRole('button', { name: /miejsce|Porozmawiaj/i }).click();

  await desk.page.getByRole('button', { name: /^Wywołaj(?! następną)/ }).nth(2).click();
  await expect(citizen.heading('Zapraszamy do rozmowy')).toBeVisible();
  await shoot(citizen.page, 'called');
  await shoot(desk.page, 'desk-calling');
  await citizen.accept();
  await expect(citizen.heading('Rozmowa')).toBeVisible();
  await expect(citizen.panel.locator('[data-tile="other"] video')).toBeVisible();
  await expect(desk.page.locator('[data-tile="other"] video')).toBeVisible();
  await expect(desk.page.getByText(/Dobre łącze/).first()).toBeVisible();
  await shoot(citizen.page, 'call');
  await desk.page.getByLabel(/wiadomość/i).fill('Dzień dobry, w czym mogę pomóc?');
  await desk.button(/^Wyślij/).click();
  await shoot(desk.page, 'desk-call');
  await citizen.panel.getByLabel(/wiadomość/i).fill('Chcę złożyć wniosek o dowód.');
  await citizen.button(/^Wyślij/).click();
  await shoot(citizen.page, 'call-chat');
  await desk.button('Zakończ rozmowę').click();
  await desk.page.getByRole('dialog').getByRole('button', { name: 'Zakończ rozmowę' }).click();
  await expect(citizen.heading('Rozmowa zakończona')).toBeVisible();
  await shoot(citizen.page, 'ended');
  await shoot(desk.page, 'desk-after-call');
});

test('refusals', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const citizen = await office.citizen({ answer: 'deny', person: PEOPLE.jadwiga });
  await citizen.open();
  await citizen.toDeviceCheck();
  await citizen.button(/^Sprawdź kamerę/).click();
  await expect(citizen.panel.getByText(/nie ma zgody/).first()).toBeVisible();
  await shoot(citizen.page, 'check-denied');
});
