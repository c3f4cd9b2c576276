import { expect, test } from './support/fixtures.js';
import { relay } from './support/relay.js';

/** What becomes of a message that did not get through (product.md II.6, L-17). */

test('a message that the server did not take says so, and is there once after it was sent again', async ({ office }) => {
  const desk = await office.desk('anna', { person: null });
  await desk.receive();
  const citizen = await office.citizen({ person: null });
  const server = await relay(citizen.page);
  await citizen.open();
  await citizen.join({ way: 'Sam tekst' });
  await desk.callNext();
  await citizen.accept();
  const log = citizen.panel.getByRole('log');
  const field = citizen.panel.getByLabel('Napisz wiadomość');
  const refusal = { type: 'problem', code: 'internal', title: 'Coś poszło nie tak.', fatal: false };
  server.answerWith((command) => (command.type === 'chat' ? { ...refusal, key: command.key } : null));

  await field.fill('Dzień dobry, mam pytanie');
  await field.press('Enter');

  await expect(log).toContainText('Nie wysłano.');
  await expect(citizen.panel.locator('#alert')).toHaveText('Nie wysłano wiadomości. Spróbuj ponownie.');
  await expect(field).toHaveValue('');
  await expect(desk.page.getByRole('log').locator('.chat-text')).toHaveCount(0);

  server.answerWith(null);
  await citizen.button('Wyślij ponownie').focus();
  await citizen.page.keyboard.press('Enter');

  await expect(desk.page.getByRole('log').locator('.chat-text')).toHaveText(['Dzień dobry, mam pytanie']);
  await expect(log).toContainText('Wysłano');
  await expect(log.locator('.chat-text')).toHaveText(['Dzień dobry, mam pytanie']);
  await expect(citizen.button('Wyślij ponownie')).toHaveCount(0);
  await expect(field).toBeFocused();
});

test('what is written while the connection is lost goes out by itself, in its order and once', async ({ office }) => {
  const desk = await office.desk('anna', { person: null });
  await desk.receive();
  const citizen = await office.citizen({ person: null });
  const server = await relay(citizen.page);
  await citizen.open();
  await citizen.join({ way: 'Sam tekst' });
  await desk.callNext();
  await citizen.accept();
  const field = citizen.panel.getByLabel('Napisz wiadomość');
  await field.fill('pierwsza');
  await field.press('Enter');
  await expect(desk.page.getByRole('log')).toContainText('pierwsza');

  await server.cut();
  for (const text of ['druga', 'trzecia', 'czwarta']) {
    await field.fill(text);
    await field.press('Enter');
  }

  for (const side of [desk.page, citizen.panel]) {
    await expect(side.getByRole('log').locator('.chat-text')).toHaveText(['pierwsza', 'druga', 'trzecia', 'czwarta'], { timeout: 60_000 });
  }
  await expect(citizen.panel.getByRole('log').getByText('Wysłano')).toHaveCount(4);
});

test('a clerk who writes before the connection stands is not torn away from the field', async ({ office }) => {
  const desk = await office.desk('anna', { person: null });
  await desk.receive();
  const page = await office.page({ person: null });
  await page.addInitScript(() => {
    const held = /** @type {any} */ (globalThis);
    const go = new Promise((resolve) => { held.okienkoGo = resolve; });
    /** @type {(given: RTCSessionDescriptionInit) => Promise<void>} */
    const real = RTCPeerConnection.prototype.setRemoteDescription;
    RTCPeerConnection.prototype.setRemoteDescription = async function late(/** @type {RTCSessionDescriptionInit} */ given) {
      await go;
      return real.call(this, given);
    };
  });
  const citizen = office.at(page);
  await citizen.open();
  await citizen.join({ way: 'Sam tekst' });
  await desk.callNext();
  await citizen.accept();
  const field = desk.page.getByLabel('Napisz wiadomość');
  await field.fill('Dzień dobry');
  await expect(field).toBeFocused();

  await citizen.frame.evaluate(() => /** @type {any} */ (globalThis).okienkoGo());

  await expect(desk.page.locator('#status')).toContainText('Połączono');
  await expect(field).toBeFocused();
});
