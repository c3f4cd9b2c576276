import { colourOf, isGroundOf } from './support/media.js';
import { expect, PEOPLE, test } from './support/fixtures.js';
import { soundAfterAPress } from './support/rare.js';
import { startServer } from './support/server.js';

const OTHERS_VIDEO = '[data-tile="other"] video';

test('who reloads the office page while waiting is there again, and their turn opens the window', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const citizen = await office.citizen({ person: null });
  await citizen.open();
  await citizen.join({ way: 'Sam tekst' });

  await citizen.page.reload();

  await expect(citizen.page.getByRole('button', { name: /miejsce|początku kolejki/ })).toBeVisible();
  await desk.callNext();
  await expect(citizen.heading('Zapraszamy do rozmowy')).toBeVisible();
});

test('the cookie of a visit that goes on is renewed, so that it does not run out in its middle', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const citizen = await office.citizen({ person: null });
  await citizen.page.clock.install();
  await citizen.open();
  await citizen.join({ way: 'Sam tekst' });
  const kept = citizen.page.waitForResponse((response) => (
    response.url().endsWith('/api/v1/sessions/me') && response.request().method() === 'POST'));

  await citizen.page.clock.fastForward('15:30');

  const answer = await kept;
  expect(answer.status()).toBe(204);
  const life_s = Number(/__Host-okienko=.*; Max-Age=(\d+);/.exec((await answer.allHeaders())['set-cookie'] ?? '')?.[1]);
  expect(life_s).toBeGreaterThan(3 * 3_600);
});

test('a call goes on after the server was restarted', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const citizen = await office.citizen();
  await citizen.open();
  await citizen.join();
  await desk.callNext();
  await citizen.accept();
  await expect.poll(async () => isGroundOf(await colourOf(desk.page, OTHERS_VIDEO), PEOPLE.jadwiga)).toBe(true);

  office.server.kill('SIGKILL');
  await office.server.exited;
  office.server = await startServer({ again: office.server });
  desk.server = office.server;

  await expect(desk.page.getByText('Dobre łącze').first()).toBeVisible({ timeout: 60_000 });
  const moves = async (/** @type {import('playwright-core').Page | import('playwright-core').Frame} */ page) => page.evaluate(async (wanted) => {
    const frames = () => [...document.querySelectorAll(wanted)].reduce((sum, video) =>
      sum + (video instanceof HTMLVideoElement ? video.getVideoPlaybackQuality().totalVideoFrames : 0), 0);
    const before = frames();
    await new Promise((resolve) => { setTimeout(resolve, 1000); });
    return frames() > before;
  }, OTHERS_VIDEO);
  await expect.poll(() => moves(desk.page), { timeout: 60_000, message: 'the clerk sees the citizen move' }).toBe(true);
  await expect.poll(() => moves(citizen.frame), { timeout: 60_000, message: 'the citizen sees the clerk move' }).toBe(true);
  await expect(desk.page.locator('[data-tile="other"]').getByText('Kamera wyłączona')).toHaveCount(0);
  office.complaints = office.complaints.filter((text) => !/WebSocket connection|ERR_CONNECTION_REFUSED|503/.test(text));
});

test('after the server died, each message of the chat is there exactly once', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const citizen = await office.citizen({ person: null });
  await citizen.open();
  await citizen.join({ way: 'Sam tekst' });
  await desk.callNext();
  await citizen.accept();
  /** @param {import('playwright-core').Page | import('playwright-core').FrameLocator} side @param {string} text */
  const write = async (side, text) => {
    await side.getByLabel(/wiadomość/i).fill(text);
    await side.getByRole('button', { name: /^Wyślij$/ }).click();
  };
  const sides = [citizen.panel, desk.page];
  /** @param {string[]} texts */
  const expectEachOnce = async (texts) => {
    for (const side of sides) {
      await expect.poll(async () => (await side.getByRole('log').locator('.chat-text').allInnerTexts()).sort(), { timeout: 60_000 })
        .toEqual([...texts].sort());
    }
  };
  await write(citizen.panel, 'kanarek pierwszy');
  await write(desk.page, 'kanarek drugi');
  await expectEachOnce(['kanarek pierwszy', 'kanarek drugi']);
  // From here on the citizen's browser knows its own message only from the server.
  await citizen.page.reload();
  await expectEachOnce(['kanarek pierwszy', 'kanarek drugi']);

  office.server.kill('SIGKILL');
  await office.server.exited;
  await write(citizen.panel, 'kanarek trzeci');
  await write(desk.page, 'kanarek czwarty');
  office.server = await startServer({ again: office.server });
  desk.server = office.server;

  const all = ['kanarek pierwszy', 'kanarek drugi', 'kanarek trzeci', 'kanarek czwarty'];
  await expectEachOnce(all);
  await expect(citizen.panel.getByRole('log').getByText('Wysłano')).toHaveCount(2);
  // What a new page shows is what the server has: all of it was offered to it again.
  await citizen.page.reload();
  await desk.page.reload();
  await expectEachOnce(all);
  office.complaints = office.complaints.filter((text) => !/WebSocket connection|ERR_(CONNECTION_(REFUSED|RESET)|EMPTY_RESPONSE)|503/.test(text));
});

test('after a reload the sound is off: it is said, and any press turns it on', async ({ office }) => {
  const desk = await office.desk('anna', { person: null });
  await desk.receive();
  const citizen = await office.citizen({ person: null });
  await soundAfterAPress(citizen.page);
  await citizen.open();
  await citizen.join({ way: 'Sam tekst' });
  const kept = citizen.panel.locator('[data-part="kept"]');
  await expect(kept).toContainText('usłyszysz dźwięk');
  /** Reloads the office's page, which opens the window again at a press outside it. */
  const reload = async () => {
    await citizen.page.reload();
    await citizen.page.getByRole('button', { name: /miejsce|początku kolejki/ }).click();
    await expect(citizen.button('Włącz dźwięk')).toBeVisible();
    await expect(kept).toContainText('Dźwięk jest teraz wyłączony.');
    await expect(kept).not.toContainText('usłyszysz');
  };
  const expectOn = async () => {
    await expect(citizen.button('Sprawdź dźwięk')).toBeVisible();
    await expect(citizen.button('Włącz dźwięk')).toHaveCount(0);
    await expect(kept).toContainText('usłyszysz dźwięk');
  };

  await reload();
  await citizen.button('Sprawdź miejsce w kolejce').click();
  await expectOn();

  await reload();
  await citizen.button('Włącz dźwięk').click();
  await expectOn();
});

test('the turn is felt also where no sound may be made', async ({ office }) => {
  const desk = await office.desk('anna', { person: null });
  await desk.receive();
  const citizen = await office.citizen({ person: null });
  await soundAfterAPress(citizen.page, { ever: false });
  await citizen.open();
  await citizen.join({ way: 'Sam tekst' });
  await expect(citizen.button('Włącz dźwięk')).toBeVisible();

  await desk.callNext();

  await expect(citizen.heading('Zapraszamy do rozmowy')).toBeVisible();
  await expect.poll(() => citizen.frame.evaluate(() => /** @type {any} */ (globalThis).vibrated)).toContainEqual([250, 120, 250, 120, 500]);
});
