import { execFileSync } from 'node:child_process';
import { expect } from '@playwright/test';

/**
 * A call that a clerk breaks off because of abuse.
 * @typedef {import('./citizen.js').Citizen} Citizen
 * @typedef {import('./desk.js').Desk} Desk
 */

/** A talk in writing between Anna and somebody. @param {import('./fixtures.js').Office} office */
export async function writing(office) {
  const desk = await office.desk('anna', { person: null });
  await desk.receive();
  const citizen = await office.citizen({ person: null });
  await citizen.open();
  await citizen.join({ way: 'Sam tekst' });
  await desk.callNext();
  await citizen.accept();
  await expect(citizen.button('Zakończ rozmowę')).toBeVisible();
  return { citizen, desk };
}

/** Opens the question at the desk. @param {Desk} desk */
export async function askToBreakOff(desk) {
  const more = desk.page.locator('[data-part="stage"]').getByRole('button', { name: 'Więcej opcji' });
  if (await more.getAttribute('aria-expanded') !== 'true') await more.click();
  await desk.button('Przerwij – nadużycie').click();
  await expect(dialogOf(desk)).toBeVisible();
}

/** @param {Desk} desk */
export function dialogOf(desk) {
  return desk.page.getByRole('dialog', { name: 'Przerwać rozmowę z powodu nadużycia?' });
}

/** The clerk breaks the call off. @param {Desk} desk @param {Citizen} citizen @param {string} [block] as the list has it */
export async function breakOff(desk, citizen, block) {
  await askToBreakOff(desk);
  await dialogOf(desk).getByRole('radio', { name: 'Obrażanie lub wulgaryzmy' }).check();
  if (block) await dialogOf(desk).getByLabel('Blokada urządzenia klienta').selectOption({ label: block });
  await dialogOf(desk).getByRole('button', { name: 'Przerwij rozmowę' }).click();
  await expect(citizen.heading('Urząd zakończył rozmowę')).toBeVisible();
}

/** The citizen clears what their page has and tries to join again. @param {Citizen} citizen */
export async function tryAgain(citizen) {
  await citizen.button('Zakończ i wyczyść').click();
  await expect(citizen.heading('Porozmawiaj z urzędnikiem')).toBeVisible();
  await citizen.toDeviceCheck();
  await citizen.panel.getByRole('radio', { name: /^Sam tekst/ }).check();
  await citizen.button('Dołącz do kolejki').click();
}

/** As if an hour had gone by for all blocks. @param {import('./server.js').Server} server */
export function anHourLater(server) {
  const earlier = 'UPDATE blocks SET since = since - 3600000000, until_at = until_at - 3600000000';
  execFileSync('sqlite3', ['-cmd', '.timeout 10000', server.database, earlier]);
}

/** What the event log and the audit log say last, of a call and of any record. @param {import('./server.js').Server} server */
export function lastNoted(server) {
  const ask = (/** @type {string} */ query) => execFileSync('sqlite3', ['-readonly', server.database, query], { encoding: 'utf8' }).trim();
  return [
    ask("SELECT from_state, to_state, by_kind, reason FROM events WHERE kind = 'call' ORDER BY at DESC, seq DESC LIMIT 1"),
    ask('SELECT action, before FROM audit ORDER BY at DESC, seq DESC LIMIT 1'),
  ];
}
