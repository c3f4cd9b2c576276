import { createServer } from 'node:http';
import { expect, PEOPLE, test } from './support/fixtures.js';
import { wordsOf } from './support/words.js';

/** What the same refusals are called in the three languages. */
const LANGUAGES = [
  { code: 'pl', locale: 'pl-PL', launcher: /Porozmawiaj z urzędnikiem/ },
  { code: 'en', locale: 'en-GB', launcher: /Talk to a clerk/ },
  { code: 'uk', locale: 'uk-UA', launcher: /Поговор/ },
];

test('camera denied: says how to allow it, and that one can talk without', async ({ office }) => {
  const citizen = await office.citizen({ answer: 'deny' });
  const desk = await office.desk('anna');
  await desk.receive();
  await citizen.open();
  await citizen.toDeviceCheck();

  await citizen.button(/^Sprawdź kamerę/).click();

  await expect(citizen.panel.getByText(/nie ma zgody na kamerę/).first()).toBeVisible();
  await expect(citizen.panel.getByText(/bez kamery/).locator('visible=true').first()).toBeVisible();
  await citizen.panel.getByRole('radio', { name: /^Sam tekst/ }).check();
  await citizen.button('Dołącz do kolejki').click();
  await expect(citizen.panel.getByText(/Numer w kolejce/).first()).toBeVisible();
});

test('joining without the microphone that is needed: says what is missing and leads to the choice that works', async ({ office }) => {
  const citizen = await office.citizen({ answer: 'deny' });
  const desk = await office.desk('anna');
  await desk.receive();
  await citizen.open();
  await citizen.toDeviceCheck();
  const beside = citizen.panel.locator('[data-part="join-about"]');
  await expect(beside).toHaveText(/^Kamera i mikrofon nie są sprawdzone\. Możesz dołączyć, przeglądarka zapyta/);

  await citizen.button('Dołącz do kolejki').click();

  await expect(beside).toHaveText('Nie mamy dostępu do kamery i mikrofonu. Wybierz „Sam tekst” i dołącz.');
  await expect(beside).toBeInViewport();
  await expect(citizen.button('Dołącz do kolejki')).toHaveAccessibleDescription(/Nie mamy dostępu do kamery i mikrofonu/);
  const choice = citizen.panel.getByRole('radio', { name: /^Sam tekst/ });
  await expect(choice).toBeFocused();
  await citizen.page.keyboard.press('Space');
  await expect(beside).toBeHidden();
  await citizen.button('Dołącz do kolejki').click();
  await expect.poll(() => citizen.place()).toBe(1);
});

test('nobody has to check camera and microphone first', async ({ office }) => {
  const citizen = await office.citizen();
  const desk = await office.desk('anna');
  await desk.receive();
  await citizen.open();
  await citizen.toDeviceCheck();
  await expect(citizen.button('Dołącz do kolejki')).toHaveAccessibleDescription(/nie są sprawdzone/);

  await citizen.button('Dołącz do kolejki').click();

  await expect.poll(() => citizen.place()).toBe(1);
});

test('a name that is too long is not cut off: the field says by how much', async ({ office }) => {
  const citizen = await office.citizen({ person: null });
  const desk = await office.desk('anna');
  await desk.receive();
  await citizen.open();
  await citizen.toDeviceCheck();
  await citizen.panel.getByRole('radio', { name: /^Sam tekst/ }).check();
  const field = citizen.panel.getByLabel(/Jak się do Ciebie zwracać/);
  const name = 'Konstancja Bronisława Wężykowska-Szczęśniewicz von Gruszczyńska';

  await field.fill(name.slice(0, 50));
  await expect(citizen.panel.getByText('Możesz wpisać jeszcze 10 znaków.')).toBeVisible();
  await field.fill(name);
  await expect(field).toHaveValue(name);
  await expect(field).toHaveAccessibleDescription(/To o 3 znaki za dużo/);
  await citizen.button('Dołącz do kolejki').click();
  await expect(field).toBeFocused();
  await expect(citizen.panel.locator('#alert')).toContainText('To o 3 znaki za dużo.');

  await field.fill('Konstancja');
  await citizen.button('Dołącz do kolejki').click();
  await expect.poll(() => citizen.place()).toBe(1);
});

test('matters that can be joined now stand before those that cannot', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const citizen = await office.citizen({ person: null });
  await citizen.open();
  await citizen.button(/^Porozmawiaj teraz/).click();
  await expect(citizen.heading('Wybierz sprawę')).toBeVisible();

  const rows = await citizen.panel.locator('.matters > :is(.matter, h2)').evaluateAll((found) =>
    found.map((row) => (row.tagName === 'H2' ? 'heading' : row.classList.contains('shut') ? 'shut' : 'open')).join(' '));

  // The one for those who do not know theirs is open with the general one.
  expect(rows).toMatch(/^(open ){2,}heading( shut)+$/);
});

test('no camera and no microphone in the device: says so, and lets one write', async ({ office }) => {
  const citizen = await office.citizen({ person: null });
  const desk = await office.desk('anna');
  await desk.receive();
  await citizen.open();
  await citizen.toDeviceCheck();

  await citizen.button(/^Sprawdź kamerę/).click();

  await expect(citizen.panel.getByText(/Nie znaleźliśmy/).locator('visible=true').first()).toBeVisible();
});

test('nobody on duty: no queue is entered, the telephone is offered', async ({ office }) => {
  const citizen = await office.citizen();

  await citizen.open();

  await expect(citizen.panel.getByText(/nikt nie przyjmuje/i).first()).toBeVisible();
  await expect(citizen.button(/^Porozmawiaj teraz/)).toHaveCount(0);
  await expect(citizen.panel.getByRole('link', { name: /Zadzwoń/ }).first()).toBeVisible();
});

test('the choice appears by itself when a clerk comes', async ({ office }) => {
  const citizen = await office.citizen();
  await citizen.open();
  await expect(citizen.button(/^Porozmawiaj teraz/)).toHaveCount(0);

  const desk = await office.desk('anna');
  await desk.receive();

  await expect(citizen.button(/^Porozmawiaj teraz/)).toBeVisible({ timeout: 40_000 });
});

test('a site of an unknown key: a page with words, no launcher on the host', async ({ office }) => {
  const page = await office.page();

  const answer = await page.goto(`${office.server.widget}/talk/nie-ma-takiego`);

  expect(answer?.status()).toBe(404);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
});

test('an origin that is not listed gets no launcher and a clear word in the console', async ({ office }) => {
  const page = await office.page();
  /** @type {string[]} */
  const warnings = [];
  page.on('console', (message) => { if (message.type() === 'warning') warnings.push(message.text()); });
  const foreign = createServer((_, answer) => {
    answer.setHeader('content-type', 'text/html; charset=utf-8');
    answer.end(`<!doctype html><html lang="pl"><title>Obca strona</title><h1>Obca strona</h1>
      <script async src="${office.server.widget}/okienko.js" data-site="wroclaw"></script></html>`);
  });
  await new Promise((resolve) => { foreign.listen(0, '127.0.0.1', () => resolve(null)); });
  const address = foreign.address();

  await page.goto(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`);

  await expect.poll(() => warnings.join(' ')).toMatch(/okienko/i);
  await expect(page.getByRole('button')).toHaveCount(0);
  foreign.close();
  // The browser itself says too that the answer may not be read.
  office.complaints = office.complaints.filter((text) => !/blocked by CORS policy|ERR_FAILED/.test(text));
});

for (const { code, locale, launcher } of LANGUAGES) {
  const panel = wordsOf(code, 'panel');
  const devices = wordsOf(code, 'devices');

  /** The citizen's own page up to the device check, in this language. @param {import('playwright-core').Page} page */
  const toDeviceCheck = async (page) => {
    await page.getByRole('button', { name: panel('start.talk') }).click();
    await page.getByRole('radio', { name: code === 'pl' ? 'Informacja ogólna' : code === 'en' ? 'General information' : 'Загальна інформація' }).check();
    await page.getByRole('button', { name: panel('matter.next'), exact: true }).click();
    await page.getByRole('button', { name: panel('notice.agree') }).click();
    await expect(page.getByRole('heading', { level: 1, name: panel('check.heading') })).toBeVisible();
  };

  test(`nobody on duty, an unknown office and the window's language in ${code}`, async ({ office }) => {
    const page = await office.page({ context: { locale } });
    await page.goto(`${office.server.host}/?lang=${code}`);
    await page.getByRole('button', { name: launcher }).click();
    const frame = page.frameLocator('iframe');
    await expect(frame.locator('html')).toHaveAttribute('lang', code);
    await expect(frame.getByRole('heading', { name: panel('start.nobody_heading') })).toBeVisible();

    const unknown = await page.goto(`${office.server.widget}/talk/nie-ma?lang=${code}`);
    expect(unknown?.status()).toBe(404);
    await expect(page.getByRole('heading', { level: 1, name: wordsOf(code, 'problem')('site-unknown.title') })).toBeVisible();
  });

  test(`camera denied, and then by writing alone, in ${code}`, async ({ office }) => {
    const desk = await office.desk('anna');
    await desk.receive();
    const page = await office.page({ answer: 'deny', context: { locale } });
    await page.goto(`${office.server.widget}/talk/wroclaw?lang=${code}`);
    await toDeviceCheck(page);
    await page.getByRole('button', { name: panel('check.ask_video') }).click();
    await expect(page.getByText(devices('denied.both')).first()).toBeVisible();
    await page.getByRole('radio', { name: panel('check.text') }).check();
    await page.getByRole('button', { name: panel('check.join'), exact: true }).click();
    await expect(page.getByText(panel('waiting.first')).first()).toBeVisible();
  });

  test(`no camera and no microphone in ${code}`, async ({ office }) => {
    const desk = await office.desk('anna');
    await desk.receive();
    const page = await office.page({ person: null, context: { locale } });
    // Chromium's stand-in devices always have a microphone: this one has none.
    await page.addInitScript(() => {
      const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getUserMedia = async (wanted) => {
        if (wanted?.audio) throw new DOMException('no microphone', 'NotFoundError');
        return ask(wanted);
      };
    });
    await page.goto(`${office.server.widget}/talk/wroclaw?lang=${code}`);
    await toDeviceCheck(page);
    await page.getByRole('button', { name: panel('check.ask_video') }).click();
    await expect(page.getByText(devices('absent.both')).first()).toBeVisible();
  });
}

test('whoever is denied the camera can still be called and heard', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const citizen = await office.citizen({ person: PEOPLE.jadwiga });
  await citizen.open();
  await citizen.join({ way: 'Sam głos' });
  await desk.callNext();
  await citizen.accept();

  await expect(citizen.panel.getByRole('button', { name: 'Włącz kamerę' })).toBeVisible();
});
