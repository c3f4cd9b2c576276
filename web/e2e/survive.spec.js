import { connectionsMade, expectBothHear, expectBothMove, talking } from './support/talking.js';
import { expect, test } from './support/fixtures.js';

/**
 * Parts of the server die or stand still in mid-call: the other parts carry on, and nobody has to do anything. The server is
 * the one with failure points, which is never shipped.
 *
 * @typedef {import('./support/citizen.js').Citizen} Citizen
 * @typedef {import('./support/desk.js').Desk} Desk
 */

test.use({ serverProgram: 'okienko-faults' });

/** @param {Citizen['panel'] | Desk['page']} side @param {string} text */
async function write(side, text) {
  await side.getByLabel(/wiadomość/i).fill(text);
  await side.getByRole('button', { name: /^Wyślij/ }).click();
}

/** Both have just these messages, each once. @param {Citizen} citizen @param {Desk} desk @param {string[]} texts */
async function expectChat(citizen, desk, texts) {
  for (const side of [citizen.panel, desk.page]) {
    await expect.poll(() => side.getByRole('log').locator('.chat-text').allInnerTexts()).toEqual(texts);
  }
}

/** @param {import('./support/fixtures.js').Office} office */
function restarts(office) {
  return office.server.metric('okienko_room_restarts(_total)?');
}

test('a room that panics in a handler or in the media step is there again by itself', async ({ office }) => {
  const { citizen, desk, call } = await talking(office);
  const texts = ['Dzień dobry, kanarek'];
  await write(citizen.panel, 'Dzień dobry, kanarek');
  await expectChat(citizen, desk, texts);
  const made = async () => [await connectionsMade(citizen.frame), await connectionsMade(desk.page)];

  for (const [at, point] of ['room.handler', 'room.media-step'].entries()) {
    const [first = 0, second = 0] = await made();
    office.deaths = { room: at + 1 };
    await office.server.arm(`${point}@${call()}:panic`);

    await expect.poll(() => restarts(office), { message: point }).toBe(at + 1);
    await expect.poll(async () => {
      const [now = 0, then = 0] = await made();
      return now > first && then > second;
    }, { message: `${point}: both connect to the new room`, timeout: 40_000 }).toBe(true);
    await expectBothMove(citizen, desk);
    await expectBothHear(citizen, desk);
    texts.push(`Jesteśmy z powrotem: ${point}`);
    await write(desk.page, texts.at(-1) ?? '');
    await expectChat(citizen, desk, texts);
  }
});

for (const stands_s of [3, 10]) {
  test(`a server that stands still for ${stands_s} s goes on with the call, and nobody joins anew`, async ({ office }) => {
    const { citizen, desk, call } = await talking(office);
    await write(citizen.panel, 'Dzień dobry, kanarek');
    await expectChat(citizen, desk, ['Dzień dobry, kanarek']);
    const made = async () => [await connectionsMade(citizen.frame), await connectionsMade(desk.page)];
    const [same, before] = [call(), await made()];

    office.server.kill('SIGSTOP');
    await new Promise((resolve) => { setTimeout(resolve, stands_s * 1000); });
    office.server.kill('SIGCONT');

    await expectBothMove(citizen, desk);
    await expectBothHear(citizen, desk);
    await write(desk.page, 'Już jesteśmy');
    await expectChat(citizen, desk, ['Dzień dobry, kanarek', 'Już jesteśmy']);
    expect(call(), 'it is the same call').toBe(same);
    if (stands_s === 3) expect(await made(), 'over the same connections').toEqual(before);
  });
}

test('the sixth panic within a minute ends the call politely, with the person at the head of the line', async ({ office }) => {
  const { citizen, desk, call } = await talking(office);
  const next = await office.citizen({ person: null });
  await next.open();
  await next.join({ way: 'Sam tekst' });
  expect(await next.place()).toBe(1);

  office.deaths = { room: 6 };
  for (let died = 1; died <= 6; died += 1) {
    await office.server.arm(`room.handler@${call()}:panic`);
    await expect.poll(() => restarts(office), { intervals: [50] }).toBe(died);
  }

  await expect(citizen.panel.getByText('Rozmowa została przerwana po naszej stronie. Twoje miejsce jest zachowane. Połączymy Cię z urzędnikiem poza kolejnością.').first()).toBeVisible();
  await expect.poll(() => citizen.place()).toBe(1);
  await expect.poll(() => next.place()).toBe(2);
  await expect(desk.page.getByText('Po rozmowie').first()).toBeVisible();
  await expect(desk.page.getByText('Rozmowy nie udało się utrzymać. Klient wrócił na początek kolejki.').first()).toBeVisible();

  // Whoever was cut off comes first, and nothing of the old call is in the way of the new one.
  await desk.button(/przyjmuj dalej/).click();
  await desk.callNext();
  await citizen.accept();
  await expectBothMove(citizen, desk);
});
