import { expect, test } from './support/fixtures.js';
import { isVoiceOf, pitchOf } from './support/media.js';
import { PEOPLE } from './support/people.js';
import { expectMoves, talking } from './support/talking.js';

/** What a clerk may do about what a citizen sends: turn it off, never on (product.md II.8, L-13). */

const OTHERS_SOUND = '[data-tile="other"] video, [data-tile="other"] audio, [data-stage] audio';
const SCREEN = '[data-screen-view] video';

/** @param {import('./support/desk.js').Desk} desk @param {string} item under "more options" */
async function more(desk, item) {
  await desk.button('Więcej opcji').click();
  await desk.button(item).click();
}

/** Goes on by Tab as far as a button. @param {import('./support/desk.js').Desk} desk @param {string} name */
async function tabTo(desk, name) {
  const button = desk.button(name);
  await expect(button).toBeVisible();
  for (let stops = 0; stops < 20; stops += 1) {
    await desk.page.keyboard.press('Tab');
    if (await button.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`Tab does not lead to "${name}"`);
}

test('a clerk turns a microphone off, and only the citizen turns it on again', async ({ office }) => {
  const { citizen, desk } = await talking(office);
  const hears = async () => isVoiceOf(await pitchOf(desk.page, OTHERS_SOUND), PEOPLE.jadwiga);
  await expect.poll(hears, { message: 'the clerk hears the citizen', timeout: 40_000 }).toBe(true);

  await more(desk, 'Wyłącz mikrofon klienta');

  await expect(citizen.panel.locator('#alert')).toContainText('Urzędnik wyłączył Twój mikrofon.');
  await expect(citizen.panel.getByText('Włączyć go możesz tylko Ty, przyciskiem „Włącz mikrofon”.').first()).toBeVisible();
  await expect(citizen.button('Włącz mikrofon')).toBeVisible();
  await expect(desk.page.locator('[data-tile="other"]').getByText('Mikrofon wyłączony')).toBeVisible();
  await expect.poll(hears, { message: 'the clerk hears nothing', timeout: 40_000 }).toBe(false);
  // There is nothing more to turn off, and nothing to turn on.
  await desk.button('Więcej opcji').click();
  await expect(desk.button(/mikrofon klienta/)).toHaveCount(0);
  await desk.page.keyboard.press('Escape');

  // Also on a page that is loaded anew it waits for the person.
  await citizen.page.reload();
  await expect(citizen.button('Wyłącz kamerę')).toBeVisible({ timeout: 40_000 });
  await expect(citizen.button('Włącz mikrofon')).toBeVisible();
  await expect(citizen.panel.getByText('Urzędnik wyłączył Twój mikrofon.').first()).toBeVisible();

  await citizen.button('Włącz mikrofon').click();

  await expect.poll(hears, { message: 'the clerk hears the citizen again', timeout: 40_000 }).toBe(true);
  await expect(citizen.panel.locator('[data-part="problem"]').filter({ hasText: 'Urzędnik wyłączył' })).toBeHidden();
  await expect(desk.page.locator('[data-tile="other"]').getByText('Mikrofon wyłączony')).toBeHidden();
});

test('a clerk turns a camera and a shared screen off by keyboard, and both come back at a press of the citizen', async ({ office }) => {
  const { citizen, desk } = await talking(office);
  await citizen.button('Udostępnij ekran').click();
  await expect(desk.page.locator(SCREEN)).toBeVisible({ timeout: 40_000 });

  for (const item of ['Wyłącz kamerę klienta', 'Wyłącz udostępnianie ekranu klienta']) {
    await desk.button('Więcej opcji').focus();
    // Two presses of Enter with nothing between them would count as one.
    await desk.page.keyboard.press('Shift+Tab');
    await desk.page.keyboard.press('Tab');
    await expect(desk.button('Więcej opcji')).toBeFocused();
    await desk.page.keyboard.press('Enter');
    await tabTo(desk, item);
    await desk.page.keyboard.press('Enter');
    await expect(desk.button('Więcej opcji')).toBeFocused();
  }

  await expect(citizen.panel.getByText('Urzędnik wyłączył udostępnianie Twojego ekranu.').first()).toBeVisible();
  await expect(citizen.button('Włącz kamerę')).toBeVisible();
  await expect(citizen.button('Udostępnij ekran')).toBeVisible();
  await expect(desk.page.locator('[data-tile="other"]').getByText('Kamera wyłączona')).toBeVisible();
  await expect(desk.page.getByText(/^Ekran: /)).toBeHidden();

  await citizen.button('Włącz kamerę').click();
  await expectMoves(() => desk.page, PEOPLE.jadwiga, 'the clerk sees the citizen again');
  await citizen.button('Udostępnij ekran').click();
  await expect(desk.page.locator(SCREEN)).toBeVisible({ timeout: 40_000 });
});
