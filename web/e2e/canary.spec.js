import { pdf } from './support/files.js';
import { expect, test } from './support/fixtures.js';
import { papers, save, send } from './support/papers.js';
import { filesWith, tablesWith } from './support/records.js';

/**
 * Words that nobody but the two who talk may keep: looked for in the log at its most talkative, in the metrics, and in
 * every table and file of the server (I.12; docs/PRIVACY.md).
 */

test.use({ serverEnv: { OKIENKO__LOG__LEVEL: 'trace' } });

const NAME = 'Zielonka Imienna';
const CHAT = 'zielonka-z-czatu-citizen';
const ANSWER = 'zielonka-z-czatu-clerk';
const LIVE = 'zielonka-na-zywo-citizen';
const OPEN = 'zielonka-na-zywo-clerk';
const FILE = 'zielonka-z-pliku';
const INSIDE = 'zielonka-w-pliku';
const WISH = 'zielonka-z-prosby';
const COMMENT = 'zielonka-z-komentarza';
const NOTE = 'zielonka-z-notatki';
const ALL = [NAME, CHAT, ANSWER, LIVE, OPEN, FILE, INSIDE, WISH, COMMENT, NOTE];

test('what people say, send and write is in no log, no metric and no table but its own', async ({ office }) => {
  const { server } = office;
  const desk = await office.desk('anna', { person: null });
  await desk.receive();
  const citizen = await office.citizen({ person: null });
  await citizen.open();
  await citizen.join({ way: 'Sam tekst', name: NAME });
  await expect(desk.page.getByText(NAME).first()).toBeVisible();
  // The search finds what is there: while somebody waits, their name is in their ticket.
  expect(tablesWith(server, NAME)).toEqual(['tickets']);
  expect(filesWith(server, NAME)).not.toEqual([]);

  await desk.callNext();
  await citizen.accept();
  for (const [side, text] of /** @type {const} */ ([[citizen.panel, CHAT], [desk.page, ANSWER]])) {
    await side.getByLabel('Napisz wiadomość').fill(text);
    await side.getByLabel('Napisz wiadomość').press('Enter');
  }
  await expect(desk.page.getByRole('log')).toContainText(CHAT);
  await expect(citizen.panel.getByRole('log')).toContainText(ANSWER);
  await citizen.button('Włącz tekst na żywo').click();
  await citizen.panel.getByLabel(/^Tekst na żywo\./).fill(LIVE);
  await citizen.page.keyboard.press('Enter');
  await expect(desk.page.getByRole('log')).toContainText(LIVE);
  await desk.page.getByLabel(/^Tekst na żywo\./).fill(OPEN);
  await expect(citizen.panel.locator('.live-words')).toHaveText(OPEN);
  await citizen.panel.getByRole('tab', { name: /Dokumenty/ }).click();
  await desk.page.getByRole('tab', { name: /Dokumenty/ }).click();
  await desk.page.getByLabel('Poproś o dokument').fill(WISH);
  await desk.button('Poproś').click();
  await expect(citizen.panel.getByText(`Urzędnik prosi o: ${WISH}`, { exact: true })).toBeVisible();
  await send(citizen, [pdf(`${FILE}.pdf`, { text: INSIDE })]);
  await expect(papers(desk).first()).toContainText(FILE);
  expect((await save(desk, `${FILE}.pdf`)).includes(INSIDE)).toBe(true);
  for (const text of [CHAT, ANSWER, LIVE, OPEN, FILE, INSIDE, WISH]) expect(filesWith(server, text), text).toEqual([]);

  await expect(citizen.panel.getByText(/^0\d:(?!0\d|1\d)\d\d$|^0[1-9]:\d\d$/).first()).toBeVisible({ timeout: 60_000 });
  await desk.button('Zakończ rozmowę').first().click();
  await desk.page.getByRole('dialog').getByRole('button', { name: 'Zakończ rozmowę' }).click();
  await expect(citizen.heading('Rozmowa zakończona')).toBeVisible();
  await citizen.panel.getByRole('radio', { name: /^4 z 5/ }).check();
  await citizen.panel.getByLabel(/^Komentarz/).fill(COMMENT);
  await citizen.button('Wyślij ocenę').click();
  await expect(citizen.panel.getByRole('heading', { name: 'Dziękujemy za ocenę.' })).toBeVisible();
  await desk.page.getByLabel('Notatka z rozmowy').fill(NOTE);
  await expect(desk.page.getByText(/^Zapisano o \d+:\d\d/)).toBeVisible();

  expect(ALL.map((text) => [text, tablesWith(server, text)])).toEqual([
    [NAME, []], [CHAT, []], [ANSWER, []], [LIVE, []], [OPEN, []], [FILE, []], [INSIDE, []], [WISH, []], [COMMENT, ['ratings']], [NOTE, ['notes']],
  ]);
  for (const text of [CHAT, ANSWER, LIVE, OPEN, FILE, INSIDE, WISH]) expect(filesWith(server, text), text).toEqual([]);
  const metrics = await (await fetch(`${server.widget}/metrics`)).text();
  expect(metrics).toContain('okienko_rooms');
  expect(server.log).toContain('"TRACE"');
  for (const text of ALL) {
    expect(metrics, text).not.toContain(text);
    expect(server.log.includes(text), `${text} in the log:\n${server.log.split('\n').filter((line) => line.includes(text)).join('\n')}`).toBe(false);
  }
});
