import { Desk } from './support/desk.js';
import { expect, PEOPLE, test } from './support/fixtures.js';

/** @typedef {import('playwright-core').Locator} Locator */

/** "Wywołaj" on a row. */
const ON_A_ROW = /^Wywołaj(?! następną)/;

/** A citizen who waits by writing. @param {import('./support/fixtures.js').Office} office */
async function waiting(office) {
  const citizen = await office.citizen({ person: null, shared: true });
  await citizen.open();
  await citizen.join({ way: 'Sam tekst' });
  return citizen;
}

/** @param {Desk} desk @param {string} name such as `call` */
function notice(desk, name) {
  return desk.page.locator(`[data-part="notices"] [data-about^="${name}"]`);
}

/** Comes to a button by the keyboard. @param {Locator} button */
async function moveTo(button) {
  await expect(button).toBeEnabled();
  await button.page().keyboard.press('Tab');
  await button.focus();
}

/** What a clerk presses, and how: twice, or for too long. @type {Record<string, (button: Locator) => Promise<void>>} */
const PRESSES = {
  'a double click': (button) => button.dblclick(),
  'Enter twice': async (button) => {
    await moveTo(button);
    await button.page().keyboard.press('Enter');
    await button.page().keyboard.press('Enter');
  },
  'Enter held down': async (button) => {
    const { keyboard } = button.page();
    await moveTo(button);
    for (let repeat = 0; repeat < 20; repeat += 1) await keyboard.down('Enter');
    await keyboard.up('Enter');
  },
};

for (const [name, press] of Object.entries(PRESSES)) {
  test(`${name} is one command, and nothing is refused`, async ({ office }) => {
    const desk = await office.desk('anna');
    await desk.receive();
    const citizen = await waiting(office);
    /** @type {string[]} */
    const refused = [];
    await desk.page.exposeFunction('noteRefusal', (/** @type {string} */ text) => refused.push(text));
    await desk.page.evaluate(() => {
      const box = /** @type {HTMLElement} */ (document.querySelector('[data-part="notices"]'));
      new MutationObserver(() => {
        const text = box.textContent ?? '';
        if (text !== '') /** @type {any} */ (window).noteRefusal(text);
      }).observe(box, { childList: true, subtree: true });
    });
    const { page } = desk;
    const state = () => page.locator('[data-part="desk"]').getAttribute('data-view');

    await press(desk.button(ON_A_ROW));
    await expect(citizen.heading('Zapraszamy do rozmowy')).toBeVisible();
    await expect.poll(state).toBe('calling');
    await press(desk.button('Cofnij wywołanie'));
    await expect.poll(state).toBe('idle');
    await expect(citizen.heading('Czekasz w kolejce')).toBeVisible();
    await press(desk.button(/^Wywołaj następną osobę/));
    await citizen.accept();
    await expect.poll(state).toBe('call');
    await press(desk.button('Zakończ rozmowę'));
    const dialog = page.getByRole('dialog');
    await expect(dialog).toBeVisible();
    await press(dialog.getByRole('button', { name: 'Zakończ rozmowę' }));
    await expect.poll(state).toBe('after');
    // Once more time, not twice: the bar is as long as two times are.
    await press(desk.button('Potrzebuję więcej czasu'));
    const left_s = () => page.locator('[data-part="after-left"]').innerText().then((text) => {
      const [minutes = 0, seconds = 0] = text.split(':').map(Number);
      return minutes * 60 + seconds;
    });
    await expect.poll(left_s).toBeGreaterThan(125);
    expect(await left_s()).toBeLessThanOrEqual(240);
    await press(desk.button('Zakończ i przyjmuj dalej'));
    await expect.poll(state).toBe('idle');

    // A command that is answered after all of these shows that nothing else is on its way.
    await page.getByRole('radio', { name: 'Przerwa', exact: true }).check();
    await expect(page.getByText('Aby wywoływać, zmień swój stan')).toBeVisible();
    expect(refused).toEqual([]);
    expect(await office.server.metric('okienko_rooms')).toBe(0);
  });
}

test('the question at the end has its buttons in the order of the citizen\'s', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const citizen = await waiting(office);
  await desk.callNext();
  await citizen.accept();
  await citizen.button('Zakończ rozmowę').click();
  await desk.button('Zakończ rozmowę').click();

  for (const side of [citizen.panel, desk.page]) {
    const buttons = side.getByRole('dialog').getByRole('button');
    await expect(buttons).toHaveText([/rozmow/, 'Zakończ rozmowę']);
    await expect(buttons.first()).toBeFocused();
  }
});

test.describe('more time than a clerk waits', () => {
  test.use({ serverEnv: { OKIENKO__QUEUE__ACCEPT_S: '20', OKIENKO__QUEUE__EXTENSION_S: '280' } });

  test('the clerk sees it asked for, is told that the place is kept, and when the person is ready', async ({ office }) => {
    const desk = await office.desk('anna');
    await desk.receive();
    const citizen = await waiting(office);
    await desk.callNext();
    await expect(desk.page.locator('main').getByText(/^Zostało|^Zostały|^Została/)).toBeVisible();

    await citizen.button('Potrzebuję więcej czasu').click();
    await expect(desk.page.locator('main').getByText(/^Osoba prosi o więcej czasu\. Może dołączyć do \d+:\d\d:\d\d\.$/)).toBeVisible();
    await citizen.button('Potrzebuję więcej czasu').click();
    await expect(desk.page.locator('main').getByText(/^Osoba prosi o więcej czasu \(2 razy\)\. Może dołączyć do/)).toBeVisible();
    await expect(desk.page.locator('main').getByText(/możesz wywołać następną osobę\. Wywoływana teraz zachowa miejsce na początku kolejki/)).toBeVisible();

    await expect(notice(desk, 'more-time')).toContainText(/prosi o więcej czasu \(2 razy\) i zachowuje miejsce na początku kolejki do \d+:\d\d/);
    await expect(desk.page.locator('.line-row')).toContainText('Prosi o więcej czasu (2 razy), do');
    await expect(desk.page.locator('main').getByText(/brak zgłoszenia/i)).toHaveCount(0);

    await citizen.button('Jestem').click();
    await expect(notice(desk, 'more-time')).toContainText('osoba jest już gotowa. Możesz ją wywołać.');
    await desk.callNext();
    await expect(notice(desk, 'more-time')).toHaveCount(0);
    await citizen.accept();
  });
});

test.describe('what is over is no longer shown', () => {
  test.use({ serverEnv: { OKIENKO__QUEUE__ACCEPT_S: '15' } });

  test('a line that did not work, a call that came to nothing', async ({ office }) => {
    const page = await office.page({ person: PEOPLE.anna });
    let seq = 0;
    let open = true;
    /** @type {import('playwright-core').WebSocketRoute | null} */
    let socket = null;
    await page.routeWebSocket(/\/ws\/desk/, (browser) => {
      if (!open) return void browser.close();
      const server = browser.connectToServer();
      socket = browser;
      server.onMessage((text) => {
        seq = JSON.parse(String(text)).seq;
        browser.send(text);
      });
    });
    const desk = new Desk(page, office.server);
    await desk.signIn('anna@demo.example');
    await desk.receive();
    await expect(page.getByText('Nikt nie czeka.')).toBeVisible();

    // The server's own words when a line has failed too often.
    open = false;
    const title = 'Kolejka chwilowo nie działa.';
    const fault = { seq: seq + 1, type: 'problem', code: 'line-unavailable', title, fatal: true, retry_after_s: 1 };
    /** @type {any} */ (socket).send(JSON.stringify(fault));
    await expect(notice(desk, 'link')).toContainText(title);
    await expect(page.locator('#alert')).toHaveText(title);
    open = true;
    await expect(notice(desk, 'link')).toHaveCount(0);
    await expect(page.locator('#alert')).not.toHaveText(title);

    const citizen = await waiting(office);
    await desk.callNext();
    await expect(notice(desk, 'call')).toContainText('brak zgłoszenia', { timeout: 40_000 });
    await citizen.button('Wracam do kolejki').click();
    await desk.callNext();
    await citizen.accept();
    await expect(notice(desk, 'call')).toHaveCount(0);
    await expect.poll(() => desk.finish()).toBe(false);
  });
});

test('a second window may leave the desk where it is, and bring it here later', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const tab = new Desk(await desk.page.context().newPage(), office.server);
  office.watch(tab.page);
  await tab.page.goto(`${office.server.widget}/desk`);
  const dialog = tab.page.getByRole('dialog', { name: 'Twoje stanowisko jest otwarte gdzie indziej' });
  await expect(dialog).toContainText(/w innej karcie albo w innym oknie tej przeglądarki, od \d+:\d\d/);

  await dialog.getByRole('button', { name: 'Zostaw tam' }).click();

  const quiet = tab.page.getByRole('region', { name: 'Twoje stanowisko jest otwarte gdzie indziej' });
  await expect(quiet).toContainText(/od \d+:\d\d/);
  await expect(tab.page.getByRole('heading', { name: 'Twoje stanowisko jest otwarte gdzie indziej' })).toBeFocused();
  for (const name of ['Przyjmuję', 'Przerwa']) await expect(tab.page.getByRole('radio', { name, exact: true })).toBeHidden();
  await expect(tab.button(/^Wywołaj/)).toHaveCount(0);
  await expect(desk.page.locator('main').getByText('Nikt nie czeka.')).toBeVisible();

  await quiet.getByRole('button', { name: 'Przenieś tutaj' }).click();
  await expect(tab.page.getByText('Nikt nie czeka.')).toBeVisible();
  await expect(tab.page.getByRole('radio', { name: 'Przyjmuję', exact: true })).toBeChecked();
  await expect(quiet).toBeHidden();
  const moved = desk.page.getByRole('dialog', { name: 'Twoje stanowisko jest otwarte gdzie indziej' });
  await expect(moved).toContainText('w innej karcie');
  await moved.getByRole('button', { name: 'Zostaw tam' }).click();
});

test('signing out on another computer leaves the desk to the one that holds it', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const citizen = await waiting(office);
  const other = await office.desk('anna', { shared: true });
  const dialog = other.page.getByRole('dialog');
  await expect(dialog).toContainText(/w innej przeglądarce albo na innym komputerze/);
  await dialog.getByRole('button', { name: 'Zostaw tam' }).click();

  await other.page.locator('[data-part="me"] summary').click();
  await other.button('Wyloguj się').click();
  await other.page.waitForURL('**/login');

  await desk.callNext();
  await citizen.accept();
  await expect(desk.page.getByRole('heading', { name: /^Rozmowa: / })).toBeAttached();
});

test('a right-to-left name turns nothing around it', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const citizen = await office.citizen({ person: null });
  await citizen.open();
  // With a character in it that would write what follows backwards.
  await citizen.join({ way: 'Sam tekst', name: 'שרה \u202E12 כהן' });

  const row = desk.page.locator('.line-row').first();
  await expect(row.locator('.line-name')).toHaveText('שרה 12 כהן');
  await expect(row.locator('.line-name')).toHaveJSProperty('tagName', 'BDI');
  const places = await Promise.all(['number', 'name', 'matter'].map(async (name) => (await row.locator(`.line-${name}`).boundingBox())?.x ?? NaN));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  await desk.callNext();
  await citizen.accept();
  await citizen.panel.getByLabel(/wiadomość/i).fill('Dzień dobry');
  await citizen.panel.getByRole('button', { name: /^Wyślij$/ }).click();

  for (const sentence of [desk.page.getByRole('log').locator('.chat-who'), desk.page.locator('[data-tile="other"] .tile-name')]) {
    await expect(sentence).toContainText('שרה 12 כהן');
    const lefts = await sentence.evaluate((node) => [...node.childNodes].map((piece) => {
      const range = document.createRange();
      range.selectNodeContents(piece);
      return range.getBoundingClientRect().left;
    }));
    // The name, and then what our sentence says after it.
    expect(lefts.length).toBe(2);
    expect(lefts).toEqual([...lefts].sort((a, b) => a - b));
  }
});

test('the menu of the account closes by Esc, which leads back to its button, and by a press outside', async ({ office }) => {
  const desk = await office.desk('anna', { person: null });
  const button = desk.page.locator('[data-part="me"] > summary');
  const out = desk.button('Wyloguj się');
  // Until then the page has no life.
  await expect(desk.page.getByRole('radio', { name: 'Przyjmuję', exact: true })).toBeVisible();

  await button.click();
  await expect(out).toBeVisible();
  await desk.page.keyboard.press('Tab');
  await desk.page.keyboard.press('Escape');
  await expect(out).toBeHidden();
  await expect(button).toBeFocused();

  await button.click();
  await expect(out).toBeVisible();
  await desk.page.getByRole('heading', { name: 'Kolejka' }).click();
  await expect(out).toBeHidden();
});
