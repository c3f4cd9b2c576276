import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { settled } from '../support/a11y.js';
import { askToBreakOff, breakOff, tryAgain } from '../support/abuse.js';
import { pdf } from '../support/files.js';
import { expect, PEOPLE, test } from '../support/fixtures.js';
import { papers, send, talkOverPapers } from '../support/papers.js';
import { fromAnotherVersion, greetedOnly, inAnOldBrowser, withoutScripts } from '../support/rare.js';
import { closed, full, tooLate } from '../support/shut.js';
import { talking } from '../support/talking.js';

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

test('more public pages', async ({ office }) => {
  office.expectRefused('/login');
  const page = await office.page({ person: null });
  for (const [name, path] of [['terms', '/terms/wroclaw'], ['faq-page', '/faq/wroclaw']]) {
    await page.goto(`${office.server.host}${path}`);
    await shoot(page, name);
  }
  await page.goto(`${office.server.widget}/login`);
  await page.getByLabel('E-mail').fill('anna@demo.example');
  await page.getByLabel('Hasło').fill('nie to');
  await page.getByRole('button', { name: 'Zaloguj się' }).click();
  await expect(page.getByRole('heading', { name: 'Popraw 1 błąd' })).toBeVisible();
  await shoot(page, 'login-refused');
  await page.goto(`${office.server.widget}/talk/wroclaw`);
  await page.getByRole('button', { name: /^Pytania i odpowiedzi/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Pytania i odpowiedzi' })).toBeVisible();
  await shoot(page, 'faq');
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
  await citizen.button('Przejdź na telefon').click();
  await expect(citizen.panel.getByRole('img', { name: /^Kod QR/ })).toBeVisible();
  await shoot(citizen.page, 'waiting-to-phone');
  await citizen.page.keyboard.press('Escape');
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
  await citizen.page.setViewportSize({ width: 1440, height: 900 });
  await desk.button('Włącz tekst na żywo').click();
  for (const [side, text] of /** @type {const} */ ([[desk.page, 'Proszę przygotować zdjęcie i st'], [citizen.panel, 'Zdjęcie już ma']])) {
    await side.getByLabel(/^Tekst na żywo\./).fill(text);
  }
  await expect(citizen.panel.locator('.live-words')).toBeVisible();
  await expect(desk.page.locator('.live-words')).toBeVisible();
  await shoot(citizen.page, 'call-live-text');
  await shoot(desk.page, 'desk-live-text');
  await desk.button('Zakończ rozmowę').click();
  await desk.page.getByRole('dialog').getByRole('button', { name: 'Zakończ rozmowę' }).click();
  await expect(citizen.heading('Rozmowa zakończona')).toBeVisible();
  await shoot(citizen.page, 'ended');
  await shoot(desk.page, 'desk-after-call');
});

/** The first screen of somebody who may not join. @param {import('../support/fixtures.js').Office} office */
async function startOf(office) {
  const citizen = await office.citizen({ person: null });
  await citizen.open();
  return citizen.page;
}

test('closed', async ({ office }) => {
  await closed(office);
  await shoot(await startOf(office), 'start-closed');
});

test('full', async ({ office }) => {
  await full(office, ['Zofia', 'Jan', 'Ewa']);
  const page = await startOf(office);
  await shoot(page, 'start-full');
  await page.keyboard.press('Escape');
  await shoot(page, 'host-full');
});

test('too late', async ({ office }) => {
  await tooLate(office);
  await shoot(await startOf(office), 'start-too-late');
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
    await expect(desk.page.locator('main').getByText(/zachowuje miejsce na początku kolejki/)).toBeVisible();
    await shoot(desk.page, 'desk-deferred');
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

test.describe('an invitation that lasts', () => {
  test.use({ serverEnv: { OKIENKO__QUEUE__ACCEPT_S: '240' } });

  test('the desk beside another, in another window and without a connection', async ({ office }) => {
    const [anna, marek] = [await office.desk('anna'), await office.desk('marek')];
    for (const desk of [anna, marek]) await desk.receive();
    const citizen = await office.citizen({ person: null });
    await citizen.open();
    await citizen.join({ way: 'Sam tekst' });
    const call = (/** @type {typeof anna} */ desk) => desk.button(/^Wywołaj(?! następną)/);
    for (const desk of [anna, marek]) await expect(call(desk)).toBeVisible();
    await Promise.all([anna, marek].map((desk) => call(desk).click()));
    await expect(anna.button('Cofnij wywołanie').or(anna.page.locator('[data-about="taken"]'))).toBeVisible();
    const loser = await anna.button('Cofnij wywołanie').isVisible() ? marek : anna;
    await expect(loser.page.locator('[data-about="taken"]')).toBeVisible();
    await shoot(loser.page, 'desk-taken');
    const tab = await loser.page.context().newPage();
    await tab.goto(`${office.server.widget}/desk`);
    await expect(tab.getByRole('dialog')).toBeVisible();
    await shoot(tab, 'desk-elsewhere');
    await tab.getByRole('button', { name: 'Zostaw tam' }).click();
    await shoot(tab, 'desk-left-elsewhere');
    await loser.page.context().setOffline(true);
    await expect(loser.page.getByText(/Brak połączenia z serwerem/).first()).toBeVisible({ timeout: 40_000 });
    await shoot(loser.page, 'desk-lost');
    await loser.page.context().setOffline(false);
    office.complaints = office.complaints.filter((text) => !/ERR_INTERNET_DISCONNECTED/.test(text));
  });
});

test.describe('lost in a call', () => {
  test.use({ serverEnv: { OKIENKO__CALL__LOST_IN_CALL_S: '5' } });

  test('the question at the desk, and who comes back', async ({ office }) => {
    const { citizen, desk } = await talking(office);
    const context = citizen.page.context();
    await citizen.page.close();
    await expect(desk.button('Czekaj jeszcze 2 minuty')).toBeVisible({ timeout: 30_000 });
    await shoot(desk.page, 'desk-call-lost');
    await desk.page.locator('.stage-note').getByRole('button', { name: 'Zakończ rozmowę' }).click();
    await desk.page.getByRole('dialog').getByRole('button', { name: 'Zakończ rozmowę' }).click();
    citizen.page = await context.newPage();
    await citizen.page.goto(`${office.server.host}/`);
    await expect(citizen.heading('Rozmowa została przerwana')).toBeVisible();
    await shoot(citizen.page, 'missed-dropped');
  });
});

test('a call that is broken off, and the line that is closed', async ({ office }) => {
  const { citizen, desk } = await talking(office);
  await askToBreakOff(desk);
  await shoot(desk.page, 'desk-break-off');
  await desk.page.keyboard.press('Escape');
  await breakOff(desk, citizen, '1 dzień');
  await shoot(citizen.page, 'ended-broken-off');
  await tryAgain(citizen);
  await expect(citizen.heading('Teraz nie można dołączyć do kolejki')).toBeVisible();
  await shoot(citizen.page, 'blocked');
  const manager = await office.desk('kierownik', { person: null, shared: true });
  await manager.page.goto(`${office.server.widget}/manage/blocks`);
  await shoot(manager.page, 'manage-blocks');
});

test('documents and a shown screen', async ({ office }) => {
  const { citizen, desk } = await talkOverPapers(office);
  await desk.page.getByLabel('Poproś o dokument').fill('zaświadczenie');
  await desk.page.keyboard.press('Enter');
  await send(citizen, [pdf('wniosek.pdf')]);
  await expect(papers(desk)).toHaveCount(1);
  await shoot(citizen.page, 'call-documents');
  await shoot(desk.page, 'desk-documents');
  await desk.button('Udostępnij ekran').click();
  await expect(citizen.panel.getByText(/^Ekran: /)).toBeVisible();
  await shoot(citizen.page, 'call-screen');
  await shoot(desk.page, 'desk-screen');
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
