import { walk } from './support/a11y.js';
import { expect, test } from './support/fixtures.js';
import { closed, full, tooLate } from './support/shut.js';

/** The first screen and the button before it while nobody may join the line (EC-15, EC-17): why, and the telephone. */

test.describe.configure({ timeout: 300_000 });

/**
 * @param {import('./support/fixtures.js').Office} office
 * @param {{before: RegExp, heading: string | RegExp, text: RegExp}} told  on the button and on the first screen
 */
async function opened(office, { before, heading, text }) {
  const citizen = await office.citizen({ person: null });
  await citizen.page.goto(office.server.host);
  const launcher = citizen.page.getByRole('button', { name: /Porozmawiaj z urzędnikiem/ });
  await expect(launcher).toContainText(before);
  await expect(citizen.page.locator('okienko-widget .open')).toHaveCount(0);
  await launcher.click();

  await expect(citizen.panel.getByRole('heading', { level: 2, name: heading })).toBeVisible();
  await expect(citizen.panel.getByText(text)).toBeVisible();
  await expect(citizen.panel.getByRole('link', { name: /^Zadzwoń: / }).first()).toBeVisible();
  await expect(citizen.button(/^Porozmawiaj teraz/)).toHaveCount(0);
  // What the page itself keeps true says the same.
  const asked = citizen.page.waitForResponse(/\/matters\?/);
  await citizen.button(/^Pytania i odpowiedzi/).click();
  await citizen.button('Wróć').click();
  await asked;
  await expect(citizen.panel.getByRole('heading', { level: 2, name: heading })).toBeVisible();
  await expect(citizen.button(/^Porozmawiaj teraz/)).toHaveCount(0);
  return citizen;
}

test('closed', async ({ office }) => {
  await closed(office);
  const citizen = await opened(office, {
    before: /Otwarte .+ od 8:00/, heading: /^Zapraszamy .+ od 8:00$/, text: /^Urząd jest teraz zamknięty\./,
  });
  await walk(citizen.page, citizen.frame, 'start, closed');
});

test('full', async ({ office }) => {
  await full(office, ['Zofia', 'Jan']);
  const citizen = await opened(office, {
    before: /Kolejka jest pełna: czekają 2 osoby/, heading: 'Kolejka jest pełna: czekają 2 osoby', text: /^Spróbuj za kilka minut/,
  });
  await walk(citizen.page, citizen.frame, 'start, full');
});

test('too late', async ({ office }) => {
  await tooLate(office);
  const citizen = await opened(office, {
    before: /Dziś już nie zdążymy/, heading: 'Dziś już nie zdążymy', text: /^Kolejka jest dłuższa niż czas do zamknięcia\. Zapraszamy .+ od 0:00\.$/,
  });
  await walk(citizen.page, citizen.frame, 'start, too late');
});
