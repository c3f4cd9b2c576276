import { devices } from 'playwright-core';
import { walk } from './support/a11y.js';
import { expect, PEOPLE, test } from './support/fixtures.js';

/** Going on on a telephone with the same place (product.md I.11, EC-08). */

/** Opens the window with the code. @param {import('./support/citizen.js').Citizen} citizen @returns {Promise<string>} the address in it */
async function code(citizen) {
  const answer = citizen.page.waitForResponse((response) => response.url().includes('/me/handover'));
  await citizen.button('Przejdź na telefon').click();
  const { url } = await (await answer).json();
  await expect(citizen.panel.getByRole('img', { name: 'Kod QR do zeskanowania telefonem' })).toBeVisible();
  return url;
}

/** A telephone whose camera has read a code. @param {import('./support/fixtures.js').Office} office @param {string} url */
async function telephone(office, url) {
  const { userAgent, viewport, deviceScaleFactor, isMobile, hasTouch } = devices['Pixel 7'];
  const page = await office.page({ person: PEOPLE.jadwiga, context: { userAgent, viewport, deviceScaleFactor, isMobile, hasTouch } });
  await page.goto(url);
  return page;
}

test('who waits at a computer goes on on a telephone with the same place, and may come back', async ({ office }) => {
  test.slow();
  const desk = await office.desk('anna', { person: null });
  await desk.receive();
  const ahead = await office.citizen({ person: null, shared: true });
  await ahead.open();
  await ahead.join({ way: 'Sam tekst' });
  const citizen = await office.citizen({ person: null, shared: true });
  await citizen.open();
  await citizen.join({ way: 'Sam tekst' });
  await expect.poll(() => citizen.place()).toBe(2);
  const number = await citizen.panel.getByText(/Numer w kolejce/).first().textContent();

  const url = await code(citizen);
  await walk(citizen.page, citizen.frame, 'waiting, onto the telephone');
  const phone = await telephone(office, url);

  await expect(phone.locator('[data-part="place"]')).toHaveText('2');
  await expect(phone.getByText(number ?? 'none').first()).toBeVisible();
  expect(phone.url()).not.toContain('go-on');
  await expect(phone.getByRole('button', { name: 'Przejdź na telefon' })).toBeHidden();
  await expect(citizen.heading('Rozmowa jest w telefonie')).toBeVisible();
  await expect(citizen.panel.getByRole('dialog')).toBeHidden();

  await phone.reload();
  await expect(phone.getByText(number ?? 'none').first()).toBeVisible();

  await citizen.button('Przenieś tutaj').click();
  await expect.poll(() => citizen.place()).toBe(2);
  await expect(phone.getByRole('heading', { name: 'Rozmowa jest w innej karcie' })).toBeVisible();

  office.expectRefused('/api/v1/handovers');
  await phone.goto('about:blank');
  await phone.goto(url);
  await expect(phone.getByText(/Ten kod już nie działa/).first()).toBeVisible();
  await expect.poll(() => citizen.place()).toBe(2);
});

test('who has no camera at the computer takes the chosen matter along', async ({ office }) => {
  const desk = await office.desk('anna', { person: null });
  await desk.receive();
  const citizen = await office.citizen({ person: null });
  await citizen.open();
  await citizen.toDeviceCheck();
  await citizen.button('Sprawdź kamerę i mikrofon').click();

  const phone = await telephone(office, await code(citizen));

  await expect(phone.getByRole('heading', { name: 'Wybierz sprawę' })).toBeVisible();
  await expect(phone.getByRole('radio', { name: /Informacja ogólna/ })).toBeChecked();
  await phone.getByRole('button', { name: 'Dalej' }).click();
  await phone.getByRole('button', { name: 'Sprawdź kamerę i mikrofon' }).click();
  await expect(phone.getByText('Kamera działa').first()).toBeVisible();
  await phone.getByRole('button', { name: 'Dołącz do kolejki' }).click();
  await expect(phone.getByText(/Numer w kolejce/).first()).toBeVisible();
  await expect(citizen.heading('Rozmowa jest w telefonie')).toBeVisible();
});

test('a code that ran out gives way to a new one', async ({ office }) => {
  const desk = await office.desk('anna', { person: null });
  await desk.receive();
  const citizen = await office.citizen({ person: null });
  await citizen.page.clock.install();
  await citizen.open();
  await citizen.join({ way: 'Sam tekst' });
  const first = await code(citizen);

  await citizen.page.clock.fastForward('05:01');
  await expect(citizen.panel.getByRole('dialog').getByText('Ten kod już nie działa.')).toBeVisible();
  await expect(citizen.panel.getByRole('img', { name: 'Kod QR do zeskanowania telefonem' })).toBeHidden();
  const answer = citizen.page.waitForResponse((response) => response.url().includes('/me/handover'));
  await citizen.button('Pokaż nowy kod').press('Enter');
  expect((await (await answer).json()).url).not.toBe(first);
  await expect(citizen.panel.getByRole('img', { name: 'Kod QR do zeskanowania telefonem' })).toBeVisible();

  await citizen.page.keyboard.press('Escape');
  await expect(citizen.panel.getByRole('dialog')).toBeHidden();
  await expect(citizen.button('Przejdź na telefon')).toBeFocused();
});
