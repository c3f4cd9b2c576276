import { pdf } from './support/files.js';
import { expect, test } from './support/fixtures.js';
import { send, talkOverPapers } from './support/papers.js';

/** What is said of a call afterwards: the citizen's rating and the clerk's note. */

/** A talk in writing that lasts long enough to be rated. @param {import('./support/fixtures.js').Office} office */
async function afterTalk(office) {
  const desk = await office.desk('anna', { person: null });
  await desk.receive();
  const citizen = await office.citizen({ person: null });
  await citizen.open();
  await citizen.join({ way: 'Sam tekst' });
  await desk.callNext();
  await citizen.accept();
  await expect(citizen.button('Zakończ rozmowę')).toBeVisible();
  // A conversation counts from twenty seconds on; the clock of the call says when.
  await expect(citizen.panel.getByText(/^00:(2[1-9]|[3-5]\d)$/)).toBeVisible({ timeout: 60_000 });
  await desk.button('Zakończ rozmowę').first().click();
  await desk.page.getByRole('dialog').getByRole('button', { name: 'Zakończ rozmowę' }).click();
  await expect(citizen.heading('Rozmowa zakończona')).toBeVisible();
  return { citizen, desk };
}

test('the citizen rates with words and a comment, changes it, and leaves nothing behind', async ({ office }) => {
  const { citizen } = await afterTalk(office);
  await expect(citizen.panel.getByRole('heading', { name: 'Jak oceniasz rozmowę?' })).toBeVisible();
  await citizen.button('Wyślij ocenę').click();
  const rating = citizen.panel.getByRole('region', { name: 'Jak oceniasz rozmowę?' });
  const summary = rating.getByRole('alert').filter({ hasText: 'Popraw' });
  await expect(summary.locator('xpath=..')).toBeFocused();
  await expect(rating.getByRole('group')).toHaveAccessibleDescription('Wybierz ocenę od 1 do 5 albo „Pomiń”.');
  await summary.getByRole('link', { name: 'Wybierz ocenę od 1 do 5 albo „Pomiń”.' }).press('Enter');
  await expect(rating.getByRole('radio', { name: '1 z 5, bardzo źle' })).toBeFocused();

  await citizen.panel.getByRole('radio', { name: '4 z 5, dobrze' }).check();
  await expect(summary).toBeHidden();
  await citizen.panel.getByLabel(/^Komentarz/).fill('a'.repeat(1_002));
  await citizen.button('Wyślij ocenę').click();
  await expect(summary.getByRole('link')).toHaveText(['Komentarz jest za długi o 2 znaki. Skróć go.']);
  await expect(citizen.panel.getByText('4 z 5, dobrze').last()).toBeVisible();
  await citizen.panel.getByLabel(/^Komentarz/).fill('Miło. Mój PESEL to 44051401359.');
  await citizen.button('Wyślij ocenę').click();
  await expect(citizen.panel.getByRole('heading', { name: 'Dziękujemy za ocenę.' })).toBeVisible();

  await citizen.button('Zmień ocenę').click();
  await expect(citizen.panel.getByLabel(/^Komentarz/)).toHaveValue('Miło. Mój PESEL to •••.');
  await citizen.panel.getByRole('radio', { name: '5 z 5, bardzo dobrze' }).check();
  await citizen.button('Wyślij ocenę').click();
  await citizen.page.reload();
  await citizen.page.getByRole('button', { name: /Porozmawiaj|rozmow/i }).first().click();
  await expect(citizen.panel.getByRole('heading', { name: 'Dziękujemy za ocenę.' })).toBeVisible();

  await citizen.button('Zakończ i wyczyść').click();
  await expect(citizen.heading('Porozmawiaj z urzędnikiem')).toBeVisible();
  await citizen.page.reload();
  await citizen.page.getByRole('button', { name: /Porozmawiaj/ }).first().click();
  await expect(citizen.heading('Porozmawiaj z urzędnikiem')).toBeVisible();
});

test('the question for a rating is in view as a whole, and what remains is folded away under it', async ({ office }) => {
  const { citizen, desk } = await talkOverPapers(office);
  await send(desk, [pdf('decyzja.pdf')]);
  await expect(citizen.panel.getByText(/^00:(2[1-9]|[3-5]\d)$/)).toBeVisible({ timeout: 60_000 });
  await desk.button('Zakończ rozmowę').first().click();
  await desk.page.getByRole('dialog').getByRole('button', { name: 'Zakończ rozmowę' }).click();
  await expect(citizen.heading('Rozmowa zakończona')).toBeVisible();

  for (const viewport of [{ width: 1440, height: 900 }, { width: 390, height: 844 }]) {
    await citizen.page.setViewportSize(viewport);
    for (const shown of [citizen.panel.getByRole('heading', { name: 'Jak oceniasz rozmowę?' }), citizen.button('Wyślij ocenę')]) {
      await expect(shown).toBeInViewport({ ratio: 1 });
    }
    // In view, and nothing lies over it.
    await citizen.button('Wyślij ocenę').click({ trial: true });
  }
  await expect(citizen.panel.getByText(/^Rodzaj sprawy/)).toBeHidden();
  await citizen.panel.getByText('Co zostaje po rozmowie').click();
  await expect(citizen.panel.getByText('Rodzaj sprawy: Informacja ogólna')).toBeVisible();
});

test("the clerk's note saves itself, warns of personal data, and is there after a reload", async ({ office }) => {
  const { desk } = await afterTalk(office);
  await desk.page.getByLabel('Wynik rozmowy').selectOption({ label: 'Sprawa załatwiona' });
  await desk.page.getByLabel('Notatka z rozmowy').fill('Podano godziny. PESEL 44051401359');
  await expect(desk.page.getByText(/^Zapisano o \d+:\d\d/)).toBeVisible();
  await expect(desk.page.getByText(/numer podobny do PESEL/)).toBeVisible();
  await desk.page.getByLabel('Notatka z rozmowy').fill('Podano godziny.');
  await expect(desk.page.getByText(/numer podobny do PESEL/)).toBeHidden();

  await desk.page.reload();
  await expect(desk.page.getByLabel('Notatka z rozmowy')).toHaveValue('Podano godziny.');
  await expect(desk.page.getByLabel('Wynik rozmowy')).toHaveValue('settled');
});
