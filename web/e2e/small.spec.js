import { expect, test } from './support/fixtures.js';
import { expectMoves, talking } from './support/talking.js';
import { PEOPLE } from './support/people.js';

/** The call in a small window above all others, on both sides. */

test('the clerk goes on in a small window, and ends the call from there', async ({ office }) => {
  const { citizen, desk } = await talking(office);
  const opened = desk.page.context().waitForEvent('page');
  await desk.button('Więcej opcji').click();
  await desk.button('Pokaż rozmowę w małym oknie').click();
  const small = await opened;
  await expectMoves(() => small, PEOPLE.jadwiga, 'the small window shows the citizen');
  await expect(small.locator('audio')).toHaveCount(0);
  expect(await small.evaluate(() => document.documentElement.scrollHeight <= innerHeight), 'all of it fits').toBe(true);

  await small.getByRole('button', { name: 'Wyłącz mikrofon' }).click();
  await expect(desk.button('Włącz mikrofon').first()).toBeVisible();
  await expect(citizen.panel.getByText('Mikrofon wyłączony').first()).toBeVisible();

  await desk.button('Więcej opcji').click();
  const closed = small.waitForEvent('close');
  await desk.button('Zamknij małe okno').click();
  await closed;

  const again = desk.page.context().waitForEvent('page');
  await desk.button('Więcej opcji').click();
  await desk.button('Pokaż rozmowę w małym oknie').click();
  const other = await again;
  const gone = other.waitForEvent('close');
  await other.getByRole('button', { name: 'Zakończ rozmowę' }).click();
  await gone;
  await desk.page.getByRole('dialog').getByRole('button', { name: 'Zakończ rozmowę' }).click();
  await expect(citizen.heading('Rozmowa zakończona')).toBeVisible();
});

test('in the frame on an office’s page the picture alone is put above, and the end of the call takes it away', async ({ office }) => {
  const { citizen, desk } = await talking(office);
  await citizen.button('Więcej opcji').click();
  await citizen.button('Pokaż rozmowę w małym oknie').click();
  await expect.poll(() => citizen.frame.evaluate(() => document.pictureInPictureElement !== null)).toBe(true);
  await desk.button('Zakończ rozmowę').first().click();
  await desk.page.getByRole('dialog').getByRole('button', { name: 'Zakończ rozmowę' }).click();
  await expect(citizen.heading('Rozmowa zakończona')).toBeVisible();
  await expect.poll(() => citizen.frame.evaluate(() => document.pictureInPictureElement)).toBe(null);
});

test('from the office’s page the call moves into a window of its own', async ({ office }) => {
  const { citizen, desk } = await talking(office);
  const opened = citizen.page.waitForEvent('popup');
  await citizen.button('Więcej opcji').click();
  await citizen.button(/^Otwórz w osobnym oknie/).click();
  const own = await opened;
  await expectMoves(() => own, PEOPLE.anna, 'the citizen sees the clerk in the window of their own');
  await expectMoves(() => desk.page, PEOPLE.jadwiga, 'the clerk sees the citizen again');
});
