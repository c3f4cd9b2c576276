import { lang } from '../i18n.js';

/**
 * A moment to the second, for what is counted in seconds.
 *
 * @param {string | number} instant
 * @returns {string} such as `10:31:05`, in Polish time
 */
export function clockTime(instant) {
  const options = /** @type {const} */ ({ hour: 'numeric', minute: '2-digit', second: '2-digit', hourCycle: 'h23', timeZone: 'Europe/Warsaw' });
  return new Intl.DateTimeFormat(lang() === 'en' ? 'en-GB' : lang(), options).format(new Date(instant));
}
