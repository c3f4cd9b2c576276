/**
 * The page's words: the catalogue that the server put into `#strings`, with CLDR plurals, and numbers, times, dates
 * and durations as the page's language writes them. Times are those of Europe/Warsaw, wherever the visitor is.
 *
 * @module i18n
 */

const ZONE = 'Europe/Warsaw';
const CATEGORIES = new Set(['zero', 'one', 'two', 'few', 'many', 'other']);

/** @typedef {string | Record<string, string>} Entry a text, or its plural forms by CLDR category */
/** @typedef {Record<string, string | number>} Params what stands for each `{name}`; `count` chooses the plural form */

/** A key without a text, or a text without a value: a mistake of ours that a test must find. */
export class StringError extends Error {}

/** @type {Map<string, Entry>|undefined} */
let entries;

/**
 * The language of the page.
 * @returns {string} such as `pl`
 */
export function lang() {
  return document.documentElement.lang || 'pl';
}

/**
 * The text of a key.
 * @param {string} key such as `panel.queue.ahead`
 * @param {Params} [params]
 * @returns {string} the key itself where the text is missing, except under test, where it throws
 */
export function t(key, params = {}) {
  entries ??= load();
  const entry = entries.get(key);
  if (entry === undefined) return mistake(`no text for "${key}"`, key);
  const text = typeof entry === 'string' ? entry : pluralForm(key, entry, params.count);
  return text.replace(/\{([a-z_]+)\}/g, (placeholder, name) => {
    const value = params[name];
    if (value === undefined) return mistake(`"${key}" needs {${name}}`, placeholder);
    return typeof value === 'number' ? formatNumber(value) : value;
  });
}

/**
 * @param {string} key
 * @param {Record<string, string>} forms
 * @param {string | number | undefined} count
 */
function pluralForm(key, forms, count) {
  if (count === undefined) return mistake(`"${key}" needs a count`, key);
  const category = new Intl.PluralRules(locale()).select(Number(count));
  return forms[category] ?? forms.other ?? forms.many ?? mistake(`"${key}" has no form "${category}"`, key);
}

/**
 * @param {number} value
 * @returns {string} such as `1,5`
 */
export function formatNumber(value) {
  return new Intl.NumberFormat(locale()).format(value);
}

/**
 * @param {string | number | Date} instant ISO 8601 or milliseconds
 * @returns {string} such as `10:40` or `8:00`
 */
export function formatTime(instant) {
  return format(instant, { hour: 'numeric', minute: '2-digit', hourCycle: 'h23' });
}

/**
 * A time for whoever may be in another time zone than the office (EC-20): the office's first, then theirs.
 * @param {string | number | Date} instant
 * @returns {string} such as `10:40 (u Ciebie 9:40)`, or `10:40` where both clocks show the same
 */
export function formatTimeForBoth(instant) {
  const { time, local } = bothClocks(instant);
  return time === local ? time : t('common.time_both', { time, local });
}

/**
 * What the office's clock and the device's show at an instant.
 * @param {string | number | Date} instant
 */
export function bothClocks(instant) {
  const here = new Intl.DateTimeFormat(locale(), { hour: 'numeric', minute: '2-digit', hourCycle: 'h23' });
  return { time: formatTime(instant), local: here.format(new Date(instant)) };
}

/**
 * @param {string | number | Date} instant
 * @returns {string} such as `8:05:40`, for what may be asked for again within a minute
 */
export function formatExactTime(instant) {
  return format(instant, { hour: 'numeric', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
}

/**
 * @param {string | number | Date} instant
 * @returns {string} such as `wt., 24 lis.`
 */
export function formatDate(instant) {
  const options = /** @type {const} */ ({ weekday: 'short', day: 'numeric', month: 'short', timeZone: ZONE });
  const parts = new Intl.DateTimeFormat(locale(), options).formatToParts(new Date(instant));
  return parts.map((part) => (part.type === 'month' ? shortMonth(part.value) : part.value)).join('');
}

/**
 * CLDR writes Polish short months without the full stop that Polish spelling asks for ("lis."); May is no abbreviation.
 * @param {string} month
 */
function shortMonth(month) {
  return lang() === 'pl' && month !== 'maj' && !month.endsWith('.') ? `${month}.` : month;
}

/**
 * @param {string | number | Date} instant
 * @returns {string} such as `wtorek, 24 listopada`
 */
export function formatLongDate(instant) {
  return format(instant, { weekday: 'long', day: 'numeric', month: 'long' });
}

/**
 * A length of time in words.
 * @param {number} length_s
 * @returns {string} such as `45 s`, `4 min` or `1 h 20 min`
 */
export function formatDuration(length_s) {
  if (length_s < 60) return unit(Math.max(0, Math.round(length_s)), 'second');
  const minutes = Math.round(length_s / 60);
  if (minutes < 60) return unit(minutes, 'minute');
  const rest = minutes % 60;
  const hours = unit(Math.floor(minutes / 60), 'hour');
  return rest === 0 ? hours : `${hours} ${unit(rest, 'minute')}`;
}

/**
 * A time that runs out, to the second.
 * @param {number} left_s
 * @returns {string} such as `45 s`, `2 min` or `1 min 57 s`
 */
export function formatTimeLeft(left_s) {
  const rest = left_s % 60;
  if (left_s < 60) return unit(left_s, 'second');
  const minutes = unit(Math.floor(left_s / 60), 'minute');
  return rest === 0 ? minutes : `${minutes} ${unit(rest, 'second')}`;
}

/**
 * A running time, for a call's clock or a countdown.
 * @param {number} length_s
 * @returns {string} such as `04:12` or `1:04:12`
 */
export function formatTimer(length_s) {
  const whole = Math.max(0, Math.floor(length_s));
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const rest = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/**
 * @param {number} value
 * @param {'second'|'minute'|'hour'} name
 */
function unit(value, name) {
  // Short forms differ: Polish wants "2 h" and "30 s", which CLDR calls narrow; narrow English would be "2h".
  const unitDisplay = lang() === 'pl' ? 'narrow' : 'short';
  return new Intl.NumberFormat(locale(), { style: 'unit', unit: name, unitDisplay }).format(value);
}

/**
 * @param {string | number | Date} instant
 * @param {Intl.DateTimeFormatOptions} options
 */
function format(instant, options) {
  return new Intl.DateTimeFormat(locale(), { ...options, timeZone: ZONE }).format(new Date(instant));
}

/** English here is European English: 24-hour clock, day before month. */
function locale() {
  return lang() === 'en' ? 'en-GB' : lang();
}

/** @returns {Map<string, Entry>} */
function load() {
  const element = document.getElementById('strings');
  /** @type {Map<string, Entry>} */
  const found = new Map();
  if (element?.textContent) collect(JSON.parse(element.textContent), '', found);
  return found;
}

/**
 * Catalogues may come flat (`"panel.title": …`) or nested as in TOML; a table of CLDR categories only is one entry.
 * @param {Record<string, any>} table
 * @param {string} prefix
 * @param {Map<string, Entry>} into
 */
function collect(table, prefix, into) {
  for (const [name, value] of Object.entries(table)) {
    const key = prefix + name;
    if (typeof value === 'string' || Object.keys(value).every((form) => CATEGORIES.has(form))) into.set(key, value);
    else collect(value, `${key}.`, into);
  }
}

/**
 * @param {string} message
 * @param {string} shown what a visitor sees instead
 * @returns {string}
 */
function mistake(message, shown) {
  const error = new StringError(message);
  // A browser driven by a test says so (WebDriver §7): there the mistake must be loud, for a visitor it must not be.
  if (navigator.webdriver) throw error;
  console.error(error);
  return shown;
}
