import { formatTime, lang, t } from '../i18n.js';
import { element } from '../parts/element.js';
import { icon } from '../parts/icon.js';
import { nodesOf } from '../parts/people-words.js';

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
  if (row.ready?.link === 'poor') chips.push(chip(t('desk.chip.link_poor'), 'signal', 'warn'));
  else if (isReady(row)) chips.push(chip(t('desk.chip.ready'), 'check', 'ok'));
  if (row.language !== USUAL_LANGUAGE) {
    const named = chip(languageName(row.language, row.language), 'globe', 'brand');
    named.lang = row.language;
    chips.push(named);
  }
  return chips;
}

/**
 * All that this way of talking needs was checked and works.
 *
 * @param {LineRow} row
 */
function isReady({ ready, mode }) {
  if (ready === null || ready.link === null) return false;
  return (ready.camera || mode === 'voice') && (ready.microphone || mode === 'sign');
}

/**
 * What a person's check of devices came to, in words.
 *
 * @param {LineRow} row
 */
export function readinessOf({ ready, mode }) {
  if (mode === 'text') return null;
  if (ready === null) return t('desk.ready.unchecked');
  const words = [];
  if (mode !== 'voice') words.push(t(ready.camera ? 'desk.ready.camera' : 'desk.ready.no_camera'));
  if (mode !== 'sign') words.push(t(ready.microphone ? 'desk.ready.microphone' : 'desk.ready.no_microphone'));
  words.push(t(`desk.ready.link_${ready.link ?? 'unchecked'}`));
  return words.join(', ');
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
  return element('span', { class: `chip ${kind}`.trim() }, icon(picture), ...nodesOf(text));
}
