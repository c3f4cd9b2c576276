import { expect, test } from './support/fixtures.js';
import { expectBothMove, talking } from './support/talking.js';

/** Showing a screen, both ways, beside the camera. */

const SCREEN = '[data-screen-view] video';

/** New pictures of the other's screen arrive. @param {import('playwright-core').Page | import('playwright-core').Frame} shown */
function screenMoves(shown) {
  return shown.evaluate(async (wanted) => {
    const video = document.querySelector(wanted);
    if (!(video instanceof HTMLVideoElement) || video.videoWidth === 0) return false;
    const before = video.getVideoPlaybackQuality().totalVideoFrames;
    await new Promise((resolve) => { setTimeout(resolve, 800); });
    return video.getVideoPlaybackQuality().totalVideoFrames > before;
  }, SCREEN);
}

test('citizen and clerk show each other a screen, each ends it with one press, and the faces stay', async ({ office }) => {
  const { citizen, desk } = await talking(office);

  await citizen.button('Udostępnij ekran').click();
  await expect(citizen.panel.getByText(/Udostępniasz ekran\. Urzędnik widzi to, co pokazujesz\./).first()).toBeVisible();
  await expect(desk.page.getByText(/^Ekran: /)).toBeVisible();
  await expect.poll(() => screenMoves(desk.page), { message: "the clerk sees the citizen's screen", timeout: 40_000 }).toBe(true);
  await expectBothMove(citizen, desk);
  await citizen.button('Zakończ udostępnianie').click();
  await expect(citizen.button('Udostępnij ekran')).toBeFocused();
  await expect(desk.page.getByText(/^Ekran: /)).toBeHidden();

  await desk.button('Udostępnij ekran').click();
  await expect(desk.page.getByText(/Udostępniasz ekran\. Klient widzi to, co pokazujesz\./).first()).toBeVisible();
  await expect(citizen.panel.getByText('Ekran: Anna K.')).toBeVisible();
  await expect.poll(() => screenMoves(citizen.frame), { message: "the citizen sees the clerk's screen", timeout: 40_000 }).toBe(true);
  await desk.button('Przestań udostępniać').click();
  await expect(citizen.panel.getByText('Ekran: Anna K.')).toBeHidden();

  // Once more, and the end of the call ends it too.
  await citizen.button('Udostępnij ekran').click();
  await expect.poll(() => screenMoves(desk.page), { message: 'the second time', timeout: 40_000 }).toBe(true);
  await desk.button('Zakończ rozmowę').first().click();
  await desk.page.getByRole('dialog').getByRole('button', { name: 'Zakończ rozmowę' }).click();
  await expect(citizen.heading('Rozmowa zakończona')).toBeVisible();
});

test('who reloads while the other shows a screen sees it again', async ({ office }) => {
  const { citizen, desk } = await talking(office);
  await desk.button('Udostępnij ekran').click();
  await expect.poll(() => screenMoves(citizen.frame), { timeout: 40_000 }).toBe(true);
  await citizen.page.reload();
  await expect.poll(async () => {
    try {
      return await screenMoves(citizen.frame);
    } catch {
      return false;
    }
  }, { timeout: 40_000 }).toBe(true);
});

test('a phone says why it cannot show its screen and names other ways', async ({ office }) => {
  const { citizen } = await talking(office);
  await citizen.frame.evaluate(() => {
    Object.defineProperty(MediaDevices.prototype, 'getDisplayMedia', { value: undefined });
  });
  await citizen.button('Udostępnij ekran').click();
  await expect(citizen.panel.getByText('Telefon nie pozwala udostępnić ekranu.').first()).toBeVisible();
  await expect(citizen.panel.getByText('Możesz pokazać dokument kamerą albo go wysłać.').first()).toBeVisible();
});
