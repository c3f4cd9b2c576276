import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { settled } from '../support/a11y.js';
import { expect, PEOPLE, test } from '../support/fixtures.js';
import { fromAnotherVersion, greetedOnly, inAnOldBrowser, withoutScripts } from '../support/rare.js';

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
  office.expectRefused('/nie-ma-takiej-strony');
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
  // Opened by a press it stays open at every size.
  await citizen.page.setViewportSize({ width: 390, height: 844 });
  await citizen.button('Otwórz czat').click();
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
  await citizen.button('Dołącz do kolejki').click();
  await expect(citizen.panel.getByText(/Nie mamy dostępu do kamery/).first()).toBeVisible();
  await shoot(citizen.page, 'check-missing');
});

test.describe('what comes with time', () => {
  test.use({ serverEnv: { OKIENKO__QUEUE__ACCEPT_S: '5', OKIENKO__QUEUE__EXTENSION_S: '120' } });

  test('invitations and another tab', async ({ office }) => {
    const desk = await office.desk('anna');
    await desk.receive();
    const citizen = await office.citizen({ person: null });
    await citizen.open();
    await citizen.join({ way: 'Sam tekst' });
    await desk.callNext();
    await citizen.button('Potrzebuję więcej czasu').click();
    await expect(citizen.heading('Czekamy na Ciebie')).toBeVisible();
    await shoot(citizen.page, 'deferred');
    await citizen.button('Jestem').click();
    await desk.callNext();
    await expect(citizen.heading('Twoja kolej minęła')).toBeVisible();
    await shoot(citizen.page, 'missed');
    await citizen.button('Wracam do kolejki').click();
    await expect.poll(() => citizen.place()).toBe(1);
    const tab = await citizen.page.context().newPage();
    await tab.goto(`${office.server.host}/`);
    await tab.getByRole('button', { name: /Porozmawiaj/ }).click();
    await expect(tab.frameLocator('iframe').getByRole('heading', { name: /^Czekasz już w innej karcie/ })).toBeVisible();
    await shoot(tab, 'elsewhere');
  });
});

test('taken back and put away', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const citizen = await office.citizen();
  await citizen.open();
  await citizen.join();
  await desk.callNext();
  await expect(citizen.heading('Zapraszamy do rozmowy')).toBeVisible();
  await desk.button('Cofnij wywołanie').click();
  await expect(citizen.panel.getByText(/Urząd cofnął zaproszenie/).first()).toBeVisible();
  await shoot(citizen.page, 'waiting-again');
  await desk.callNext();
  await citizen.accept();
  await expect(citizen.panel.locator('[data-tile="other"] video')).toBeVisible();
  await citizen.button(/^Zwiń/).click();
  await expect(citizen.page.getByText(/^Rozmowa trwa · \d\d:\d\d/)).toBeVisible();
  await shoot(citizen.page, 'host-call');
});

test('states that few people come to', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const address = `${office.server.widget}/talk/wroclaw`;
  const page = await office.page({ person: null });
  const toNotice = async () => {
    await page.goto(address);
    await page.getByRole('button', { name: /^Porozmawiaj teraz/ }).click();
    await page.getByRole('radio', { name: /Informacja ogólna/ }).check();
    await page.getByRole('button', { name: 'Dalej' }).click();
  };
  await toNotice();
  await page.getByRole('button', { name: 'Wolę inny sposób kontaktu' }).click();
  await shoot(page, 'declined');
  await fromAnotherVersion(page);
  await toNotice();
  await page.getByRole('button', { name: 'Rozumiem, dalej' }).click();
  await expect(page.getByRole('heading', { name: 'Coś nie zadziałało' })).toBeVisible();
  await shoot(page, 'panel-problem');
  await greetedOnly(page);
  await page.goto(address);
  await expect(page.getByRole('heading', { name: 'Wracamy do Twojej rozmowy' })).toBeVisible();
  await shoot(page, 'resuming');
  await page.routeWebSocket(/\/ws\/citizen/, (socket) => socket.close());
  await page.goto(address);
  await expect(page.getByRole('heading', { name: 'Nie ma połączenia z urzędem' })).toBeVisible();
  await shoot(page, 'lost');
  const old = await office.page({ person: null });
  await inAnOldBrowser(old);
  await old.goto(address);
  await shoot(old, 'unsupported');
  const plain = await office.page({ person: null });
  await withoutScripts(plain, address);
  await plain.goto(address);
  await shoot(plain, 'no-script');
});
