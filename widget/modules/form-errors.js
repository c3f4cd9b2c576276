import { t } from '../../js/i18n.js';
import { element, one, part, setText } from './dom.js';

/**
 * A field of a form: what holds the value, what says that it is wrong, and where a link to it leads.
 *
 * @typedef {{field: HTMLElement, message: HTMLElement, focus?: () => HTMLElement}} Field
 */

/**
 * What is wrong in a form (pattern T7): each wrong field is marked and described by its message, and a summary at the top
 * has the focus and a link to each of them.
 */
export class FormErrors {
  #summary;
  #fields;
  /** @type {Map<string, string>} */
  #wrong = new Map();

  /**
   * @param {HTMLElement} screen with a summary in it
   * @param {Record<string, Field>} fields in the order of the form
   */
  constructor(screen, fields) {
    this.#summary = part(screen, 'errors');
    this.#fields = fields;
  }

  /**
   * One field is wrong, or is not any more.
   *
   * @param {string} name
   * @param {string | null} text what to mend
   */
  mark(name, text) {
    const { field, message } = this.#named(name);
    // The summary is of the last attempt: what has been changed since is no longer as it says.
    if (text !== (this.#wrong.get(name) ?? null)) this.#summary.hidden = true;
    if (text === null) this.#wrong.delete(name);
    else this.#wrong.set(name, text);
    message.hidden = text === null;
    setText(part(message, 'text'), text ?? '');
    const described = (field.getAttribute('aria-describedby') ?? '').split(' ').filter((id) => id !== '' && id !== message.id);
    if (text === null) field.removeAttribute('aria-invalid');
    else {
      field.setAttribute('aria-invalid', 'true');
      described.push(message.id);
    }
    if (described.length > 0) field.setAttribute('aria-describedby', described.join(' '));
    else field.removeAttribute('aria-describedby');
    field.closest('.field')?.classList.toggle('invalid', text !== null);
  }

  /** Leads to what is wrong, if anything is. @returns {boolean} whether the form may be sent */
  check() {
    if (this.#wrong.size === 0) return true;
    const names = Object.keys(this.#fields).filter((name) => this.#wrong.has(name));
    setText(one(this.#summary, 'h2'), t('common.errors', { count: names.length }));
    one(this.#summary, 'ul').replaceChildren(...names.map((name) => {
      const { field, focus } = this.#named(name);
      return element('li', {}, element('a', { href: `#${(focus?.() ?? field).id}` }, this.#wrong.get(name) ?? ''));
    }));
    this.#summary.hidden = false;
    this.#summary.focus();
    return false;
  }

  /** @param {string} name */
  #named(name) {
    const field = this.#fields[name];
    if (!field) throw new TypeError(`this form has no field ${name}`);
    return field;
  }
}
