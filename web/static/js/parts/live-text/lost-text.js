import { t } from '../../i18n.js';
import { element } from '../element.js';
import { LOST } from './edits.js';

/**
 * A text with what was lost of it in words.
 *
 * @param {string} text
 * @param {(piece: string) => (Node | string)[]} [nodes] of what was not lost
 * @returns {(Node | string)[]}
 */
export function withLost(text, nodes = (piece) => [piece]) {
  const pieces = text.split(LOST);
  return pieces.flatMap((piece, at) => {
    const lost = element('span', { class: 'live-lost' }, t('call.live_text.lost'));
    return [
      ...(at === 0 ? [] : [...(pieces[at - 1] === '' ? [] : [' ']), lost, ...(piece === '' ? [] : [' '])]),
      ...(piece === '' ? [] : nodes(piece)),
    ];
  });
}

/** The same for a file. @param {string} text */
export function lostInWords(text) {
  return text.replaceAll(LOST, ` ${t('call.live_text.lost')} `).trim();
}
