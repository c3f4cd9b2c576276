import { pressAtOnce } from './support/at-once.js';
import { expect, test } from './support/fixtures.js';

/** A change of place must be seen within a second; the machine may be slow, so ten times that is asserted. */
const CHANGE = { timeout: 10_000 };

/** @param {import('./support/citizen.js').Citizen} citizen @param {number} place */
async function expectPlace(citizen, place) {
  await expect.poll(() => citizen.place(), CHANGE).toBe(place);
}

test('five wait: each sees the right place as the line moves', async ({ office }) => {
  test.setTimeout(240_000);
  const desk = await office.desk('anna');
  await desk.receive();
  const line = [];
  for (let count = 1; count <= 5; count += 1) {
    const citizen = await office.citizen({ person: null, shared: true });
    await citizen.open();
    await citizen.join({ way: 'Sam tekst' });
    await expectPlace(citizen, count);
    line.push(citizen);
  }
  const [first, second, third, fourth, fifth] = line;

  await desk.callNext();
  await expect(first.heading('Zapraszamy do rozmowy')).toBeVisible();
  await expectPlace(second, 1);
  await expectPlace(third, 2);
  await expectPlace(fourth, 3);
  await expectPlace(fifth, 4);

  await third.button('Opuść kolejkę').click();
  await third.panel.getByRole('dialog').getByRole('button', { name: 'Opuść kolejkę' }).click();
  await expect(third.heading('Nie jesteś już w kolejce')).toBeVisible();
  await expectPlace(second, 1);
  await expectPlace(fourth, 2);
  await expectPlace(fifth, 3);
});

test('a clerk takes the fourth: those behind move up, those ahead stay', async ({ office }) => {
  test.setTimeout(240_000);
  const desk = await office.desk('anna');
  await desk.receive();
  const line = [];
  for (let count = 1; count <= 5; count += 1) {
    const citizen = await office.citizen({ person: null, shared: true });
    await citizen.open();
    await citizen.join({ way: 'Sam tekst' });
    await expectPlace(citizen, count);
    line.push(citizen);
  }

  await desk.page.getByRole('button', { name: /^Wywołaj(?! następną)/ }).nth(3).click();

  await expect(line[3].heading('Zapraszamy do rozmowy')).toBeVisible();
  for (const [index, place] of [[0, 1], [1, 2], [2, 3], [4, 4]]) await expectPlace(line[index], place);
});

test('two clerks press at once: one gets the person, the other is told by whom', async ({ office }) => {
  const anna = await office.desk('anna');
  await anna.receive();
  const marek = await office.desk('marek');
  await marek.receive();
  const citizen = await office.citizen({ person: null });
  await citizen.open();
  await citizen.join({ way: 'Sam tekst' });
  for (const desk of [anna, marek]) await expect(desk.button(/^Wywołaj(?! następną)/)).toBeVisible();

  await pressAtOnce([anna, marek].map((desk) => desk.button(/^Wywołaj(?! następną)/)));

  await expect(citizen.heading('Zapraszamy do rozmowy')).toBeVisible();
  const told = async () => {
    const texts = await Promise.all([anna, marek].map((desk) => desk.page.locator('main').innerText()));
    const told = texts.map((text) => /przed chwilą tę osobę wywołał ktoś inny \((Anna K\.|Marek N\.)\)/.exec(text)?.[1]);
    return (told[0] === 'Marek N.' && told[1] === undefined) || (told[0] === undefined && told[1] === 'Anna K.');
  };
  await expect.poll(told, { message: 'one of them is told who was faster' }).toBe(true);
  const calls = await office.server.metric('okienko_rooms');
  expect(calls).toBe(1);

  // It stays as long as somebody may wonder where the person has gone, and no longer.
  await citizen.accept();
  await expect(citizen.heading('Rozmowa')).toBeVisible();
  for (const desk of [anna, marek]) await expect(desk.page.locator('[data-about="taken"]')).toHaveCount(0);
});
