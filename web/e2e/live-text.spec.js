import { readFileSync } from 'node:fs';
import { expect, test } from './support/fixtures.js';
import { arm, traces, VECTORS } from './support/payloads.js';
import { relay } from './support/relay.js';
import { startServer } from './support/server.js';

/**
 * Live text: what one side types the other sees as it is typed (EN 301 549 6.2; compliance 2.2, EN-T5; EC-53).
 *
 * @typedef {import('playwright-core').Page | import('playwright-core').FrameLocator} Side
 */

const ON = 'Włącz tekst na żywo';
const OFF = 'Wyłącz tekst na żywo';
const FIELD = 'Tekst na żywo. Rozmówca widzi każdą literę w chwili pisania.';
const LOST = '[utracono fragment tekstu]';

/** @param {Side} side */
const field = (side) => side.getByLabel(FIELD);
/** What the others write now. @param {Side} side */
const growing = (side) => side.locator('.live-line:not(.live-own) .live-words');
/** The lines of the log as they read, with whose they are. @param {Side} side */
const log = (side) => side.getByRole('log').locator('.chat-item > p');

/**
 * A call in writing: neither sound nor picture is needed.
 * @param {import('./support/fixtures.js').Office} office
 * @param {(page: import('playwright-core').Page) => Promise<unknown>} [prepare] of the citizen's page
 */
async function writing(office, prepare) {
  const desk = await office.desk('anna', { person: null });
  await desk.receive();
  const citizen = await office.citizen({ person: null });
  await prepare?.(citizen.page);
  await citizen.open();
  await citizen.join({ way: 'Sam tekst', name: 'Jadwiga' });
  await desk.callNext();
  await citizen.accept();
  await expect(citizen.heading('Rozmowa')).toBeVisible();
  return { citizen, desk };
}

/** Notes what the log of a side says aloud. @param {import('playwright-core').Page | import('playwright-core').Frame} shown */
async function listen(shown) {
  await shown.evaluate(() => {
    const heard = /** @type {string[]} */ ([]);
    Object.assign(globalThis, { heard });
    new MutationObserver((changes) => {
      for (const { target, addedNodes } of changes) {
        const element = target instanceof Element ? target : target.parentElement;
        const live = element?.closest('[aria-live], [role="status"], [role="alert"], [role="log"]');
        if (!live || live.getAttribute('aria-live') === 'off') continue;
        for (const node of addedNodes) heard.push(node.textContent ?? '');
      }
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
  });
  return () => shown.evaluate(() => /** @type {any} */ (globalThis).heard.filter((/** @type {string} */ text) => text !== ''));
}

test('letters are seen before the line has ended, with what is erased, pasted and composed; the line is said once', async ({ office }) => {
  const { citizen, desk } = await writing(office);
  const chat = citizen.panel.getByLabel('Napisz wiadomość');
  await chat.focus();
  const heard = await listen(citizen.frame);

  await desk.button(ON).click();

  await expect(field(desk.page)).toBeFocused();
  await expect(desk.button(OFF)).toBeVisible();
  // It opens at the other side with words, and takes nobody from what they do.
  await expect(field(citizen.panel)).toBeVisible();
  await expect(citizen.panel.locator('#status')).toHaveText('Urzędnik włączył tekst na żywo.');
  await expect(citizen.button(OFF)).toBeVisible();
  await expect(chat).toBeFocused();

  await field(desk.page).pressSequentially('Dzień dobry, zażółć gęslą');
  await expect(growing(citizen.panel)).toHaveText('Dzień dobry, zażółć gęslą');
  for (const _ of 'slą') await desk.page.keyboard.press('Backspace');
  await field(desk.page).pressSequentially('ślą jaźń 👩🏽‍💻🇵🇱');
  await expect(growing(citizen.panel)).toHaveText('Dzień dobry, zażółć gęślą jaźń 👩🏽‍💻🇵🇱');
  // One press takes a whole emoji, and nothing of it is left at the other side.
  await desk.page.keyboard.press('Backspace');
  await desk.page.keyboard.press('Backspace');
  await expect(growing(citizen.panel)).toHaveText(/jaźń\s*$/);
  await expect(log(citizen.panel)).toHaveCount(0);

  await field(desk.page).evaluate((node) => {
    const text = /** @type {HTMLTextAreaElement} */ (node);
    text.setRangeText('Proszę o dowód', 0, 'Dzień dobry'.length, 'end');
    text.dispatchEvent(new InputEvent('input', { inputType: 'insertFromPaste', bubbles: true }));
  });
  await expect(growing(citizen.panel)).toHaveText(/^Proszę o dowód, zażółć gęślą jaźń\s*$/);
  const line = citizen.panel.locator('.live-line').first();
  expect(await line.evaluate((node) => node.closest('[aria-live], [role="log"], [role="status"], [role="alert"]'))).toBeNull();
  await expect(line).toHaveText(/^Urzędnik pisze: /);
  expect((await heard()).filter((/** @type {string} */ text) => /Proszę/.test(text))).toEqual([]);

  await desk.page.keyboard.press('Enter');

  await expect(log(citizen.panel)).toHaveText([/^Urzędnik, \d+:\d\d, na żywo: Proszę o dowód, zażółć gęślą jaźń\s*$/]);
  await expect(log(desk.page)).toHaveText([/^Ty, \d+:\d\d, na żywo: Proszę o dowód/]);
  await expect(growing(citizen.panel)).toHaveCount(0);
  await expect(field(desk.page)).toHaveValue('');
  expect((await heard()).filter((/** @type {string} */ text) => /Proszę/.test(text))).toHaveLength(1);
  await expect(chat).toBeFocused();
});

test('both write at once, by keyboard alone, beside the chat, and the talk can be saved', async ({ office }) => {
  const { citizen, desk } = await writing(office);
  await citizen.button(ON).focus();
  await citizen.page.keyboard.press('Enter');
  await expect(field(citizen.panel)).toBeFocused();
  await citizen.page.keyboard.type('Nie słyszę kanarek');
  await expect(growing(desk.page)).toHaveText('Nie słyszę kanarek');
  await field(desk.page).focus();
  await desk.page.keyboard.type('Widzę każdą literę');
  await expect(growing(citizen.panel)).toHaveText('Widzę każdą literę');
  await citizen.page.keyboard.press('Enter');
  await desk.page.keyboard.press('Enter');
  await expect(log(desk.page)).toHaveCount(2);
  // The clerk goes on line by line; each side uses the way it needs.
  await desk.page.getByLabel('Napisz wiadomość').fill('Proszę bardzo');
  await desk.page.keyboard.press('Enter');
  await expect(log(citizen.panel).last()).toContainText('Proszę bardzo');
  await citizen.page.keyboard.type('to jeszcze');
  await expect(growing(desk.page)).toHaveText('to jeszcze');

  // Whoever switches it off ends what they were writing.
  await citizen.button(OFF).focus();
  await citizen.page.keyboard.press('Enter');
  await expect(citizen.button(ON)).toBeFocused();
  await expect(field(citizen.panel)).toBeHidden();
  await expect(log(desk.page).last()).toHaveText(/na żywo: to jeszcze$/);

  await expect(citizen.panel.getByText(/^0\d:(?!0\d|1\d)\d\d$|^0[1-9]:\d\d$/).first()).toBeVisible({ timeout: 60_000 });
  await desk.button('Zakończ rozmowę').first().click();
  await desk.page.getByRole('dialog').getByRole('button', { name: 'Zakończ rozmowę' }).click();
  await expect(citizen.heading('Rozmowa zakończona')).toBeVisible();
  const saving = citizen.page.waitForEvent('download');
  await citizen.button('Zapisz rozmowę tekstową na swoim urządzeniu').click();
  const lines = readFileSync(await (await saving).path(), 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => line.replace(/, \d+:\d\d: /, ': '))).toEqual([
    'Ty (na żywo): Nie słyszę kanarek', 'Urzędnik (na żywo): Widzę każdą literę', 'Urzędnik: Proszę bardzo', 'Ty (na żywo): to jeszcze',
  ]);
});

test('a page that is loaded anew in the middle of a line goes on with it, on either side', async ({ office }) => {
  const { citizen, desk } = await writing(office);
  await citizen.button(ON).click();
  await field(citizen.panel).pressSequentially('Pierwsza');
  await citizen.page.keyboard.press('Enter');
  await field(citizen.panel).pressSequentially('Mam pyt');
  await expect(growing(desk.page)).toHaveText('Mam pyt');

  await citizen.page.reload();
  await expect(field(citizen.panel)).toHaveValue('Mam pyt');
  await desk.page.reload();
  await expect(growing(desk.page)).toHaveText('Mam pyt');
  await expect(log(desk.page)).toHaveText([/na żywo: Pierwsza$/]);
  await field(citizen.panel).press('End');
  await field(citizen.panel).pressSequentially('anie');
  await expect(growing(desk.page)).toHaveText('Mam pytanie');
  await field(citizen.panel).press('Enter');

  for (const side of [citizen.panel, desk.page]) {
    await expect(log(side)).toHaveText([/na żywo: Pierwsza$/, /na żywo: Mam pytanie$/]);
  }
});

test('what is typed while the connection is lost comes after it', async ({ office }) => {
  /** @type {import('./support/relay.js').Relay | undefined} */
  let server;
  const { citizen, desk } = await writing(office, async (page) => { server = await relay(page); });
  await citizen.button(ON).click();
  await field(citizen.panel).pressSequentially('przed');
  await expect(growing(desk.page)).toHaveText('przed');

  await server?.cut();
  await field(citizen.panel).pressSequentially(' i po');

  await expect(growing(desk.page)).toHaveText('przed i po', { timeout: 60_000 });
  await expect(desk.page.getByText(LOST)).toHaveCount(0);
});

test('after the death of the server each browser tells what it wrote once more', async ({ office }) => {
  const { citizen, desk } = await writing(office);
  await desk.button(ON).click();
  await field(desk.page).pressSequentially('Dzień dobry');
  await desk.page.keyboard.press('Enter');
  await field(citizen.panel).fill('Mam dwie spr');
  await expect(growing(desk.page)).toHaveText('Mam dwie spr');
  await expect(log(citizen.panel)).toHaveCount(1);

  office.server.kill('SIGKILL');
  await office.server.exited;
  office.server = await startServer({ again: office.server });
  [citizen.server, desk.server] = [office.server, office.server];
  await field(citizen.panel).press('End');
  await field(citizen.panel).pressSequentially('awy');

  await expect(growing(desk.page)).toHaveText('Mam dwie sprawy', { timeout: 60_000 });
  await citizen.page.reload();
  await expect(field(citizen.panel)).toHaveValue('Mam dwie sprawy');
  await expect(log(citizen.panel)).toHaveText([/na żywo: Dzień dobry$/]);
  await expect(desk.page.getByText(LOST)).toHaveCount(0);
});

test('a line whose writer lost it with the server is shown with what is missing', async ({ office }) => {
  const { citizen, desk } = await writing(office);
  await citizen.button(ON).click();
  await field(citizen.panel).pressSequentially('Przerwane zda');
  await expect(growing(desk.page)).toHaveText('Przerwane zda');

  // Their page comes back with a memory as empty as the server's.
  await citizen.page.goto('about:blank');
  office.server.kill('SIGKILL');
  await office.server.exited;
  office.server = await startServer({ again: office.server });
  [citizen.server, desk.server] = [office.server, office.server];

  await expect(growing(desk.page)).toHaveText(`Przerwane zda ${LOST}`, { timeout: 60_000 });
  await citizen.page.goto(`${office.server.host}/`);
  await expect(citizen.heading('Rozmowa')).toBeVisible();
  await citizen.button(ON).click();
  await field(citizen.panel).pressSequentially('Od nowa');
  await expect(growing(desk.page)).toHaveText('Od nowa');
  await expect(log(desk.page)).toHaveText([new RegExp(`na żywo: Przerwane zda ${LOST.replace(/[[\]]/g, '\\$&')}$`)]);
});

test('attacks stay text, and a long paste is held back and comes whole', async ({ office }) => {
  const { citizen, desk } = await writing(office, arm);
  await desk.button(ON).click();
  const attack = VECTORS.slice(0, 5).join(' ');
  await field(desk.page).fill(attack);
  await expect(growing(citizen.panel)).toHaveText(attack);
  await desk.page.keyboard.press('Enter');
  await expect(log(citizen.panel).last()).toContainText(attack);
  expect(await traces(citizen.frame)).toEqual([]);

  const words = Array.from({ length: 90 }, (_, at) => `słowo${at}`).join(' ');
  await field(citizen.panel).fill(`${words}\nkoniec`);
  await expect(citizen.panel.getByText('wysyłanie…')).toBeVisible();
  await expect(growing(desk.page)).toHaveText('koniec', { timeout: 60_000 });
  await expect(citizen.panel.getByText('wysyłanie…')).toBeHidden();
  const said = (await log(desk.page).locator('.chat-text').allTextContents()).slice(1);
  expect(said.join('')).toBe(words);
});

test('a screen reader may be told each word, or nothing', async ({ office }) => {
  const { citizen, desk } = await writing(office);
  await desk.button(ON).click();
  await citizen.panel.getByLabel('Czytaj:').selectOption('słowa');
  const heard = await listen(citizen.frame);
  const about = async () => (await heard()).filter((/** @type {string} */ text) => /Proszę|czekać|chwilę/.test(text));

  await field(desk.page).pressSequentially('Proszę czek');
  await expect.poll(about).toEqual(['Proszę']);
  await field(desk.page).pressSequentially('ać');
  await desk.page.keyboard.press('Enter');
  await expect(log(citizen.panel)).toHaveCount(1);
  await expect.poll(about).toEqual(['Proszę', 'czekać']);

  await citizen.panel.getByLabel('Czytaj:').selectOption('nic');
  await field(desk.page).pressSequentially('chwilę');
  await desk.page.keyboard.press('Enter');
  await expect(log(citizen.panel)).toHaveCount(2);
  expect(await about()).toEqual(['Proszę', 'czekać']);
});

test('at 390 px it opens from "more options", and log and fields are in sight', async ({ office }) => {
  const { citizen, desk } = await writing(office, (page) => page.setViewportSize({ width: 390, height: 844 }));
  if (!(await citizen.button(ON).isVisible())) await citizen.button('Więcej opcji').click();
  await citizen.button(ON).click();

  await expect(field(citizen.panel)).toBeFocused();
  await expect(citizen.panel.locator('.controls-menu')).toBeHidden();
  await field(desk.page).pressSequentially('Dzień dobry');
  for (const part of [growing(citizen.panel), field(citizen.panel), citizen.panel.getByRole('log')]) await expect(part).toBeInViewport();
  const [above, below] = [await citizen.panel.getByRole('log').boundingBox(), await citizen.panel.locator('.live-text').boundingBox()];
  expect((above?.y ?? 0) + (above?.height ?? 0), 'the log ends where live text begins').toBeLessThanOrEqual((below?.y ?? 0) + 1);
  expect(above?.height).toBeGreaterThan(90);
});
