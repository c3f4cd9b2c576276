import { talking } from './support/talking.js';
import { expect, test } from './support/fixtures.js';

/** A citizen who is lost in a call and comes back too late (product.md EC-04). */

test.use({ serverEnv: { OKIENKO__CALL__LOST_IN_CALL_S: '10' } });

test('when a lost citizen stays away the clerk is asked; who comes back is at the head of the queue', async ({ office }) => {
  const { citizen, desk } = await talking(office);
  const context = citizen.page.context();
  await citizen.page.close();

  const question = desk.page.getByText('Klient nie wrócił. Czekać dalej czy zakończyć?').first();
  await expect(question).toBeVisible({ timeout: 45_000 });
  await desk.button('Czekaj jeszcze 2 minuty').click();
  await expect(desk.page.getByText(/Klient stracił połączenie, czekamy do \d/).first()).toBeVisible();
  await expect(desk.page.locator('.stage-note')).toBeFocused();
  await expect(question).toBeVisible({ timeout: 45_000 });
  await desk.page.locator('.stage-note').getByRole('button', { name: 'Zakończ rozmowę' }).click();
  await desk.page.getByRole('dialog').getByRole('button', { name: 'Zakończ rozmowę' }).click();
  await expect(desk.page.getByText('Po rozmowie').first()).toBeVisible();
  await expect(desk.page.getByText(/Połączenie przerwane/).first()).toBeVisible();

  citizen.page = await context.newPage();
  office.watch(citizen.page);
  await citizen.page.goto(`${office.server.host}/`);
  await expect(citizen.heading('Rozmowa została przerwana')).toBeVisible();
  await citizen.button('Wracam do kolejki').click();
  await expect.poll(() => citizen.place()).toBe(1);
});
