import { readFileSync } from 'node:fs';
import { expect } from '@playwright/test';

/**
 * What people do with documents in a call, by the words they read.
 *
 * @typedef {import('./fixtures.js').Office} Office
 * @typedef {import('./citizen.js').Citizen} Citizen
 * @typedef {import('./desk.js').Desk} Desk
 * @typedef {Citizen | Desk} Side
 * @typedef {import('./files.js').TestFile} TestFile
 */

/**
 * A citizen who writes and a clerk, in a call, with the documents before them.
 * @param {Office} office
 * @param {import('playwright-core').BrowserContextOptions} [context] of the citizen
 */
export async function talkOverPapers(office, context = {}) {
  const desk = await office.desk('anna');
  await desk.receive();
  const citizen = await office.citizen({ person: null, context });
  await citizen.open();
  await citizen.join({ way: 'Sam tekst' });
  await desk.callNext();
  await citizen.accept();
  await expect(citizen.heading('Rozmowa')).toBeVisible();
  await expect(desk.page.getByRole('tab', { name: /Dokumenty/ })).toBeVisible();
  await citizen.panel.getByRole('tab', { name: /Dokumenty/ }).click();
  await desk.page.getByRole('tab', { name: /Dokumenty/ }).click();
  return { citizen, desk };
}

/** What a side sees: the panel of the citizen's page, or the clerk's page. @param {Side} side */
export function seenBy(side) {
  return 'panel' in side ? side.panel : side.page;
}

/** The documents in the list of a side. @param {Side} side @param {string | RegExp} [heading] */
export function papers(side, heading = 'Dokumenty w tej rozmowie') {
  return seenBy(side).getByRole('list', { name: heading }).getByRole('listitem');
}

/**
 * Chooses files by a button, as people do.
 * @param {Side} side @param {TestFile[]} files @param {string | RegExp} [button]
 */
export async function choose(side, files, button = 'Dodaj dokument') {
  const choosing = side.page.waitForEvent('filechooser');
  await side.button(button).click();
  await (await choosing).setFiles(files);
}

/** Chooses files and sends them. @param {Side} side @param {TestFile[]} files */
export async function send(side, files) {
  await choose(side, files);
  await side.button(/^Wyślij \d+ plik/).click();
}

/** Saves a document and gives its bytes. @param {Side} side @param {string} name */
export async function save(side, name) {
  const downloading = side.page.waitForEvent('download');
  await side.button(`Pobierz ${name}`).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe(name);
  return readFileSync(await download.path());
}

/**
 * Drags files over a side's page and drops them, or pastes them.
 * @param {Side} side @param {'drop' | 'paste'} how @param {TestFile[]} files
 */
export async function bring(side, how, files) {
  const body = 'panel' in side ? side.panel.locator('body') : side.page.locator('body');
  await body.evaluate((element, { event, sent }) => {
    const data = new DataTransfer();
    for (const { name, mimeType, content } of sent) {
      data.items.add(new File([Uint8Array.from(atob(content), (c) => c.charCodeAt(0))], name, { type: mimeType }));
    }
    const made = event === 'paste'
      ? new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
      : new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true });
    element.dispatchEvent(made);
  }, { event: how, sent: files.map(({ name, mimeType, buffer }) => ({ name, mimeType, content: buffer.toString('base64') })) });
}
