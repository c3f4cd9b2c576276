import { announce } from '../../js/announce.js';
import { lang, t } from '../../js/i18n.js';
import { element, one, onAction, part, setText } from './dom.js';
import { FormErrors } from './form-errors.js';
import { lineNow, plain } from './wording.js';

/** @typedef {import('./site.js').Matter} Matter */
/** @typedef {{matter: Matter, language: string, sign: boolean, moreTime: boolean}} Choice */

/** Typing is followed by a pause before the number of matches is said. */
const SAY_AFTER_MS = 700;
/** Typing goes on: the search that forgives errors waits this long for the next letter. */
const SEARCH_AFTER_MS = 300;
/** The language that each office speaks, and that texts fall back to. */
const OFFICE_LANGUAGE = 'pl';

/** The list of matters: searching it, choosing one, and what is needed for the talk. Choosing never goes on by itself. */
export class ChooseMatter {
  #section;
  #on;
  #phone;
  /** @type {Matter[]} */
  #matters = [];
  #signOnly = false;
  /** The language of the talk that was chosen; until then that of the page is wanted. @type {string | null} */
  #language = null;
  #needs;
  #errors;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #saying;
  #find;
  /** What the server found for what is typed, where no word of it stands in any matter. @type {{typed: string, ids: string[]} | null} */
  #alike = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #searching;

  /**
   * @param {HTMLElement} section
   * @param {object} options
   * @param {string} options.phone
   * @param {(typed: string) => Promise<string[]>} options.find the matters that fit in spite of typing errors
   * @param {(choice: Choice) => void} options.chosen
   * @param {() => void} options.back
   */
  constructor(section, { phone, find, chosen, back }) {
    this.#section = section;
    this.#find = find;
    this.#phone = phone;
    this.#on = { chosen };
    this.#needs = part(section, 'needs');
    this.#errors = new FormErrors(section, {
      matter: { field: part(section, 'matters'), message: part(section, 'matter-error'), focus: () => this.#toChoose },
    });
    onAction(section, { back, 'show-all': () => this.#showAll() });
    part(section, 'form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    const select = one(section, '#matter-language', HTMLSelectElement);
    select.addEventListener('change', () => { this.#language = select.value; });
    part(section, 'matters').addEventListener('change', () => { this.#errors.mark('matter', null); this.#chose(); });
    this.#search.addEventListener('input', () => this.#filter({ say: true }));
    this.#search.addEventListener('keydown', (event) => {
      // Enter in the search field must not send the form off with a matter chosen before.
      if (event.key === 'Enter') event.preventDefault();
    });
  }

  get #search() {
    return one(this.#section, '#matter-search', HTMLInputElement);
  }

  /**
   * What the site offers now. While they are looked at, rows keep their place, so that nothing moves under a finger.
   *
   * @param {Matter[]} matters
   */
  show(matters) {
    this.#matters = matters;
    for (const matter of matters) {
      const row = this.#row(matter.id);
      if (!row) continue;
      row.classList.toggle('shut', !matter.open);
      setText(part(row, 'state'), matter.open ? lineNow(matter) : matter.reason_text);
    }
    if (this.#section.hidden) this.#arrange();
    this.#filter({ say: false });
    this.#chose();
  }

  /** Before the screen is shown: whether only matters with sign language are wanted. @param {boolean} sign */
  begin(sign) {
    this.#signOnly = sign;
    one(this.#section, '#matter-sign', HTMLInputElement).checked = sign;
    part(this.#section, 'sign-only').hidden = !sign;
    this.#errors.mark('matter', null);
    this.#arrange();
    this.#filter({ say: false });
    this.#chose();
  }

  /** Chooses a matter, as if it had been pressed; one that is not there any more is left alone. @param {string} id */
  choose(id) {
    const radio = this.#row(id)?.querySelector('input[type="radio"]');
    if (!(radio instanceof HTMLInputElement)) return;
    radio.checked = true;
    this.#chose();
  }

  /** Those that may be joined come first, each part in the office's order, as the server sent them. */
  #arrange() {
    if (this.#matters.length === 0) return;
    const list = part(this.#section, 'matters');
    const unknown = list.querySelector('[data-part="unknown"]');
    const rowsOf = (/** @type {boolean} */ open) => {
      const rows = this.#matters.filter((matter) => matter.open === open).map(({ id }) => this.#row(id));
      const general = this.#matters.find((matter) => matter.general);
      return [...rows, general?.open === open ? unknown : null].filter((row) => row !== null);
    };
    list.append(...rowsOf(true), part(list, 'shut'), ...rowsOf(false), part(list, 'none'));
  }

  #showAll() {
    this.#signOnly = false;
    part(this.#section, 'sign-only').hidden = true;
    this.#filter({ say: true });
    this.#search.focus();
  }

  /** @param {string} id */
  #row(id) {
    return /** @type {HTMLElement | null} */ (this.#section.querySelector(`[data-matter="${CSS.escape(id)}"]`));
  }

  /** @returns {Matter | undefined} */
  get #chosen() {
    const input = this.#section.querySelector('input[name="matter"]:checked');
    if (!(input instanceof HTMLInputElement)) return undefined;
    if (input.value === 'unknown') return this.#matters.find((matter) => matter.general);
    return this.#matters.find((matter) => matter.id === input.value);
  }

  /** @param {{say: boolean}} options */
  #filter({ say }) {
    const typed = this.#search.value.trim();
    const words = plain(typed).split(/\s+/).filter(Boolean);
    const has = (/** @type {Matter} */ matter) => {
      const text = plain(`${matter.name} ${matter.summary}`);
      return words.every((word) => text.includes(word));
    };
    const isWritten = this.#matters.some(has);
    const alike = isWritten || this.#alike?.typed !== typed ? null : this.#alike.ids;
    // What is not written anywhere may be a typing error: until the server has looked, it is not said to be unknown.
    const isOpen = !isWritten && alike === null && words.length > 0 && this.#matters.length > 0;
    let found = 0;
    for (const matter of this.#matters) {
      const row = this.#row(matter.id);
      if (!row) continue;
      const fits = (alike?.includes(matter.id) ?? has(matter)) && (!this.#signOnly || matter.sign);
      const chosen = row.querySelector('input:checked') !== null;
      // What is chosen stays in view, else "next" would go on with something unseen.
      row.hidden = !fits && !chosen;
      if (fits) found += 1;
    }
    part(this.#section, 'none').hidden = isOpen || found > 0 || this.#matters.length === 0;
    part(this.#section, 'shut').hidden = this.#section.querySelector('[data-part="shut"] ~ .matter:not([hidden])') === null;
    clearTimeout(this.#searching);
    if (isOpen) this.#searching = setTimeout(() => void this.#forgive(typed), SEARCH_AFTER_MS);
    clearTimeout(this.#saying);
    if (!say || isOpen) return;
    this.#saying = setTimeout(() => {
      announce.status(found > 0 ? t('panel.matter.found', { count: found }) : part(this.#section, 'none').textContent ?? '');
    }, SAY_AFTER_MS);
  }

  /** Asks the server, which forgives typing errors. @param {string} typed */
  async #forgive(typed) {
    let ids;
    try {
      ids = await this.#find(typed);
    } catch (error) {
      console.warn('matters: not searched', error);
      ids = /** @type {string[]} */ ([]);
    }
    if (this.#search.value.trim() !== typed) return;
    this.#alike = { typed, ids };
    this.#filter({ say: true });
  }

  #chose() {
    const chosen = this.#chosen;
    const input = this.#section.querySelector('input[name="matter"]:checked');
    for (const row of this.#section.querySelectorAll('.matter')) {
      const here = row.contains(input);
      row.classList.toggle('chosen', here);
      const more = part(row, 'more');
      more.hidden = !here;
      // The questions belong to the matter that is chosen, so they stand in its card.
      // Not moved without need: that would take the focus from whatever is being chosen in them.
      if (here && this.#needs.parentElement !== more) more.append(this.#needs);
    }
    const call = chosen && this.#row(chosen.id)?.querySelector('[data-part="closed-call"]');
    if (call instanceof HTMLElement) {
      setText(call, t('panel.matter.closed_call', { phone: this.#phone }));
      call.hidden = chosen?.open ?? true;
    }
    this.#showNeeds(chosen?.open ? chosen : undefined);
  }

  /** @param {Matter | undefined} matter */
  #showNeeds(matter) {
    this.#needs.hidden = matter === undefined;
    if (!matter) return;
    const select = one(this.#section, '#matter-language', HTMLSelectElement);
    const names = new Intl.DisplayNames([lang()], { type: 'language' });
    const preset = presetOf(matter.languages, this.#language);
    if (select.dataset.of !== matter.languages.join()) {
      select.replaceChildren(...matter.languages.map((code) => element('option', { value: code }, names.of(code) ?? code)));
      select.value = preset;
      select.dataset.of = matter.languages.join();
    }
    const hasChoice = matter.languages.length > 1;
    part(this.#section, 'language-field').hidden = !hasChoice;
    const note = part(this.#section, 'language-note');
    note.hidden = matter.languages.includes(lang());
    const only = hasChoice ? '' : t('panel.matter.language_only', { language: names.of(preset) ?? preset });
    setText(note, `${t('panel.matter.language_nobody')} ${only}`.trim());
    part(this.#section, 'sign-field').hidden = !matter.sign;
  }

  #submit() {
    const matter = this.#chosen;
    if (!matter?.open) {
      this.#errors.mark('matter', t(matter ? 'panel.matter.error_closed' : 'panel.matter.error_none', { phone: this.#phone }));
      return void this.#errors.check();
    }
    const sign = one(this.#section, '#matter-sign', HTMLInputElement);
    const moreTime = one(this.#section, '#matter-more-time', HTMLInputElement);
    const language = one(this.#section, '#matter-language', HTMLSelectElement).value || OFFICE_LANGUAGE;
    this.#on.chosen({ matter, language, sign: matter.sign && sign.checked, moreTime: moreTime.checked });
  }

  /** Where choosing goes on: the choice that is wrong, else the first there is. @returns {HTMLElement} */
  get #toChoose() {
    const chosen = this.#section.querySelector('input[name="matter"]:checked');
    return /** @type {HTMLElement} */ (chosen ?? this.#section.querySelector('.matter:not([hidden]) input[name="matter"]') ?? this.#search);
  }
}

/**
 * The language of a talk that is proposed: the one that was chosen, else that of the page, else the office's own. Nobody is
 * given a third one because it stands first.
 *
 * @param {string[]} spoken by those who receive
 * @param {string | null} chosen
 */
function presetOf(spoken, chosen) {
  return [chosen, lang(), OFFICE_LANGUAGE].find((code) => code !== null && spoken.includes(code)) ?? spoken[0] ?? OFFICE_LANGUAGE;
}
