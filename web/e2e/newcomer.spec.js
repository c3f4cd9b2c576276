import { expect, test } from './support/fixtures.js';
import { wordsOf } from './support/words.js';

/** What somebody meets who comes for the first time: choosing a matter, waiting, and what is said of it. */

test('whoever reads Ukrainian where nobody speaks it is told so, and is given the language of the office', async ({ office }) => {
  const panel = wordsOf('uk', 'panel');
  const anna = await office.desk('anna', { person: null });
  await anna.receive();
  const page = await office.page({ person: null, shared: true, context: { locale: 'uk-UA' } });
  const button = (/** @type {string} */ name) => page.getByRole('button', { name, exact: true });
  await page.goto(`${office.server.widget}/talk/wroclaw?lang=uk`);
  await page.getByRole('button', { name: panel('start.talk') }).click();
  await page.getByRole('radio', { name: 'Загальна інформація' }).check();

  const language = page.getByLabel(panel('matter.language'));
  await expect(language).toHaveValue('pl');
  await expect(page.getByText(panel('matter.language_nobody'))).toBeVisible();

  // As soon as somebody speaks it, it is proposed.
  const olena = await office.desk('olena', { person: null });
  await olena.receive();
  await page.reload();
  await page.getByRole('button', { name: panel('start.talk') }).click();
  await page.getByRole('radio', { name: 'Загальна інформація' }).check();
  await expect(language).toHaveValue('uk');
  await expect(page.getByText(panel('matter.language_nobody'))).toBeHidden();

  // Another language is for the talk alone: the matter keeps its name in that of the page.
  await language.selectOption('en');
  await button(panel('matter.next')).click();
  await button(panel('notice.agree')).click();
  await page.getByRole('radio', { name: new RegExp(`^${panel('check.text')}`) }).check();
  await button(panel('check.join')).click();
  await expect(page.getByRole('heading', { level: 1, name: panel('waiting.heading') })).toBeVisible();
  await expect(page.locator('[data-part="head-name"]')).toHaveText('Загальна інформація');
});

test('a matter is found in spite of a typing error, and what nobody offers is not', async ({ office }) => {
  const desk = await office.desk('anna', { person: null });
  await desk.receive();
  const citizen = await office.citizen({ person: null, shared: true });
  await citizen.open();
  await citizen.button(/^Porozmawiaj teraz/).click();
  const shown = citizen.panel.locator('.matter[data-matter]:visible');
  const field = citizen.panel.getByLabel('Szukaj sprawy');

  await field.fill('dowud osobsty');
  await expect(shown).toHaveCount(1);
  await expect(shown).toContainText('Dowody osobiste');
  await expect(citizen.panel.getByText(/^Nie znaleźliśmy takiej sprawy/)).toBeHidden();

  await field.fill('hipopotam');
  await expect(citizen.panel.getByText(/^Nie znaleźliśmy takiej sprawy/)).toBeVisible();
  await field.fill('');
  await expect(shown).not.toHaveCount(0);
});

test('whoever asks for their place is told it with the time, also when it is the same', async ({ office }) => {
  const desk = await office.desk('anna', { person: null });
  await desk.receive();
  const citizen = await office.citizen({ person: null, shared: true });
  await citizen.open();
  await citizen.join({ way: 'Sam tekst' });

  await citizen.button('Sprawdź miejsce w kolejce').click();

  const told = citizen.panel.getByText(/Jesteś na początku kolejki\. Stan na \d+:\d\d:\d\d\./);
  await expect(told).toBeVisible();
  const first = await told.innerText();
  await expect.poll(async () => {
    await citizen.button('Sprawdź miejsce w kolejce').click();
    return await told.innerText();
  }).not.toBe(first);
});
