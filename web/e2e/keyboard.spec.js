import { expect, PEOPLE, test } from './support/fixtures.js';

/**
 * The whole journey without a mouse: only keys, and before each press what has the focus is asserted.
 * @typedef {import('playwright-core').Page} Page
 */

/** What has the focus, inside the panel's frame if it is there. @param {Page} page */
async function focused(page) {
  for (const frame of page.frames()) {
    const name = await frame.evaluate(() => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      if (!element || element === document.body || element.tagName === 'IFRAME' || !document.hasFocus()) return null;
      const labels = element instanceof HTMLInputElement ? [...(element.labels ?? [])].map((label) => label.innerText) : [];
      const text = element.getAttribute('aria-label') ?? labels.join(' ') ?? '';
      return `${element.tagName} ${(text || (/** @type {HTMLElement} */ (element)).innerText || '').replace(/\s+/g, ' ').trim()}`;
    }).catch(() => null);
    if (name) return name;
  }
  return '';
}

/** Tabs until something of this name has the focus. @param {Page} page @param {RegExp} name */
async function tabTo(page, name) {
  for (let presses = 0; presses < 80; presses += 1) {
    if (name.test(await focused(page))) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${name} is not reached by Tab; focus is on: ${await focused(page)}`);
}

/** @param {Page} page @param {RegExp} name */
async function pressOn(page, name) {
  await tabTo(page, name);
  await page.keyboard.press('Enter');
}

/** Chooses a radio button by arrows or Space. @param {Page} page @param {RegExp} name */
async function choose(page, name) {
  await tabTo(page, /^INPUT/);
  for (let presses = 0; presses < 20; presses += 1) {
    if (name.test(await focused(page))) {
      await page.keyboard.press('Space');
      return;
    }
    await page.keyboard.press('ArrowDown');
  }
  throw new Error(`${name} is not reached by arrows; focus is on: ${await focused(page)}`);
}

test('citizen and clerk by keyboard alone, from the office page to the end', async ({ office }) => {
  test.setTimeout(240_000);
  const desk = await office.page({ person: PEOPLE.anna });
  await desk.goto(`${office.server.widget}/login`);
  await tabTo(desk, /E-mail/);
  await desk.keyboard.type('anna@demo.example');
  await tabTo(desk, /Hasło/);
  await desk.keyboard.type('browser-tests-only');
  await desk.keyboard.press('Enter');
  await desk.waitForURL('**/desk');
  await expect(desk.getByRole('radio', { name: 'Przyjmuję', exact: true })).toBeVisible();
  await choose(desk, /^INPUT Przyjmuję/);

  const citizen = await office.citizen();
  const { page } = citizen;
  await page.goto(`${office.server.host}/`);
  await expect(page.getByRole('button', { name: /Porozmawiaj z urzędnikiem/ })).toBeVisible();
  await pressOn(page, /Porozmawiaj z urzędnikiem/);
  await expect(citizen.heading('Porozmawiaj z urzędnikiem')).toBeFocused();
  await pressOn(page, /^BUTTON Porozmawiaj teraz/);
  await expect(citizen.heading('Wybierz sprawę')).toBeFocused();
  await tabTo(page, /Szukaj sprawy/);
  await page.keyboard.type('informacja');
  await page.keyboard.press('Tab');
  await choose(page, /Informacja ogólna/);
  await pressOn(page, /^BUTTON Dalej/);
  await expect(citizen.heading('Twoje dane w tej rozmowie')).toBeFocused();
  await pressOn(page, /Rozumiem, dalej/);
  await expect(citizen.heading('Jak chcesz rozmawiać?')).toBeFocused();
  await pressOn(page, /^BUTTON Sprawdź kamerę/);
  await expect(citizen.panel.getByText(/Kamera działa/).first()).toBeVisible();
  await pressOn(page, /Dołącz do kolejki/);
  await expect(citizen.heading('Czekasz w kolejce').or(citizen.heading('Jesteś na początku kolejki')).first()).toBeFocused();

  await expect(desk.getByRole('button', { name: /^Wywołaj następną osobę/ })).toBeEnabled();
  await pressOn(desk, /^BUTTON Wywołaj następną osobę/);
  await expect(citizen.heading('Zapraszamy do rozmowy')).toBeVisible();
  await pressOn(page, /Dołącz teraz/);
  await expect(citizen.heading('Rozmowa')).toBeVisible();
  // Connecting moves the focus to the call's heading on both sides (L-11); what follows comes after it.
  for (const side of [citizen.panel, desk]) await expect(side.locator('[data-tile="other"] video')).toBeVisible();
  await pressOn(page, /Wyłącz mikrofon/);
  await expect(citizen.panel.getByRole('button', { name: 'Włącz mikrofon' })).toBeFocused();
  await pressOn(desk, /^BUTTON Wyłącz kamerę/);
  await expect(desk.getByRole('button', { name: 'Włącz kamerę' })).toBeFocused();

  await pressOn(page, /Zakończ rozmowę/);
  await expect(citizen.panel.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(citizen.panel.getByRole('dialog')).toHaveCount(0);
  await expect(citizen.button('Zakończ rozmowę')).toBeFocused();
  await page.keyboard.press('Enter');
  await tabTo(page, /Zakończ rozmowę/);
  await page.keyboard.press('Enter');
  await expect(citizen.heading('Rozmowa zakończona')).toBeFocused();
  await pressOn(desk, /przyjmuj dalej/);
  await expect(desk.getByText('Nikt nie czeka').first()).toBeVisible();
});

test('Escape minimises the window and the focus goes back to the button', async ({ office }) => {
  const citizen = await office.citizen();
  await citizen.open();

  await citizen.page.keyboard.press('Escape');

  await expect(citizen.page.getByRole('button', { name: /Porozmawiaj z urzędnikiem/ })).toBeFocused();
});

test('a heading that takes the focus has a ring after a key, and none after a press of a pointer', async ({ office }) => {
  const desk = await office.desk('anna', { person: null });
  await desk.receive();
  const citizen = await office.citizen({ person: null, shared: true });
  const ring = (/** @type {string} */ name) => citizen.heading(name).evaluate((heading) => getComputedStyle(heading).outlineStyle);

  await citizen.open();
  await expect(citizen.heading('Porozmawiaj z urzędnikiem')).toBeFocused();
  await expect.poll(() => ring('Porozmawiaj z urzędnikiem')).toBe('none');
  await citizen.button(/^Porozmawiaj teraz/).click();
  await expect(citizen.heading('Wybierz sprawę')).toBeFocused();
  expect(await ring('Wybierz sprawę')).toBe('none');

  await citizen.button('Wstecz').focus();
  await citizen.page.keyboard.press('Enter');
  await expect(citizen.heading('Porozmawiaj z urzędnikiem')).toBeFocused();
  expect(await ring('Porozmawiaj z urzędnikiem')).toBe('solid');

  await citizen.page.keyboard.press('Escape');
  const launcher = citizen.page.getByRole('button', { name: /Porozmawiaj z urzędnikiem/ });
  await expect(launcher).toBeFocused();
  await citizen.page.keyboard.press('Enter');
  await expect(citizen.heading('Porozmawiaj z urzędnikiem')).toBeFocused();
  await expect.poll(() => ring('Porozmawiaj z urzędnikiem')).toBe('solid');
});
