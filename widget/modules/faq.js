import { announce } from '../../js/announce.js';
import { t } from '../../js/i18n.js';
import { onAction, one, part, setText } from './dom.js';

/** Typing goes on: the search waits this long for the next letter. */
const SEARCH_AFTER_MS = 300;

/** Questions and answers, which the server rendered; this searches them and asks whether they helped. */
export class Faq {
  #section;
  #site;
  #field;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #soon;
  /** Which search it is: a slow answer for an earlier one is thrown away. */
  #search = 0;
  #mayTalk = false;

  /**
   * @param {HTMLElement} section
   * @param {{site: import('./site.js').Site, talk: () => void, back: () => void}} on
   */
  constructor(section, { site, talk, back }) {
    this.#section = section;
    this.#site = site;
    this.#field = one(section, '#faq-search', HTMLInputElement);
    this.#field.addEventListener('input', () => {
      clearTimeout(this.#soon);
      this.#soon = setTimeout(() => void this.#find(), SEARCH_AFTER_MS);
    });
    part(section, 'faq-form').addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#find();
    });
    onAction(section, { back, talk, all: () => this.#clear() });
    section.addEventListener('click', (event) => {
      const button = event.target instanceof Element ? event.target.closest('[data-vote]') : null;
      if (button instanceof HTMLButtonElement) void this.#vote(button);
    });
  }

  /** Where the way back leads. @param {string} words */
  set back(words) {
    setText(part(this.#section, 'faq-back'), words);
  }

  /** Whether somebody may be talked to now; whoever waits already does not begin anew. @param {boolean} may */
  set mayTalk(may) {
    this.#mayTalk = may;
    one(part(this.#section, 'faq-none'), '[data-action="talk"]').hidden = !may;
    // Another visit to the questions: what was said of an answer stands, but the way on is that of now.
    for (const item of this.#items) one(item, '[data-action="talk"]').hidden = !may || item.dataset.voted !== 'no';
  }

  get #items() {
    return /** @type {HTMLDetailsElement[]} */ ([...this.#section.querySelectorAll('details[data-slug]')]);
  }

  async #find() {
    clearTimeout(this.#soon);
    const typed = this.#field.value.trim();
    const search = ++this.#search;
    if (typed === '') return this.#show(null);
    try {
      const slugs = await this.#site.findQuestions(typed);
      if (search === this.#search) this.#show(slugs);
    } catch (error) {
      // The whole list is better than none.
      console.warn('faq: not searched', error);
      if (search === this.#search) this.#show(null);
    }
  }

  /** @param {string[] | null} slugs the best first; null for all in the office's order */
  #show(slugs) {
    const items = this.#items;
    for (const item of items) item.hidden = slugs !== null && !slugs.includes(item.dataset.slug ?? '');
    if (slugs !== null) {
      const list = part(this.#section, 'faq-list');
      for (const slug of slugs) {
        const item = items.find(({ dataset }) => dataset.slug === slug);
        if (item) list.append(item);
      }
    }
    part(this.#section, 'faq-none').hidden = slugs === null || slugs.length > 0;
    setText(part(this.#section, 'faq-count'), slugs === null ? '' : t('panel.faq.found', { count: slugs.length }));
  }

  #clear() {
    this.#field.value = '';
    this.#search += 1;
    this.#show(null);
    this.#field.focus();
  }

  /** @param {HTMLButtonElement} button */
  async #vote(button) {
    const item = button.closest('details');
    const slug = item?.dataset.slug;
    if (!item || !slug || item.dataset.voted) return;
    const helped = button.dataset.vote === 'yes';
    item.dataset.voted = helped ? 'yes' : 'no';
    const told = part(item, 'voted');
    try {
      await this.#site.voteOnAnswer(slug, helped);
      const leadsOn = !helped && this.#mayTalk;
      setText(told, t(leadsOn ? 'panel.faq.thanks_no' : 'panel.faq.thanks'));
      one(item, '[data-action="talk"]').hidden = !leadsOn;
    } catch {
      delete item.dataset.voted;
      announce.alert(t('panel.problem.text'), { force: true });
    }
  }
}
