import { readFileSync } from 'node:fs';
import { docx, pdf } from './support/files.js';
import { expect, test } from './support/fixtures.js';

/**
 * @typedef {import('./support/fixtures.js').Office} Office
 * @typedef {import('./support/citizen.js').Citizen} Citizen
 * @typedef {import('./support/desk.js').Desk} Desk
 * @typedef {import('./support/files.js').TestFile} TestFile
 */

/**
 * A citizen who writes and a clerk, in a call.
 * @param {Office} office
 * @param {import('playwright-core').BrowserContextOptions} [context] of the citizen
 */
async function talking(office, context = {}) {
  const desk = await office.desk('anna');
  await desk.receive();
  const citizen = await office.citizen({ person: null, context });
  await citizen.open();
  await citizen.join({ way: 'Sam tekst' });
  await desk.callNext();
  await citizen.accept();
  await expect(citizen.heading('Rozmowa')).toBeVisible();
  await citizen.button('Otwórz dokumenty').click();
  await desk.button('Otwórz dokumenty').click();
  return { citizen, desk };
}

/** The list of documents on either side. @param {Citizen | Desk} side */
function list(side) {
  const root = 'panel' in side ? side.panel : side.page;
  return root.getByRole('list', { name: 'Dokumenty w tej rozmowie' }).getByRole('listitem');
}

/**
 * Chooses files by the button, as people do.
 * @param {Citizen | Desk} side @param {TestFile[]} files @param {string | RegExp} [button]
 */
async function choose(side, files, button = 'Dodaj dokument') {
  const choosing = side.page.waitForEvent('filechooser');
  await side.button(button).click();
  await (await choosing).setFiles(files);
}

/** Chooses files and sends them. @param {Citizen | Desk} side @param {TestFile[]} files */
async function send(side, files) {
  await choose(side, files);
  await side.button(/^Wyślij \d+ plik/).click();
}

/**
 * Saves a document and gives its bytes.
 * @param {Citizen | Desk} side @param {string} name
 */
async function get(side, name) {
  const downloading = side.page.waitForEvent('download');
  await side.button(`Pobierz ${name}`).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe(name);
  return readFileSync(await download.path());
}

test('both send, see and save documents, and no cookie goes along', async ({ office }) => {
  const { citizen, desk } = await talking(office);
  /** @type {string[]} */
  const cookies = [];
  for (const { page } of [citizen, desk]) {
    page.on('request', async (request) => {
      if (/\/d\/|\/uploads\//.test(request.url())) cookies.push((await request.allHeaders()).cookie ?? '');
    });
  }
  const application = pdf('wniosek kanarek.pdf', { size: 3_000_000 });

  await send(citizen, [application]);
  await expect(list(citizen).first()).toContainText('Wysłano');
  const row = list(desk).first();
  await expect(row).toContainText('wniosek kanarek.pdf');
  await expect(row).toContainText(/PDF, 2,9 MB, od klienta/);
  await expect(row).toContainText('Sprawdzono rodzaj pliku, bez programu antywirusowego');
  expect((await get(desk, 'wniosek kanarek.pdf')).equals(application.buffer)).toBe(true);
  await expect(list(citizen).first()).toContainText('Wysłano i otwarto');
  await expect(citizen.button(/^Wycofaj/)).toHaveCount(0);

  await send(desk, [docx('wzór pełnomocnictwa.docx')]);
  await expect(list(citizen).nth(1)).toContainText('od urzędnika');
  await get(citizen, 'wzór pełnomocnictwa.docx');
  expect(cookies.length).toBeGreaterThan(2);
  expect([...new Set(cookies)]).toEqual(['']);
});
