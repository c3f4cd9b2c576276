import { t } from '../../js/i18n.js';
import { MAX_NAME_CHARS } from '../../js/protocol.js';
import { one, part, setText } from './dom.js';
import { FormErrors } from './form-errors.js';

/** The count of what is left is shown only when it begins to matter. */
const COUNT_FROM_LEFT = 15;

/** How the person wants to be called: nothing is cut off in silence, what is too long is said. */
export class NameField {
  #field;
  #count;
  #errors;

  /** @param {HTMLElement} section */
  constructor(section) {
    this.#field = one(section, '#check-name', HTMLInputElement);
    this.#count = part(section, 'name-count');
    this.#errors = new FormErrors(section, { name: { field: this.#field, message: part(section, 'name-error') } });
    this.#field.addEventListener('input', () => this.#measure());
  }

  /** What was written; null for nothing. */
  get value() {
    return this.#text === '' ? null : this.#text;
  }

  /** Leads to what is to be mended if what is in the field cannot be sent. @returns {boolean} whether it can */
  check() {
    return this.#errors.check();
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
    this.#count.hidden = left > COUNT_FROM_LEFT || left < 0;
    setText(this.#count, t('panel.check.name_left', { count: left }));
    this.#errors.mark('name', left < 0 ? t('panel.check.name_over', { count: -left }) : null);
  }
}
