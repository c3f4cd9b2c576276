import { expect, test } from './support/fixtures.js';

/** Somebody in another time zone than the office (EC-20): its time first, theirs beside it. */

const BOTH = /(\d+):(\d\d) \(u Ciebie (\d+):(\d\d)\)/;

/** Asserts that a text has both times, the second an hour behind. @param {string} text */
function expectBoth(text) {
  const [, hour, minute, here, minuteHere] = BOTH.exec(text) ?? [];
  expect(text).toMatch(BOTH);
  expect([(Number(hour) + 23) % 24, minute]).toEqual([Number(here), minuteHere]);
}

test.use({ serverEnv: { OKIENKO__QUEUE__ACCEPT_S: '5', OKIENKO__QUEUE__EXTENSION_S: '20' } });

test('from London: both times at the start, while waiting, with more time and after a missed turn', async ({ office }) => {
  const desk = await office.desk('anna', { person: null });
  await desk.receive();
  const citizen = await office.citizen({ person: null, context: { timezoneId: 'Europe/London' } });
  const part = (/** @type {string} */ screen, /** @type {string} */ name) => citizen.panel.locator(`section[data-screen="${screen}"] [data-part="${name}"]`);
  await citizen.open();
  await expect(part('start', 'both-clocks')).toHaveText(/^Teraz w Polsce jest \d+:\d\d, u Ciebie \d+:\d\d\.$/);

  await citizen.join({ way: 'Sam tekst' });
  expectBoth(await part('waiting', 'since').innerText());
  await desk.callNext();
  await citizen.button('Potrzebuję więcej czasu').click();
  await expect(citizen.heading('Czekamy na Ciebie')).toBeVisible();
  expectBoth(await part('deferred', 'text').innerText());
  await citizen.button('Jestem').click();
  await desk.callNext();
  await expect(citizen.heading('Twoja kolej minęła')).toBeVisible();
  expectBoth(await part('missed', 'text').innerText());
});

test('where both clocks show the same, one time is enough', async ({ office }) => {
  await (await office.desk('anna', { person: null })).receive();
  const citizen = await office.citizen({ person: null, context: { timezoneId: 'Europe/Berlin' } });
  await citizen.open();
  await expect(citizen.panel.locator('[data-part="both-clocks"]')).toBeHidden();

  await citizen.join({ way: 'Sam tekst' });
  await expect(citizen.panel.locator('[data-part="since"]')).toHaveText(/\d+:\d\d/);
  await expect(citizen.panel.locator('[data-part="since"]')).not.toHaveText(/u Ciebie/);
});
