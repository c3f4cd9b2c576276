/**
 * What to tell about a camera or microphone that cannot be had: what happened, and what to do in this very browser.
 *
 * @typedef {import('../devices.js').DeviceProblem} DeviceProblem
 * @typedef {'chrome' | 'edge' | 'firefox' | 'safari' | 'ios' | 'android' | 'any'} Browser
 */

import { t } from '../i18n.js';

/** After these there is another way all the same. */
const EITHER_WAY = new Set(['dismissed', 'failed', 'unsupported']);

/** After these the browser's own settings would help, which nobody finds in the window of another application. */
const BY_BROWSER = new Set(['denied', 'dismissed', 'system', 'failed', 'unsupported']);

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
  const title = obstacle === 'denied' ? t(`devices.denied.${what}`) : t(`devices.${obstacle}.title`);
  if (BY_BROWSER.has(obstacle) && isInApp()) return { title, detail: `${t('devices.unsupported.in_app')} ${eitherWay}` };
  if (obstacle === 'denied') return { title, detail: `${t(`devices.allow.${browser()}`)} ${eitherWay}` };
  if (obstacle === 'system') return { title, detail: `${t(`devices.system.${system()}`)} ${eitherWay}` };
  const detail = t(`devices.${obstacle}.what`);
  return { title, detail: EITHER_WAY.has(obstacle) ? `${detail} ${eitherWay}` : detail };
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

/** Whether this browser has what a call by voice and picture needs; a page without TLS is another matter. */
export function canCall() {
  return 'RTCPeerConnection' in globalThis && (navigator.mediaDevices !== undefined || !isSecureContext);
}

/**
 * Whether this is the window of another application, such as Facebook's, Messenger's, Instagram's or Gmail's, which has no
 * address bar and often no camera. Such applications name themselves; Android's web view says "wv"
 * (https://developer.chrome.com/docs/webview), and on an iPhone only Safari and the other browsers say "Safari".
 *
 * @param {string} [agent]
 */
export function isInApp(agent = navigator.userAgent) {
  if (/FBA[NV]|FB_IAB|Messenger|Instagram|GSA\//.test(agent)) return true;
  return /Android.*; wv\)/.test(agent) || (/iPhone|iPad|iPod/.test(agent) && !/Safari\//.test(agent));
}

/** @returns {'windows' | 'mac' | 'any'} */
function system() {
  if (/Windows/.test(navigator.userAgent)) return 'windows';
  return /Macintosh/.test(navigator.userAgent) ? 'mac' : 'any';
}
