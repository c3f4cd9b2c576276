/**
 * Sentences that several screens share: how many wait, how long it takes.
 *
 * @module wording
 */

import { t } from '../../js/i18n.js';

/** @typedef {import('../../js/protocol.js').WaitRange} WaitRange */

/**
 * @param {WaitRange} wait one that is a wait at all
 * @returns {string} such as "około 4–6 minut"
 */
export function aboutWait({ from_min, to_min }) {
  if (from_min === 0) return t('panel.wait.up_to', { count: to_min });
  if (from_min === to_min) return t('panel.wait.about', { count: to_min });
  return t('panel.wait.about_range', { from: from_min, count: to_min });
}

/**
 * @param {WaitRange} wait
 * @returns {string} such as "Szacowany czas: 4–6 minut"
 */
export function estimatedWait({ from_min, to_min }) {
  if (to_min === 0) return t('panel.waiting.soon');
  if (from_min === to_min) return t('panel.wait.estimate', { count: to_min });
  return t('panel.wait.estimate_range', { from: from_min, count: to_min });
}

/**
 * @param {{waiting: number, wait: WaitRange | null}} line
 * @returns {string} such as "Czekają 2 osoby, około 4–6 minut"
 */
export function lineNow({ waiting, wait }) {
  // Where nobody waits, a time would sound like a wait.
  if (waiting === 0) return t('panel.start.nobody_waiting');
  const who = t('panel.start.waiting', { count: waiting });
  return wait === null || wait.to_min === 0 ? who : `${who}, ${aboutWait(wait)}`;
}

/**
 * A text without case and diacritics, for searching: "Łódź" is found by "lodz".
 *
 * @param {string} text
 */
export function plain(text) {
  // Polish ł is a letter of its own for Unicode and has no decomposition.
  return text.toLowerCase().replaceAll('ł', 'l').normalize('NFD').replace(/\p{Mark}/gu, '').trim();
}

/**
 * The matter of a ticket in the language of the page, which need not be that of the talk.
 *
 * @param {{matter: string, matter_name: string}} ticket
 */
export function matterOf({ matter, matter_name }) {
  // What the server rendered has each matter of the site; an office may have shut one since.
  return document.querySelector(`[data-matter="${CSS.escape(matter)}"] > label`)?.textContent ?? matter_name;
}
