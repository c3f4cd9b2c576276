import { walk } from './support/a11y.js';
import { expect, test } from './support/fixtures.js';

/** The office's ready replies at the desk (product.md II.6). */

/** @param {import('./support/fixtures.js').Office} office @param {string} path of the office's page */
async function writing(office, path = '/') {
  const desk = await office.desk('anna', { person: null });
  await desk.receive();
  const citizen = await office.citizen({ person: null });
  await citizen.open(path);
  await citizen.join({ way: 'Sam tekst' });
  await desk.callNext();
  await citizen.accept();
  await expect(citizen.heading('Rozmowa')).toBeVisible();
  await expect(desk.page.locator('#status')).toContainText('Połączono');
  return { citizen, desk };
}

test('a ready reply is put into the field by keyboard, changed, and only then sent', async ({ office }) => {
  test.slow();
  const { citizen, desk } = await writing(office);
  const field = desk.page.getByLabel('Napisz wiadomość');
  await field.fill('Pani Jadwigo,');
  await field.press('End');
  const open = desk.button('Gotowe odpowiedzi');
  await open.focus();
  await desk.page.keyboard.press('Enter');
  await expect(open).toHaveAttribute('aria-expanded', 'true');
  await expect(desk.button(/^Powitanie/)).toBeFocused();
  await desk.page.keyboard.press('Escape');
  await expect(open).toBeFocused();
  await expect(open).toHaveAttribute('aria-expanded', 'false');

  await desk.page.keyboard.press('Enter');
  await desk.page.keyboard.press('Tab');
  await expect(desk.button(/^Proszę o chwilę/)).toBeFocused();
  await desk.page.keyboard.press('Enter');

  await expect(field).toBeFocused();
  await expect(field).toHaveValue('Pani Jadwigo, Proszę o chwilę cierpliwości. Sprawdzam to w systemie.');
  await expect(citizen.panel.getByRole('log')).not.toContainText('cierpliwości');
  await desk.page.keyboard.type(' Już widzę.');
  await desk.page.keyboard.press('Enter');
  await expect(citizen.panel.getByRole('log')).toContainText('Pani Jadwigo, Proszę o chwilę cierpliwości. Sprawdzam to w systemie. Już widzę.');

  await open.click();
  await walk(desk.page, desk.page, 'ready replies');
});
