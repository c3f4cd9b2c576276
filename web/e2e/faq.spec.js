import { expect, test } from './support/fixtures.js';

/** Questions and answers: in the window from each screen that leads there, and as pages of their own. */

test('searched with typing errors, read while waiting without losing the place, left for the invitation', async ({ office }) => {
  const desk = await office.desk('anna', { person: null });
  await desk.receive();
  const citizen = await office.citizen({ person: null });
  await citizen.open();
  await citizen.button(/^Pytania i odpowiedzi/).click();
  await expect(citizen.heading('Pytania i odpowiedzi')).toBeVisible();
  await citizen.panel.getByLabel('Czego szukasz?').fill('dowud osobisty');
  await expect(citizen.panel.getByText(/^Znaleziono \d+ odpowied/)).toBeVisible();
  const first = citizen.panel.locator('details[data-slug]:visible').first();
  await expect(first).toContainText(/dowód osobisty/i);
  await first.locator('summary').click();
  await first.getByRole('button', { name: 'Tak' }).click();
  await expect(first.getByText('Dziękujemy.')).toBeVisible();
  await citizen.panel.getByLabel('Czego szukasz?').fill('hipopotam');
  await expect(citizen.panel.getByText('Nie znaleźliśmy odpowiedzi')).toBeVisible();
  await citizen.button('Pokaż wszystkie pytania').click();
  await citizen.button('Wróć').click();

  await citizen.join({ way: 'Sam tekst' });
  await citizen.button(/^Pytania i odpowiedzi/).click();
  await expect(citizen.heading('Pytania i odpowiedzi')).toBeVisible();
  // A newcomer behind moves nobody; the frames that come meanwhile must not turn the page.
  const other = await office.citizen({ person: null });
  await other.open();
  await other.join({ way: 'Sam tekst' });
  await expect(citizen.heading('Pytania i odpowiedzi')).toBeVisible();
  await citizen.button('Wróć do kolejki').click();
  await expect.poll(() => citizen.place()).toBe(1);
  await citizen.button(/^Pytania i odpowiedzi/).click();
  await desk.callNext();
  await expect(citizen.heading('Zapraszamy do rozmowy')).toBeVisible();
  await desk.button('Cofnij wywołanie').click();
});

test('where no answer helped, one press leads to a clerk; whoever waits already goes back to the queue', async ({ office }) => {
  await (await office.desk('anna', { person: null })).receive();
  const citizen = await office.citizen({ person: null });
  const faq = citizen.panel.locator('section[data-screen="faq"]');
  const talk = faq.getByRole('button', { name: 'Porozmawiaj teraz' });
  await citizen.open();
  await expect(citizen.button(/^Porozmawiaj teraz/)).toBeVisible();
  await citizen.button(/^Pytania i odpowiedzi/).click();
  await expect(talk).toHaveCount(0);
  await faq.locator('details').first().locator('summary').click();
  await faq.getByRole('button', { name: 'Nie', exact: true }).first().click();
  await expect(faq.getByText('Dziękujemy. Możesz porozmawiać z urzędnikiem.')).toBeVisible();
  await talk.click();
  await expect(citizen.heading('Wybierz sprawę')).toBeVisible();

  await citizen.button('Wstecz').click();
  await citizen.button(/^Pytania i odpowiedzi/).click();
  await citizen.panel.getByLabel('Czego szukasz?').fill('hipopotam');
  await expect(faq.getByText('Nie znaleźliśmy odpowiedzi')).toBeVisible();
  await talk.click();
  await expect(citizen.heading('Wybierz sprawę')).toBeVisible();

  await citizen.button('Wstecz').click();
  await citizen.join({ way: 'Sam tekst' });
  await citizen.button(/^Pytania i odpowiedzi/).click();
  await expect(citizen.heading('Pytania i odpowiedzi')).toBeVisible();
  await expect(faq.locator('[data-action="talk"]:visible')).toHaveCount(0);
});

test('each answer has a page of its own, also without a script', async ({ office }) => {
  const page = await office.page({ person: null, context: { javaScriptEnabled: false } });
  await page.goto(`${office.server.widget}/faq/wroclaw?lang=pl&q=smieci`);
  await page.locator('summary', { hasText: 'śmieci' }).click();
  await page.getByRole('link', { name: /Link do tej odpowiedzi/ }).first().click();
  await expect(page).toHaveURL(/\/faq\/wroclaw\/smieci/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Jak zgłosić opłatę za śmieci?');
  await expect(page.getByText('14 dni')).toBeVisible();
});
