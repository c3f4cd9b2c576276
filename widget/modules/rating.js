import { announce } from '../../js/announce.js';
import { t } from '../../js/i18n.js';
import { busyWhile, one, part, setText } from './dom.js';
import { FormErrors } from './form-errors.js';
import { ProblemBox, toldOf } from './problem-box.js';

/** @typedef {import('./site.js').Rated} Rated */

/** How many characters a comment may have (product.md II.11). */
const COMMENT_MAX = 1_000;

/** The conversation's mark from 1 to 5 with its word and a comment; it can be changed afterwards. */
export class Rating {
  #root;
  #form;
  #thanks;
  #comment;
  #errors;
  #problem;
  #load;
  #send;
  /** Which end it is about: a slow answer for an earlier one is thrown away. */
  #about = 0;

  /**
   * @param {HTMLElement} root
   * @param {object} on
   * @param {() => Promise<Rated>} on.load
   * @param {(stars: number, comment: string) => Promise<Rated>} on.send
   */
  constructor(root, { load, send }) {
    this.#root = root;
    this.#load = load;
    this.#send = send;
    this.#form = part(root, 'rating-form', HTMLFormElement);
    this.#thanks = part(root, 'rating-thanks');
    this.#comment = part(root, 'rating-comment', HTMLTextAreaElement);
    this.#errors = new FormErrors(root, {
      stars: { field: part(root, 'rating-stars'), message: part(root, 'rating-stars-error'), focus: () => this.#first },
      comment: { field: this.#comment, message: part(root, 'rating-comment-error') },
    });
    this.#problem = new ProblemBox(root);
    this.#form.addEventListener('change', () => this.#showWord());
    this.#comment.addEventListener('input', () => this.#count());
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      void busyWhile(part(root, 'rating-send', HTMLButtonElement), () => this.#submit());
    });
    part(root, 'rating-skip').addEventListener('click', () => this.#skip());
    part(root, 'rating-change').addEventListener('click', () => this.#open());
  }

  /** Offers a rating if the server takes one. @param {boolean} talked @returns {Promise<boolean | null>} whether it did; null if
   * it was called once more meanwhile */
  async show(talked) {
    const about = ++this.#about;
    this.#root.hidden = true;
    this.#problem.hide();
    this.#form.reset();
    this.#showWord();
    this.#count();
    this.#errors.mark('stars', null);
    if (!talked) return false;
    try {
      const rated = await this.#load();
      if (about !== this.#about) return null;
      if (!rated.may_rate) return false;
      this.#fill(rated);
      this.#root.hidden = false;
      this.#thanks.hidden = rated.stars === null;
      this.#form.hidden = rated.stars !== null;
      return true;
    } catch (error) {
      // Nobody misses a question that was not asked.
      console.warn('rating: not offered', error);
      return about === this.#about ? false : null;
    }
  }

  /** @param {Rated} rated */
  #fill({ stars, comment }) {
    for (const choice of this.#choices) choice.checked = Number(choice.value) === stars;
    this.#comment.value = comment ?? '';
    this.#showWord();
    this.#count();
  }

  get #choices() {
    return /** @type {HTMLInputElement[]} */ ([...this.#form.querySelectorAll('input[type="radio"]')]);
  }

  /** Where choosing a mark goes on: the chosen one, or the first. */
  get #first() {
    return this.#choices.find((choice) => choice.checked) ?? one(this.#form, 'input[type="radio"]', HTMLInputElement);
  }

  /** The chosen mark; 0 for none. */
  get #stars() {
    return Number(this.#choices.find((choice) => choice.checked)?.value ?? 0);
  }

  #showWord() {
    const stars = this.#stars;
    for (const choice of this.#choices) choice.parentElement?.classList.toggle('star-full', Number(choice.value) <= stars);
    setText(part(this.#root, 'rating-word'), stars === 0 ? '' : t('panel.rating.word', { stars, word: t(`panel.rating.stars.${stars}`) }));
    if (stars > 0) this.#errors.mark('stars', null);
  }

  #count() {
    const left = COMMENT_MAX - [...this.#comment.value].length;
    const line = part(this.#root, 'rating-left');
    line.hidden = left > 100 || left < 0;
    setText(line, t('call.chat.left', { count: left }));
    this.#errors.mark('comment', left < 0 ? t('panel.rating.too_long', { count: -left }) : null);
  }

  async #submit() {
    this.#problem.hide();
    this.#errors.mark('stars', this.#stars === 0 ? t('panel.rating.choose') : null);
    if (!this.#errors.check()) return;
    try {
      this.#fill(await this.#send(this.#stars, this.#comment.value));
      this.#form.hidden = true;
      this.#thanks.hidden = false;
      one(this.#thanks, 'h2').focus();
      announce.status(t('panel.rating.thanks'), { force: true });
    } catch (error) {
      this.#problem.show(toldOf(error));
    }
  }

  #skip() {
    this.#root.hidden = true;
    document.getElementById('ended-heading')?.focus();
  }

  #open() {
    this.#thanks.hidden = true;
    this.#form.hidden = false;
    this.#first.focus();
  }
}
