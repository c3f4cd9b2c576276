/**
 * What people wrote inside our sentences: each such text in a `<bdi>`, so that its letters run in their own direction and
 * turn nothing around them. A right-to-left name would else pull the time or the number behind it to its other side.
 *
 * @module people-words
 */

import { element } from './element.js';

/** First-strong isolate and its end (Unicode Standard Annex 9). They stand in a sentence only until it is shown. */
const [BEGINS, ENDS] = ['\u2068', '\u2069'];

/** What stands where, so that nothing is read out or laid out again for nothing. @type {WeakMap<HTMLElement, string>} */
const shown = new WeakMap();

/**
 * Marks a text as a person's, to be put into a sentence that {@link setWords} shows.
 *
 * @param {string} text
 * @returns {string}
 */
export function isolate(text) {
  return `${BEGINS}${text.replace(/[\u2066-\u2069]/g, '')}${ENDS}`;
}

/**
 * The nodes of a sentence: the marked texts in elements of their own.
 *
 * @param {string} sentence
 * @returns {(HTMLElement | string)[]}
 */
export function nodesOf(sentence) {
  return sentence.split(/(\u2068[^\u2069]*\u2069)/).filter((piece) => piece !== '')
    .map((piece) => (piece.startsWith(BEGINS) ? element('bdi', {}, plain(piece)) : piece));
}

/**
 * The sentence for those who hear it, where there is nothing to be turned.
 *
 * @param {string} sentence
 * @returns {string}
 */
export function plain(sentence) {
  return sentence.replace(/[\u2068\u2069]/g, '');
}

/**
 * Shows a sentence, only if it is another one.
 *
 * @param {HTMLElement} node
 * @param {string} sentence
 */
export function setWords(node, sentence) {
  if (shown.get(node) === sentence) return;
  shown.set(node, sentence);
  node.replaceChildren(...nodesOf(sentence));
}
