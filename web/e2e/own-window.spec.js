import { expect, PEOPLE, test } from './support/fixtures.js';
import { expectMoves, talking } from './support/talking.js';

/** The step from the frame on an office's page into a window of one's own, which is a page like any other. */

const OWN_WINDOW = /^Otwórz w osobnym oknie/;
const MOVED = 'Rozmowa jest w innej karcie';

/** Somebody who waits, and their number. @param {import('./support/fixtures.js').Office} office @param {(page: import('playwright-core').Page) => Promise<unknown>} [prepare] */
async function waiting(office, prepare) {
  const desk = await office.desk('anna', { person: null });
  await desk.receive();
  const citizen = await office.citizen({ person: null });
  await prepare?.(citizen.page);
  await citizen.open();
  await citizen.join({ way: 'Sam tekst' });
  return { citizen, number: await citizen.panel.getByText(/Numer w kolejce/).first().innerText() };
}

/**
 * An office's page whose server forbids the camera to it and all its frames. The answer stays that of its server: one that
 * is made up here would not come from this machine, and the browser would let nothing else come from it then.
 * @param {import('playwright-core').Page} page @param {string} host
 */
async function forbidCamera(page, host) {
  const cdp = await page.context().newCDPSession(page);
  cdp.on('Fetch.requestPaused', ({ requestId, responseHeaders = [], responseStatusCode }) => {
    const others = responseHeaders.filter(({ name }) => name.toLowerCase() !== 'permissions-policy');
    void cdp.send('Fetch.continueResponse', {
      requestId, responseCode: responseStatusCode, responseHeaders: [...others, { name: 'permissions-policy', value: 'camera=()' }],
    });
  });
  await cdp.send('Fetch.enable', { patterns: [{ urlPattern: `${host}/`, requestStage: 'Response' }] });
}

test('also after a reload of the office page, and the window may be reloaded too: the place is the same', async ({ office }) => {
  const { citizen, number } = await waiting(office);
  await citizen.page.reload();
  await citizen.page.getByRole('button', { name: /miejsce|początku kolejki/ }).click();
  const opened = citizen.page.waitForEvent('popup');

  await citizen.button(OWN_WINDOW).click();

  const own = await opened;
  office.watch(own);
  await expect(own.getByText(number).first()).toBeVisible();
  expect(own.url()).not.toContain('#');
  expect(await own.evaluate(() => window.opener)).toBe(null);
  await expect(citizen.heading(MOVED)).toBeVisible();
  await own.reload();
  await expect(own.getByText(number).first()).toBeVisible();
  await expect(own.getByText('Jesteś na początku kolejki').first()).toBeVisible();

  await citizen.button('Przenieś tutaj').click();
  await expect(citizen.panel.getByText(number).first()).toBeVisible();
});

test('the same in a call', async ({ office }) => {
  const { citizen, desk } = await talking(office);
  await citizen.page.reload();
  await expectMoves(() => citizen.frame, PEOPLE.anna, 'the call is there again after the reload');
  const opened = citizen.page.waitForEvent('popup');
  await citizen.button('Więcej opcji').click();
  await citizen.button(OWN_WINDOW).click();
  const own = await opened;
  office.watch(own);
  await expectMoves(() => own, PEOPLE.anna, 'the citizen sees the clerk in the window of their own');

  await own.reload();

  await expectMoves(() => own, PEOPLE.anna, 'the citizen sees the clerk again');
  await expectMoves(() => desk.page, PEOPLE.jadwiga, 'the clerk sees the citizen again');
});

test('where no window may be opened by a script, it is said, and a link does it', async ({ office }) => {
  const { citizen, number } = await waiting(office, (page) => page.addInitScript(() => { window.open = () => null; }));

  await citizen.button(OWN_WINDOW).click();

  await expect(citizen.panel.getByText('Przeglądarka nie otworzyła okna.')).toBeVisible();
  const opened = citizen.page.waitForEvent('popup');
  await citizen.panel.getByRole('link', { name: OWN_WINDOW }).click();
  const own = await opened;
  office.watch(own);
  await expect(own.getByText(number).first()).toBeVisible();
  await expect(citizen.heading(MOVED)).toBeVisible();
});

test('a server that does not answer leaves no empty window, and the box can be put away', async ({ office }) => {
  const { citizen } = await waiting(office);
  office.expectRefused('/api/v1/sessions/me/handover');
  await citizen.page.route('**/me/handover*', (route) => route.fulfill({
    status: 503, contentType: 'application/problem+json',
    body: JSON.stringify({ code: 'store-unavailable', title: 'Chwilowo się nie da.', detail: 'Spróbuj za chwilę.' }),
  }));
  const opened = citizen.page.waitForEvent('popup');

  await citizen.button(OWN_WINDOW).click();

  const own = await opened;
  if (!own.isClosed()) await own.waitForEvent('close');
  await expect(citizen.panel.getByText('Chwilowo się nie da.').first()).toBeVisible();
});

test('an office page that forbids the camera: the way out leads on with the chosen matter', async ({ office }) => {
  const desk = await office.desk('anna', { person: null });
  await desk.receive();
  const citizen = await office.citizen();
  await forbidCamera(citizen.page, office.server.host);
  await citizen.open();
  await citizen.toDeviceCheck();
  await citizen.button('Sprawdź kamerę i mikrofon').click();
  await expect(citizen.panel.getByText('Twój wybór sprawy jest zachowany.').first()).toBeVisible();
  const opened = citizen.page.waitForEvent('popup');

  await citizen.button('Otwórz rozmowę w nowej karcie').click();

  const own = await opened;
  office.watch(own);
  await expect(own.getByRole('heading', { name: 'Wybierz sprawę' })).toBeVisible();
  await expect(own.getByRole('radio', { name: /Informacja ogólna/ })).toBeChecked();
  await own.getByRole('button', { name: 'Dalej' }).click();
  await own.getByRole('button', { name: 'Sprawdź kamerę i mikrofon' }).click();
  await expect(own.getByText('Kamera działa').first()).toBeVisible();
  await own.getByRole('button', { name: 'Dołącz do kolejki' }).click();
  await expect(own.getByText(/Numer w kolejce/).first()).toBeVisible();
  await expect(citizen.heading(MOVED)).toBeVisible();
});
