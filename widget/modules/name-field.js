import { announce } from '../../js/announce.js';
import { t } from '../../js/i18n.js';
import { MAX_NAME_CHARS } from '../../js/protocol.js';
import { one, part, setText } from './dom.js';

/** The count of what is left is shown only when it begins to matter. */
const COUNT_FROM_LEFT = 15;

/** How the person wants to be called: nothing is cut off in silence, what is too long is said. */
export class NameField {
  #field;
  #count;

  /** @param {HTMLElement} section */
  constructor(section) {
    this.#field = one(section, '#check-name', HTMLInputElement);
    this.#count = part(section, 'name-count');
    this.#field.addEventListener('input', () => this.#measure());
  }

  /** What was written; null for nothing. */
  get value() {
    return this.#text === '' ? null : this.#text;
  }

  /** Leads to the field if what is in it cannot be sent. @returns {boolean} whether it can */
  check() {
    if (this.#left >= 0) return true;
    this.#field.focus();
    announce.alert(this.#count.textContent ?? '', { force: true });
    return false;
  }

  get #text() {
    return this.#field.value.trim();
  }

  /** As the server counts: Unicode scalar values. */
  get #left() {
    return MAX_NAME_CHARS - [...this.#text].length;
  }

  #measure() {
    const left = this.#left;
    this.#count.hidden = left > COUNT_FROM_LEFT;
    this.#count.classList.toggle('over', left < 0);
    if (left < 0) this.#field.setAttribute('aria-invalid', 'true');
    else this.#field.removeAttribute('aria-invalid');
    setText(this.#count, t(left < 0 ? 'panel.check.name_over' : 'panel.check.name_left', { count: Math.abs(left) }));
  }
}
