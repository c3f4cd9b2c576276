/**
 * What to tell about a camera or microphone that cannot be had: what happened, and what to do in this very browser.
 *
 * @typedef {import('../devices.js').DeviceProblem} DeviceProblem
 * @typedef {'chrome' | 'edge' | 'firefox' | 'safari' | 'ios' | 'android' | 'any'} Browser
 */

import { t } from '../i18n.js';

/** After these there is another way all the same. */
const EITHER_WAY = new Set(['dismissed', 'failed']);

/** What one message tells: its keys end in the device's name. */
const BY_DEVICE = new Set(['busy', 'absent']);

/**
 * @param {DeviceProblem} problem
 * @returns {{title: string, detail: string}}
 */
export function adviceFor({ obstacle, what }) {
  // Without a microphone nobody talks, with a camera or without.
  const eitherWay = t(`devices.either_way.${what === 'camera' ? 'camera' : 'microphone'}`);
  if (BY_DEVICE.has(obstacle)) return { title: t(`devices.${obstacle}.${what}`), detail: '' };
  if (obstacle === 'denied') return { title: t(`devices.denied.${what}`), detail: `${t(`devices.allow.${browser()}`)} ${eitherWay}` };
  if (obstacle === 'system') return { title: t('devices.system.title'), detail: `${t(`devices.system.${system()}`)} ${eitherWay}` };
  const detail = t(`devices.${obstacle}.what`);
  return { title: t(`devices.${obstacle}.title`), detail: EITHER_WAY.has(obstacle) ? `${detail} ${eitherWay}` : detail };
}

/**
 * Only for the wording of help: where a browser hides its permissions is not something that can be asked of it.
 *
 * @param {string} [agent]
 * @returns {Browser}
 */
export function browser(agent = navigator.userAgent) {
  const touchMac = /Macintosh/.test(agent) && navigator.maxTouchPoints > 1;
  if (/iPhone|iPad|iPod/.test(agent) || touchMac) return 'ios';
  if (/Android/.test(agent)) return 'android';
  if (/Firefox\//.test(agent)) return 'firefox';
  if (/Edg\//.test(agent)) return 'edge';
  if (/Chrome\//.test(agent)) return 'chrome';
  if (/Safari\//.test(agent)) return 'safari';
  return 'any';
}

/** @returns {'windows' | 'mac' | 'any'} */
function system() {
  if (/Windows/.test(navigator.userAgent)) return 'windows';
  return /Macintosh/.test(navigator.userAgent) ? 'mac' : 'any';
}
