/**
 * Says what somebody types word by word, for screen readers, where the person wants that. A word is said once it has ended;
 * one that was changed is said anew.
 *
 * @module word-reader
 */

import { element } from '../element.js';

export class WordReader {
  element = element('p', { class: 'visually-hidden', 'aria-live': 'polite' });
  /** @type {Map<string, string>} what was said of each line */
  #said = new Map();

  /**
   * @param {string} id of a line
   * @param {string} text as it is now
   * @param {boolean} isEnded
   */
  read(id, text, isEnded) {
    const whole = isEnded ? text : text.slice(0, text.search(/\s\S*$/u) + 1);
    const said = this.#said.get(id) ?? '';
    let same = 0;
    while (same < said.length && said[same] === whole[same]) same += 1;
    // From the beginning of the word that is another.
    const from = same === said.length ? same : whole.slice(0, same).search(/\S*$/u);
    const next = whole.slice(from).trim();
    if (isEnded) this.#said.delete(id);
    else this.#said.set(id, whole);
    if (next !== '') this.element.textContent = next;
  }

  clear() {
    this.#said.clear();
    this.element.textContent = '';
  }
}
