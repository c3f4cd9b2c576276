import { expect, test } from './support/fixtures.js';

/** A device whose clock is wrong (EC-44): every time that is shown is the office's. */

const WRONG_BY_MS = 3 * 3_600_000;

/** Lets the page's clock go wrong; timers go on as they do. @param {import('playwright-core').Page} page */
async function withAWrongClock(page) {
  await page.addInitScript((by_ms) => {
    const Right = Date;
    globalThis.Date = /** @type {DateConstructor} */ (class extends Right {
      /** @param {...any} given */
      constructor(...given) {
        if (given.length === 0) super(Right.now() + by_ms);
        else super(.../** @type {[any]} */ (given));
      }

      /** @override */
      static now() {
        return Right.now() + by_ms;
      }
    });
  }, WRONG_BY_MS);
}

/** Whether a text tells a time, in Warsaw, of the last minutes. @param {string} text */
function tellsNow(text) {
  const told = /(\d{1,2}:\d{2})/.exec(text)?.[1];
  const minutesAgo = (/** @type {number} */ ago) => new Intl.DateTimeFormat('pl', { timeZone: 'Europe/Warsaw', hour: 'numeric', minute: '2-digit' })
    .format(Date.now() - ago * 60_000);
  return [0, 1, 2, 3].map(minutesAgo).some((time) => time === told || time.padStart(5, '0') === told);
}

test('with a clock that is three hours wrong, all times are right: the place, the invitation, the chat', async ({ office }) => {
  const desk = await office.desk('anna', { person: null });
  await desk.receive();
  const citizen = await office.citizen({ person: null });
  await withAWrongClock(citizen.page);
  await citizen.open();
  await citizen.join({ way: 'Sam tekst' });

  await citizen.button('Sprawdź miejsce w kolejce').click();
  const checked = citizen.panel.locator('[data-part="checked"]');
  await expect(checked).toContainText('Stan na');
  expect(tellsNow(await checked.innerText()), await checked.innerText()).toBe(true);
  const since = citizen.panel.locator('[data-part="since"]');
  expect(tellsNow(await since.innerText()), await since.innerText()).toBe(true);

  await desk.callNext();
  await expect(citizen.heading('Zapraszamy do rozmowy')).toBeVisible();
  const left_s = Number(await citizen.panel.locator('section[data-screen="called"] [data-part="seconds"]').innerText());
  expect(left_s).toBeGreaterThan(0);
  expect(left_s).toBeLessThanOrEqual(60);

  await citizen.accept();
  await citizen.panel.getByLabel(/wiadomość/i).fill('Dzień dobry');
  await citizen.button(/^Wyślij$/).click();
  const own = citizen.panel.getByRole('log').locator('.chat-mine .chat-who');
  await expect(own).toBeVisible();
  expect(tellsNow(await own.innerText()), await own.innerText()).toBe(true);
  await desk.page.getByLabel(/wiadomość/i).fill('Słucham');
  await desk.page.getByRole('button', { name: /^Wyślij$/ }).click();
  const theirs = citizen.panel.getByRole('log').locator('.chat-item:not(.chat-mine) .chat-who');
  await expect(theirs).toBeVisible();
  expect(tellsNow(await theirs.innerText()), await theirs.innerText()).toBe(true);
});
