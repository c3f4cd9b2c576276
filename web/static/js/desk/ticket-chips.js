import { formatTime, lang, t } from '../i18n.js';
import { element } from '../parts/element.js';
import { icon } from '../parts/icon.js';

/** @typedef {import('../protocol.js').LineRow} LineRow */

/** The office's own language; another one is worth a chip. */
const USUAL_LANGUAGE = 'pl';

/**
 * What is special about a ticket, each in a word: the visit, how the person talks, what they need, their language.
 *
 * @param {LineRow} row
 * @returns {HTMLElement[]}
 */
export function chipsOf(row) {
  /** @type {HTMLElement[]} */
  const chips = [];
  if (row.visit_at !== null) chips.push(chip(t('desk.chip.visit', { time: formatTime(row.visit_at) }), 'cal', 'brand'));
  if (row.mode === 'sign' || row.needs.includes('sign-language')) chips.push(chip(t('desk.chip.sign'), 'hands', 'brand'));
  if (row.mode === 'voice') chips.push(chip(t('desk.chip.voice'), 'mic'));
  if (row.mode === 'text') chips.push(chip(t('desk.chip.text'), 'chat'));
  if (row.needs.includes('live-text')) chips.push(chip(t('desk.chip.live-text'), 'cc', 'brand'));
  if (row.needs.includes('more-time')) chips.push(chip(t('desk.chip.more-time'), 'clock'));
  if (row.language !== USUAL_LANGUAGE) {
    const named = chip(languageName(row.language, row.language), 'globe', 'brand');
    named.lang = row.language;
    chips.push(named);
  }
  return chips;
}

/**
 * @param {string} code such as `uk`
 * @param {string} [inLanguage] in which language; that of the page if left out
 * @returns {string} such as `Українська`
 */
export function languageName(code, inLanguage = lang()) {
  const name = new Intl.DisplayNames([inLanguage], { type: 'language' }).of(code) ?? code;
  const [first = '', ...rest] = name;
  return first.toLocaleUpperCase(inLanguage) + rest.join('');
}

/**
 * @param {string} text
 * @param {string} picture
 * @param {string} [kind] `brand`, `ok`, `warn` or `bad`
 */
export function chip(text, picture, kind = '') {
  return element('span', { class: `chip ${kind}`.trim() }, icon(picture), text);
}
