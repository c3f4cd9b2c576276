import { expect, PEOPLE, test } from './support/fixtures.js';

/** The call on a small telephone, in the window and put away. */

const PHONE = { viewport: { width: 360, height: 740 } };

/** Whether all of an element is inside another. @param {import('playwright-core').Locator} inner @param {import('playwright-core').Locator} outer */
async function isInside(inner, outer) {
  const [one, other] = [await inner.boundingBox(), await outer.boundingBox()];
  return one !== null && other !== null && one.x >= other.x && one.y >= other.y
    && one.x + one.width <= other.x + other.width + 1 && one.y + one.height <= other.y + other.height + 1;
}

test('at 360 px the chat is one press away, and no word on the pictures is cut off', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const citizen = await office.citizen({ person: PEOPLE.jadwiga, context: PHONE });
  await citizen.open();
  const name = 'KonstancjaBronisławaWężykowskaSzczęśniewiczGruszczyńskaAb';
  await citizen.join({ name });
  await desk.callNext();
  await citizen.accept();
  await expect(citizen.heading('Rozmowa')).toBeVisible();

  const chat = citizen.button('Otwórz czat');
  await expect(chat).toBeInViewport({ ratio: 1 });
  const tops = await citizen.panel.getByRole('group', { name: 'Sterowanie rozmową' }).getByRole('button')
    .evaluateAll((buttons) => buttons.filter((button) => button.checkVisibility()).map((button) => Math.round(button.getBoundingClientRect().top)));
  expect(tops).toHaveLength(5);
  expect(new Set(tops).size).toBe(1);

  await citizen.button('Wyłącz mikrofon').click();
  await citizen.button('Wyłącz kamerę').click();
  const own = citizen.panel.getByRole('group', { name: 'Twój obraz' });
  for (const text of ['Ty', 'Mikrofon wyłączony', 'Kamera wyłączona']) {
    await expect.poll(() => isInside(own.getByText(text, { exact: true }), own), { message: text }).toBe(true);
  }
  await desk.page.setViewportSize({ width: 390, height: 844 });
  const plate = desk.page.locator('[data-tile="other"] .tile-plate');
  await expect(plate).toContainText(name);
  await expect.poll(() => isInside(plate.getByText(name), desk.page.locator('[data-stage]'))).toBe(true);

  await citizen.button('Więcej opcji').click();
  const report = citizen.page.waitForEvent('popup');
  await citizen.button(/^Zgłoś brak dostępności/).click();
  await expect((await report).getByRole('heading', { name: 'Zgłoś brak dostępności' })).toBeInViewport();

  await chat.click();
  await expect(citizen.panel.getByLabel(/wiadomość/i)).toBeFocused();
});

test('what stands in the footer, which a call does not show, can be read in it all the same', async ({ office }) => {
  const desk = await office.desk('anna', { person: null });
  await desk.receive();
  const citizen = await office.citizen({ person: null, context: PHONE });
  await citizen.open();
  await citizen.join({ way: 'Sam tekst' });
  await desk.callNext();
  await citizen.accept();
  await expect(citizen.heading('Rozmowa')).toBeVisible();

  for (const [link, heading] of /** @type {const} */ ([
    [/^Prywatność/, /danych osobowych/], [/^Regulamin/, /^Regulamin/], [/^Deklaracja dostępności/, /^Deklaracja dostępności/],
  ])) {
    await citizen.button('Więcej opcji').click();
    const opened = citizen.page.waitForEvent('popup');
    await citizen.button(link).click();
    const page = await opened;
    await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
    await page.close();
  }
  await expect(citizen.heading('Rozmowa')).toBeVisible();
});

test('a call that is put away on a telephone says so in words and with its time', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const citizen = await office.citizen({ person: null, context: PHONE });
  await citizen.open();
  await citizen.join({ way: 'Sam tekst' });
  await desk.callNext();
  await citizen.accept();
  await expect(citizen.heading('Rozmowa')).toBeVisible();

  await citizen.button(/^Zwiń/).click();

  const launcher = citizen.page.getByRole('button', { name: /Rozmowa trwa/ });
  await expect(launcher).toHaveAccessibleName('Porozmawiaj z urzędnikiem. Rozmowa trwa Wróć do rozmowy');
  const words = launcher.getByText(/^Rozmowa trwa · 00:\d\d$/);
  await expect(words).toBeInViewport({ ratio: 1 });
  const before = await words.textContent();
  await expect.poll(() => words.textContent()).not.toBe(before);
  const box = await launcher.boundingBox();
  expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44);

  await launcher.click();
  await expect(citizen.heading('Rozmowa')).toBeVisible();
});
