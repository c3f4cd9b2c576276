/**
 * Keys for what is done most often. All of them with Alt and Shift: a single letter would be pressed by chance while
 * writing (WCAG 2.1.4), and Ctrl+Alt writes Polish letters on Windows. Alt writes letters on a Mac, so there the keys
 * are silent in fields. Keys are told by their place, so they work in every alphabet.
 *
 * @typedef {'KeyW' | 'KeyQ' | 'KeyM' | 'KeyK' | 'KeyT' | 'KeyH'} Key
 */

import { t } from '../i18n.js';
import { element } from '../parts/element.js';
import { part } from './dom.js';

/** In the order in which they are listed. */
const KEYS = /** @type {const} */ ([
  ['KeyW', 'call_next'], ['KeyQ', 'line'], ['KeyM', 'microphone'], ['KeyK', 'camera'], ['KeyT', 'chat'], ['KeyH', 'end'],
]);

const IS_MAC = /Mac/.test(navigator.userAgent);

/** @param {Record<Key, () => void>} actions */
export function listenForShortcuts(actions) {
  part('keys').replaceChildren(...KEYS.map(([key, name]) =>
    element('div', {},
      element('dt', {}, ...keycaps(['Alt', 'Shift', key.slice(3)])),
      element('dd', {}, t(`desk.keys.${name}`)))));
  document.addEventListener('keydown', (event) => {
    if (!event.altKey || !event.shiftKey || event.ctrlKey || event.metaKey || event.repeat) return;
    if (IS_MAC && event.target instanceof HTMLElement && event.target.matches('input, textarea')) return;
    if (event.getModifierState('AltGraph') || document.querySelector('dialog[open]')) return;
    const action = /** @type {Record<string, () => void>} */ (actions)[event.code];
    if (!action) return;
    event.preventDefault();
    action();
  });
}

/** @param {string[]} names */
function keycaps(names) {
  return names.flatMap((name, index) => (index === 0 ? [element('kbd', {}, name)] : [' + ', element('kbd', {}, name)]));
}
