import { relay } from './support/relay.js';
import { expect, test } from './support/fixtures.js';

/** What a press asked for and the server did not do: told beside the button, and done by the next press. */

const TITLE = 'Kolejka chwilowo nie działa.';

/** The server's refusal of some commands. @param {{type: string, key: string}} command @param {string[]} refused */
function refuse({ type, key }, refused) {
  return refused.includes(type) ? { type: 'problem', code: 'line-unavailable', title: TITLE, fatal: false, key } : null;
}

test('leaving the queue that fails is told on the screen, and the place is kept', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const citizen = await office.citizen({ person: null });
  const server = await relay(citizen.page);
  await citizen.open();
  await citizen.join({ way: 'Sam tekst' });
  const leave = async () => {
    await citizen.button('Opuść kolejkę').click();
    await citizen.panel.getByRole('dialog').getByRole('button', { name: 'Opuść kolejkę' }).click();
  };
  server.answerWith((command) => refuse(command, ['leave']));

  await leave();

  const problem = citizen.panel.locator('section[data-screen="waiting"] [data-part="problem"]');
  await expect(problem).toContainText(TITLE);
  await expect(problem).toBeInViewport();
  await expect(citizen.panel.locator('#alert')).toHaveText(TITLE);
  expect(await citizen.place()).toBe(1);

  server.answerWith(null);
  await leave();
  await expect(citizen.heading('Nie jesteś już w kolejce')).toBeVisible();
});

test('leaving the queue by Back that fails is told on the screen too', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const page = await office.page({ person: null });
  const server = await relay(page);
  await page.goto(`${office.server.widget}/talk/wroclaw`);
  await page.getByRole('button', { name: /^Porozmawiaj teraz/ }).click();
  await page.getByRole('radio', { name: /Informacja ogólna/ }).check();
  await page.getByRole('button', { name: 'Dalej' }).click();
  await page.getByRole('button', { name: 'Rozumiem, dalej' }).click();
  await page.getByRole('radio', { name: /^Sam tekst/ }).check();
  await page.getByRole('button', { name: 'Dołącz do kolejki' }).click();
  await desk.callNext();
  await expect(page.getByRole('heading', { name: 'Zapraszamy do rozmowy' })).toBeVisible();
  server.answerWith((command) => refuse(command, ['leave']));

  await page.goBack();
  await page.getByRole('dialog').getByRole('button', { name: 'Opuść kolejkę' }).click();

  await expect(page.locator('section[data-screen="called"] [data-part="problem"]')).toContainText(TITLE);
});

test.describe('at the desk', () => {
  test.use({ serverEnv: { OKIENKO__CALL__LOST_IN_CALL_S: '5' } });

  test('the end of a call, and waiting longer for somebody lost, that fail are told there', async ({ office }) => {
    const desk = await office.desk('anna');
    const server = await relay(desk.page, 'desk');
    await desk.page.reload();
    await desk.receive();
    const citizen = await office.citizen({ person: null });
    await citizen.open();
    await citizen.join({ way: 'Sam tekst' });
    await desk.callNext();
    await citizen.accept();
    await expect(citizen.heading('Rozmowa')).toBeVisible();
    const told = desk.page.locator('[data-about="problem"]');
    const end = async () => {
      await desk.button('Zakończ rozmowę').first().click();
      await desk.page.getByRole('dialog').getByRole('button', { name: 'Zakończ rozmowę' }).click();
    };
    server.answerWith((command) => refuse(command, ['hang-up', 'wait-longer']));

    await end();
    await expect(told).toContainText(TITLE);
    await expect(desk.page.locator('#alert')).toHaveText(TITLE);
    await expect(citizen.heading('Rozmowa')).toBeVisible();
    await told.getByRole('button', { name: 'Zamknij' }).click();

    await citizen.page.close();
    await desk.button('Czekaj jeszcze 2 minuty').click({ timeout: 30_000 });
    await expect(told).toContainText(TITLE);

    server.answerWith(null);
    await end();
    await expect(desk.page.locator('[data-part="desk"]')).toHaveAttribute('data-view', 'after');
    await expect(told).toHaveCount(0);
  });

  test('a state that the server refuses does not stay chosen', async ({ office }) => {
    const desk = await office.desk('anna');
    const server = await relay(desk.page, 'desk');
    await desk.page.reload();
    await desk.receive();
    await expect(desk.page.getByText('Nowa osoba pojawi się tutaj sama.')).toBeVisible();
    server.answerWith((command) => refuse(command, ['set-state']));

    await desk.page.getByRole('radio', { name: 'Przerwa', exact: true }).check();

    await expect(desk.page.locator('[data-about="problem"]')).toContainText(TITLE);
    await expect(desk.page.getByRole('radio', { name: 'Przyjmuję', exact: true })).toBeChecked();

    server.answerWith(null);
    await desk.page.getByRole('radio', { name: 'Przerwa', exact: true }).check();
    await expect(desk.page.getByText('Aby wywoływać, zmień swój stan')).toBeVisible();
    await expect(desk.page.getByRole('radio', { name: 'Przerwa', exact: true })).toBeChecked();
    await expect(desk.page.locator('[data-about="problem"]')).toHaveCount(0);
  });
});
