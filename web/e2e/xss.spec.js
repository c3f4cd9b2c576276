import { readFileSync } from 'node:fs';
import { expect, test } from './support/fixtures.js';
import { file } from './support/files.js';
import { arm, PAYLOADS, traces, VECTORS } from './support/payloads.js';
import { bring, papers, seenBy } from './support/papers.js';
import { waitingCrowd } from './support/crowd.js';

/**
 * What people write is text wherever it is shown: on both sides, in the line, and in what remains. A violation of the
 * content policy counts as well: the browser's complaint fails the test (fixtures).
 */

const LONGEST_NAME = 60;
const LONGEST_NOTE = 4_000;
const LONGEST_COMMENT = 1_000;

test.use({
  serverEnv: {
    OKIENKO__LIMITS__SESSIONS_PER_MIN: '1000', OKIENKO__LIMITS__COMMANDS_PER_S: '1000', OKIENKO__LIMITS__COMMANDS_BURST: '1000',
    OKIENKO__DOCUMENTS__MAX_COUNT: '50',
  },
});

/** Texts put together to as few as possible of at most so many characters. @param {string[]} texts @param {number} most */
function joined(texts, most) {
  /** @type {string[]} */
  const parts = [''];
  for (const text of texts) {
    const last = /** @type {string} */ (parts.at(-1));
    if (last.length + 1 + text.length > most) parts.push(text);
    else parts[parts.length - 1] = `${last} ${text}`.trim();
  }
  return parts;
}

/** The messages as they read, without the domains that are set behind links. @param {import('playwright-core').FrameLocator | import('playwright-core').Page} side */
function messages(side) {
  return side.getByRole('log').locator('.chat-text').evaluateAll((texts) => texts.map((text) => {
    const copy = /** @type {Element} */ (text.cloneNode(true));
    for (const domain of copy.querySelectorAll('.chat-domain')) {
      domain.previousSibling?.remove();
      domain.remove();
    }
    return copy.textContent;
  }));
}

test('two hundred attacks stay text in chat, names, file names, wishes, notes and comments', async ({ office }) => {
  test.setTimeout(480_000);
  expect(new Set(PAYLOADS).size).toBe(200);
  office.expectRefused('/api/v1/uploads/');
  const desk = await office.desk('anna', { person: null });
  await arm(desk.page);
  await desk.page.reload();
  await desk.receive();
  const citizen = await office.citizen({ person: null });
  await arm(citizen.page);
  await citizen.open();
  await citizen.join({ way: 'Sam tekst', name: '"><img src=x onerror=pwned()>' });
  const clean = async (/** @type {string} */ where) => {
    expect(await traces(desk.page), `${where}, desk`).toEqual([]);
    expect(await traces(citizen.frame), `${where}, window`).toEqual([]);
    expect(await traces(citizen.page), `${where}, the office's page`).toEqual([]);
  };

  // Names, in the line.
  const names = PAYLOADS.filter((payload) => payload.length <= LONGEST_NAME).slice(0, 90);
  expect(names.length).toBe(90);
  await waitingCrowd(await office.page({ person: null, shared: true }), office.server, names);
  const rows = desk.page.locator('.line-name');
  await expect(rows).toHaveCount(91);
  expect((await rows.allTextContents()).slice(1).sort()).toEqual([...names].sort());
  await clean('names');

  await desk.callNext();
  await citizen.accept();
  await expect(citizen.heading('Rozmowa')).toBeVisible();
  await expect(desk.page.locator('[data-tile="other"]')).toContainText('"><img src=x onerror=pwned()>');

  // Messages, each side half of them.
  for (const [side, texts] of /** @type {const} */ ([[citizen.panel, PAYLOADS.slice(0, 100)], [desk.page, PAYLOADS.slice(100)]])) {
    const field = side.getByLabel('Napisz wiadomość');
    for (const text of texts) {
      await field.fill(text);
      await field.press('Enter');
    }
  }
  for (const side of [citizen.panel, desk.page]) {
    await expect.poll(async () => (await messages(side)).sort(), { timeout: 60_000 }).toEqual([...PAYLOADS].sort());
  }
  await clean('messages');

  // File names: those that cannot be a name are refused, and read back to their sender.
  await citizen.panel.getByRole('tab', { name: /Dokumenty/ }).click();
  await desk.page.getByRole('tab', { name: /Dokumenty/ }).click();
  const files = VECTORS.map((vector) => file(`${vector}.txt`, 'text/plain', 'Dzień dobry'));
  const sendable = VECTORS.filter((vector) => !/[/\\]/.test(vector));
  await bring(citizen, 'drop', files);
  await citizen.button(/^Wyślij \d+ plik/).click();
  await expect(papers(desk)).toHaveCount(sendable.length, { timeout: 60_000 });
  for (const name of sendable) await expect(papers(desk).filter({ hasText: `${name}.txt` }).first()).toBeVisible();
  for (const { name } of files) await expect(seenBy(citizen).getByText(name).first()).toBeVisible();
  await clean('file names');

  // Wishes for documents.
  for (const wish of VECTORS.slice(0, 20)) {
    const field = desk.page.getByLabel('Poproś o dokument');
    await field.fill(wish);
    // Two presses of Enter with nothing between them would count as one.
    await field.press('End');
    await field.press('Enter');
    await expect(seenBy(citizen).getByText(`Urzędnik prosi o: ${wish}`).first()).toBeVisible();
  }
  await clean('wishes');

  // All of it once more from the server, on pages that are loaded anew; a talk counts from twenty seconds on.
  await desk.page.reload();
  await citizen.page.reload();
  await expect.poll(async () => (await messages(citizen.panel)).length, { timeout: 60_000 }).toBe(200);
  await expect.poll(async () => (await messages(desk.page)).length, { timeout: 60_000 }).toBe(200);
  await clean('after a reload');
  await expect(citizen.panel.getByText(/^0\d:(?!0\d|1\d)\d\d$|^0[1-9]:\d\d$/).first()).toBeVisible({ timeout: 60_000 });

  // What remains: the copy of the chat, the comment, the note.
  await desk.button('Zakończ rozmowę').first().click();
  await desk.page.getByRole('dialog').getByRole('button', { name: 'Zakończ rozmowę' }).click();
  await expect(citizen.heading('Rozmowa zakończona')).toBeVisible();
  const saving = citizen.page.waitForEvent('download');
  await citizen.button('Zapisz rozmowę tekstową na swoim urządzeniu').click();
  const copy = await saving;
  expect(copy.suggestedFilename()).toMatch(/^czat-[A-Z]\d{3}\.txt$/);
  const lines = readFileSync(await copy.path(), 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => line.replace(/^.*?, \d+:\d\d: /, '')).sort()).toEqual([...PAYLOADS].sort());
  for (const comment of joined(PAYLOADS, LONGEST_COMMENT)) {
    const again = citizen.button('Zmień ocenę');
    if (await again.isVisible()) await again.click();
    await citizen.panel.getByRole('radio', { name: /^5 z 5/ }).check();
    await citizen.panel.getByLabel(/^Komentarz/).fill(comment);
    await citizen.button('Wyślij ocenę').click();
    await expect(citizen.panel.getByRole('heading', { name: 'Dziękujemy za ocenę.' })).toBeVisible();
    await citizen.button('Zmień ocenę').click();
    await expect(citizen.panel.getByLabel(/^Komentarz/)).toHaveValue(comment);
    await citizen.button('Wyślij ocenę').click();
    await expect(citizen.panel.getByRole('heading', { name: 'Dziękujemy za ocenę.' })).toBeVisible();
  }
  for (const note of joined(PAYLOADS, LONGEST_NOTE)) {
    await desk.page.getByLabel('Notatka z rozmowy').fill(note);
    await expect(desk.page.getByText(/^Zapisano o \d+:\d\d/)).toBeVisible();
    await desk.page.reload();
    await expect(desk.page.getByLabel('Notatka z rozmowy')).toHaveValue(note);
  }
  await clean('what remains');
});
