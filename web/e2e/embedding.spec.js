/** The loader on cities' pages of every kind; both origins are played, nothing leaves the browser. */
import { gzipSync } from 'node:zlib';
import { expect, test as base } from '@playwright/test';
import { chromium } from 'playwright-core';
import { expectNoViolations } from './support/a11y.js';
import { CHROMIUM } from './support/browser.js';
import { HOST, loader, WIDGET } from './support/own-web.js';

const LABEL = 'Porozmawiaj z urzędnikiem';
const LOADER_MAX_BYTES = 5_120;

const STATUS = {
  site: 'wroclaw', name: 'Urząd', open: true, waiting: 2, wait: { from_min: 4, to_min: 6 }, opens_text: '', closes_text: '17:15',
  label: LABEL, state_text: 'Otwarte, około 6 minut', frame_title: 'Wideorozmowa z urzędem', close_text: 'Zamknij okno',
  look: { brand: '#0b4f8a', on_brand: '#ffffff', brand_dark: '#8cc1f2', on_brand_dark: '#0b1b2a', size_px: 64, corner: 'bottom-right', offset_px: 24 },
  lang: 'pl', phone: '+48 000 000 000', resume: /** @type {object | null} */ (null),
};

/** A panel that listens late, as one does whose modules are still on their way, and says what it was told. */
const PANEL = `<!doctype html><html lang="pl"><title>Panel</title><main aria-label="Rozmowa z urzędem"><h1 tabindex="-1">${LABEL}</h1>
  <button id="close">Zwiń</button><p id="told"></p></main><script>
  setTimeout(() => addEventListener('message', ({ data, ports, source, origin }) => {
    if (data.type !== 'okienko:hello' || source !== parent || origin !== '${HOST}') return;
    window.port = ports[0];
    port.onmessage = (event) => {
      told.append(event.data.type + ' ');
      if (event.data.type === 'opened') document.querySelector('h1').focus();
    };
    port.postMessage({ type: 'ready' });
  }), 700);
  document.getElementById('close').onclick = () => port.postMessage({ type: 'close' });
</script>`;

const HOSTILE = `* { all: unset !important } body *, okienko-widget { display: none !important; opacity: 0 !important; transform: scale(0) !important }
  html { font-size: 1px } body { display: block !important; direction: rtl; letter-spacing: 1em; color: red; pointer-events: none }`;

/**
 * @typedef {object} City
 * @property {import('playwright-core').Page} page
 * @property {string[]} asked  what was requested of the widget's origin
 * @property {string[]} console
 */
/**
 * @typedef {object} Kind
 * @property {string} [css]
 * @property {Record<string, string>} [headers]
 * @property {Partial<typeof STATUS>} [status]
 * @property {(route: import('playwright-core').Route) => Promise<void>} [answer]  instead of a status
 * @property {string} [host]
 * @property {import('playwright-core').BrowserContextOptions} [context]
 */

const test = /** @type {import('@playwright/test').TestType<
  import('@playwright/test').PlaywrightTestArgs & { visit: (kind?: Kind) => Promise<City> }, {}>} */ (base.extend({
  visit: async ({}, use) => {
    const browser = await chromium.launch(CHROMIUM);
    await use(async ({ css = '', headers = {}, status = {}, answer, host = HOST, context = {} } = {}) => {
      const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 }, ...context })).newPage();
      /** @type {City} */
      const city = { page, asked: [], console: [] };
      page.on('console', (message) => city.console.push(message.text()));
      page.on('request', (request) => { if (request.url().startsWith(WIDGET)) city.asked.push(new URL(request.url()).pathname); });
      const cors = { 'access-control-allow-origin': host, 'access-control-allow-credentials': 'true' };
      await page.route(`${WIDGET}/okienko.js`, (route) => route.fulfill({ contentType: 'text/javascript', body: loader() }));
      await page.route(`${WIDGET}/w/**`, (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body: PANEL }));
      await page.route(`${WIDGET}/api/**`, (route) => (answer ? answer(route) : route.fulfill({ headers: cors, json: { ...STATUS, ...status } })));
      await page.route(`${host}/**`, (route) => route.fulfill({
        contentType: 'text/html; charset=utf-8', headers,
        body: `<!doctype html><html lang="pl"><title>Dowód osobisty</title><style>${css}</style>
          <script async src="${WIDGET}/okienko.js" data-site="wroclaw" data-phone="000 000 000"></script>
          <body><header><a href="#main">Przejdź do treści</a></header><main id="main"><h1>Dowód osobisty</h1><input aria-label="Szukaj">
          ${'<p>Tekst</p>'.repeat(40)}</main>`,
      }));
      await page.goto(`${host}/dowod`);
      return city;
    });
    await browser.close();
  },
}));

/** @param {City} city */
const launcher = ({ page }) => page.getByRole('button', { name: LABEL });
/** @param {City} city */
const panel = ({ page }) => page.frameLocator('iframe[title="Wideorozmowa z urzędem"]');
/** @param {City} city */
const dialog = ({ page }) => page.locator('okienko-widget dialog');

/**
 * Sends a message as the panel.
 * @param {City} city @param {object} message
 */
const say = (city, message) => panel(city).locator('body').evaluate((_, text) => /** @type {any} */ (window).port.postMessage(text), message);

test('the loader is at most 5 KB', () => {
  expect(gzipSync(loader(), { level: 9 }).length).toBeLessThanOrEqual(LOADER_MAX_BYTES);
});

test('all words of the button and the window are the server\'s', async ({ visit }) => {
  const words = { label: 'Поговорити', frame_title: 'Відеорозмова з установою', close_text: 'Закрити', lang: 'uk' };
  const { page } = await visit({ status: words });
  await page.getByRole('button', { name: 'Поговорити' }).click();
  await expect(page.getByRole('dialog', { name: 'Відеорозмова з установою' })).toBeVisible();
  await expect(page.locator('iframe')).toHaveAttribute('title', 'Відеорозмова з установою');
  // Letters of a language can only be words for people.
  expect(loader().toString()).not.toMatch(/[^\x00-\x7f●·–]/);
});

test('before the click: one request, nothing stored, nothing of the page changed', async ({ visit }) => {
  const city = await visit();
  await expect(launcher(city)).toBeVisible();
  await expect(launcher(city)).toContainText('Otwarte, około 6 minut');

  expect(city.asked).toEqual(['/okienko.js', '/api/v1/sites/wroclaw/status']);
  expect(await city.page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie])).toEqual([0, 0, '']);
  expect(await city.page.evaluate(() => document.querySelectorAll('body > :not(header, main, script)').length)).toBe(1);
  await city.page.keyboard.press('Tab');
  expect(await city.page.evaluate(() => document.activeElement?.textContent)).toBe('Przejdź do treści');
  expect(await city.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
});

/** @type {[string, Kind][]} */
const PAGES = [
  ['a plain page', {}],
  ['a page whose style sheet resets everything', { css: HOSTILE }],
  ['a page with a strict policy', { headers: { 'content-security-policy': `default-src 'none'; script-src ${WIDGET}; connect-src ${WIDGET}; frame-src ${WIDGET}; require-trusted-types-for 'script'` } }],
];
for (const [name, kind] of PAGES) {
  test(`on ${name} the window opens, minimises and opens again`, async ({ visit }) => {
    const city = await visit(kind);
    const box = await launcher(city).boundingBox();
    expect(box && [Math.round(box.x + box.width), Math.round(box.y + box.height), Math.round(box.height)]).toEqual([1416, 876, 64]);

    await launcher(city).click();
    await expect(panel(city).getByRole('heading')).toBeFocused();
    expect(await dialog(city).evaluate((element) => element.matches(':modal'))).toBe(false);
    expect(await dialog(city).boundingBox()).toMatchObject({ width: 400, height: 700 });
    await say(city, { type: 'size', size: 'call' });
    await expect.poll(() => dialog(city).boundingBox()).toMatchObject({ width: 1100, height: 720 });

    await panel(city).getByRole('button').click();
    await expect(launcher(city)).toBeFocused();
    await launcher(city).click();
    await expect(panel(city).locator('#told')).toHaveText('opened closing opened ');
    expect(city.console.filter((line) => /Refused|violates/.test(line) && !/style/.test(line))).toEqual([]);
  });
}

test('on a phone the window is the whole screen, and turning the device keeps what is in it', async ({ visit }) => {
  const city = await visit({ context: { viewport: { width: 390, height: 844 } } });
  await launcher(city).click();
  await expect(panel(city).getByRole('heading')).toBeFocused();
  expect(await dialog(city).evaluate((element) => element.matches(':modal'))).toBe(true);
  expect(await dialog(city).boundingBox()).toEqual({ x: 0, y: 0, width: 390, height: 844 });
  await panel(city).locator('h1').evaluate((element) => { element.textContent = 'to samo'; });

  await city.page.setViewportSize({ width: 1024, height: 768 });
  await expect.poll(() => dialog(city).evaluate((element) => element.matches(':modal'))).toBe(false);
  await expect(panel(city).getByRole('heading', { name: 'to samo' })).toBeVisible();
});

test('while one waits, the badge tells the place and the title calls', async ({ visit }) => {
  const city = await visit();
  await launcher(city).click();
  await expect(panel(city).locator('#told')).toHaveText('opened ');
  await say(city, { type: 'state', phase: 'waiting', place: 2, text: 'Twoje miejsce w kolejce: 2\nokoło 3 minut' });
  await say(city, { type: 'close' });
  await expect(launcher(city)).toHaveAccessibleName(`${LABEL}. Twoje miejsce w kolejce: 2 około 3 minut`);
  await expect(city.page.locator('okienko-widget .badge')).toHaveText('2');

  await say(city, { type: 'attention', text: 'Twoja kolej' });
  await expect(city.page).toHaveTitle('Twoja kolej – Dowód osobisty');
  await expect(panel(city).locator('#told')).toBeVisible();
  await say(city, { type: 'attention', text: 'Zostało 20 sekund' });
  await expect(city.page).toHaveTitle('Zostało 20 sekund – Dowód osobisty');
  await say(city, { type: 'calm' });
  await expect(city.page).toHaveTitle('Dowód osobisty');
  await say(city, { type: 'close' });
  await say(city, { type: 'state', phase: 'idle', place: null, text: '' });
  await expect(launcher(city)).toContainText('Otwarte, około 6 minut');
});

test('a visit that goes on is shown at once; a call reopens the window', async ({ visit }) => {
  const waiting = await visit({ status: { resume: { phase: 'waiting', place: 3, text: 'Twoje miejsce w kolejce: 3' } } });
  await expect(waiting.page.locator('okienko-widget .badge')).toHaveText('3');
  await expect(dialog(waiting)).toBeHidden();

  const talking = await visit({ status: { resume: { phase: 'in-call', place: null, text: 'Rozmowa trwa' } } });
  await expect(panel(talking).getByRole('heading')).toBeVisible();
});

test('the green dot means that somebody receives, not that the clock says open', async ({ visit }) => {
  const served = await visit();
  await expect(served.page.locator('okienko-widget .open')).toHaveText('Otwarte, około 6 minut');

  const empty = await visit({ status: { wait: /** @type {any} */ (null), state_text: 'Teraz nikt nie przyjmuje' } });
  await expect(launcher(empty)).toContainText('Teraz nikt nie przyjmuje');
  await expect(empty.page.locator('okienko-widget .open')).toHaveCount(0);
});

test('on a phone the button says what it opens and what to expect, in words', async ({ visit }) => {
  const state_text = 'Otwarte · czekają 22 osoby, 15–30 min';
  for (const viewport of [{ width: 390, height: 844 }, { width: 320, height: 640 }, { width: 740, height: 360 }]) {
    const city = await visit({ status: { state_text }, context: { viewport, bypassCSP: true } });
    for (const text of [LABEL, state_text]) await expect(launcher(city).getByText(text)).toBeInViewport({ ratio: 1 });
    const box = await launcher(city).boundingBox();
    expect(box && [box.x >= 0, Math.round(box.x + box.width) <= viewport.width, box.height <= 100], `${viewport.width} px`).toEqual([true, true, true]);
    await expectNoViolations(city.page, `launcher, ${viewport.width} px`);
  }
});

test('a server that is gone or slow leaves the telephone', async ({ visit }) => {
  const gone = await visit({ answer: (route) => route.abort() });
  await expect(gone.page.getByRole('link', { name: '000 000 000' })).toHaveAttribute('href', 'tel:000000000');

  const slow = await visit({ answer: () => new Promise(() => {}) });
  await expect(slow.page.getByRole('link', { name: '000 000 000' })).toBeVisible({ timeout: 10_000 });
});

test('an unlisted page gets no button and a word in the console', async ({ visit }) => {
  const city = await visit({
    answer: (route) => route.fulfill({
      status: 403, headers: { 'access-control-allow-origin': HOST, 'access-control-allow-credentials': 'true' },
      contentType: 'application/problem+json', body: JSON.stringify({ title: 'Tej strony nie ma na liście.', detail: 'Dodaj ją.' }),
    }),
  });
  await expect.poll(() => city.console.join('\n')).toContain(`okienko.js [data-site="wroclaw" at ${HOST}]: Tej strony nie ma na liście. Dodaj ją.`);
  await expect(city.page.locator('okienko-widget')).toHaveCount(0);
});

test('on a page without TLS the panel opens in a tab of its own', async ({ visit }) => {
  const city = await visit({ host: 'http://stare-miasto.example' });
  const link = city.page.getByRole('link', { name: LABEL });
  await expect(link).toHaveAttribute('href', `${WIDGET}/talk/wroclaw?lang=pl`);
  await expect(link).toHaveAttribute('target', '_blank');
});

test('a window whose panel never comes can be closed', async ({ visit }) => {
  const city = await visit({ context: { viewport: { width: 390, height: 844 } } });
  await city.page.route(`${WIDGET}/w/**`, (route) => route.fulfill({ status: 503, body: '' }));
  await launcher(city).click();
  await city.page.getByRole('button', { name: 'Zamknij okno' }).click();
  await expect(launcher(city)).toBeFocused();
});

test('axe finds nothing on the page with the button, closed and open', async ({ visit }) => {
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    const city = await visit({ context: { colorScheme, bypassCSP: true } });
    await expect(launcher(city)).toBeVisible();
    await expectNoViolations(city.page, `launcher, ${colorScheme}`);
    await launcher(city).click();
    await expect(panel(city).getByRole('heading')).toBeFocused();
    await expectNoViolations(city.page, `window, ${colorScheme}`);
  }
});
