import { expect, test } from './support/fixtures.js';
import { relay } from './support/relay.js';

/** What the citizen is told of, and that it goes when it is over. */

test('a clerk who takes the invitation back: the resident is told why they wait again, on the same place', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const ahead = await office.citizen({ person: null, shared: true });
  await ahead.open();
  await ahead.join({ way: 'Sam tekst' });
  const citizen = await office.citizen({ person: null, shared: true });
  await citizen.open();
  await citizen.join({ way: 'Sam tekst' });
  await expect.poll(() => citizen.place()).toBe(2);
  await desk.page.getByRole('button', { name: /^Wywołaj(?! następną)/ }).nth(1).click();
  await expect(citizen.heading('Zapraszamy do rozmowy')).toBeVisible();
  await desk.button('Cofnij wywołanie').click();

  const told = 'Urząd cofnął zaproszenie do rozmowy. Twoje miejsce w kolejce jest zachowane. Zaprosimy Cię ponownie.';
  await expect(citizen.panel.locator('section[data-screen="waiting"]').getByText(told)).toBeVisible();
  await expect(citizen.panel.locator('#alert')).toHaveText(told);
  expect(await citizen.place()).toBe(2);

  // Invited again, the person knows why; after that it is no news.
  await desk.page.getByRole('button', { name: /^Wywołaj(?! następną)/ }).nth(1).click();
  await expect(citizen.heading('Zapraszamy do rozmowy')).toBeVisible();
  await citizen.button('Potrzebuję więcej czasu').click();
  await citizen.accept();
  await expect(citizen.heading('Rozmowa')).toBeVisible();
});

test('what was said of a state is gone with it', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const citizen = await office.citizen({ person: null });
  await citizen.open();
  await citizen.join({ way: 'Sam tekst' });
  await desk.callNext();
  await expect(citizen.panel.locator('#alert')).toContainText('Zapraszamy do rozmowy.');

  await citizen.accept();

  await expect(citizen.heading('Rozmowa')).toBeVisible();
  expect(await citizen.panel.locator('#alert').textContent()).not.toContain('Zapraszamy');
});

test('why the place moved stands there for a minute', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const line = [];
  for (const _ of [1, 2, 3]) {
    const citizen = await office.citizen({ person: null, shared: true });
    await citizen.page.clock.install();
    await citizen.open();
    await citizen.join({ way: 'Sam tekst' });
    line.push(citizen);
  }
  const [first, , last] = line;
  await first.button('Opuść kolejkę').click();
  await first.panel.getByRole('dialog').getByRole('button', { name: 'Opuść kolejkę' }).click();
  await expect.poll(() => last.place()).toBe(2);
  await expect(last.panel.getByText('Osoba przed Tobą opuściła kolejkę.')).toBeVisible();

  await last.page.clock.fastForward(61_000);

  await expect(last.panel.locator('[data-part="reason"]')).toBeHidden();
  expect(await last.place()).toBe(2);
});

test('that the queue does not work is told until it works again', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const citizen = await office.citizen({ person: null });
  const server = await relay(citizen.page);
  await citizen.open();
  await citizen.toDeviceCheck();
  await citizen.panel.getByRole('radio', { name: /^Sam tekst/ }).check();
  const title = 'Kolejka chwilowo nie działa.';
  const refusal = { type: 'problem', code: 'line-unavailable', title, fatal: false, retry_after_s: 5 };
  server.answerWith((command) => (command.type === 'join' ? { ...refusal, key: command.key } : null));
  await citizen.button('Dołącz do kolejki').click();
  await expect(citizen.panel.getByText(title).first()).toBeVisible();

  server.answerWith(null);
  await server.cut();

  await expect(citizen.panel.locator('section[data-screen="check"] [data-part="problem"]')).toBeHidden();
  await citizen.button('Dołącz do kolejki').click();
  await expect.poll(() => citizen.place()).toBe(1);

  server.tell(refusal);
  const banner = citizen.panel.locator('[data-part="banner"]');
  await expect(banner).toContainText(title);
  await desk.callNext();
  await expect(citizen.heading('Zapraszamy do rozmowy')).toBeVisible();
  await expect(banner).toBeHidden();
});

test('the ring and the sentence count the same seconds, also after a reload', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const citizen = await office.citizen({ person: null });
  await citizen.open();
  await citizen.join({ way: 'Sam tekst' });
  await desk.callNext();
  await expect(citizen.heading('Zapraszamy do rozmowy')).toBeVisible();
  await citizen.page.reload();
  await expect(citizen.heading('Zapraszamy do rozmowy')).toBeVisible();

  const counted = () => citizen.frame.evaluate(() => {
    const text = (/** @type {string} */ name) => document.querySelector(`[data-screen="called"] [data-part="${name}"]`)?.textContent ?? '';
    return [Number(text('seconds')), Number(/\d+/.exec(text('within'))?.[0])];
  });
  const [start = 0] = await counted();
  await expect.poll(async () => (await counted())[0]).toBeLessThanOrEqual(start - 3);
  const [ring, sentence] = await counted();
  expect(sentence).toBe(ring);
});
