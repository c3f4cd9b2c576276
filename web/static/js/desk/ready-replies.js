/**
 * The office's ready replies: a list by the field of the chat, from which one is put into the field. Nothing is sent by
 * itself: the clerk reads it, changes it and sends it.
 *
 * @typedef {{title: string, pl: string, en: string | null, uk: string | null}} ReadyReply its name in the clerk's language, its text in each
 */

import { announce } from '../announce.js';
import { t } from '../i18n.js';
import { layers } from '../layers.js';
import { element } from '../parts/element.js';

export class ReadyReplies {
  /** For the chat's form. */
  element;
  #replies;
  #onChoose;
  #open = element('button', {
    type: 'button', class: 'btn quiet replies-open', 'aria-expanded': 'false', 'aria-controls': 'ready-replies', click: () => this.#show(this.#list.hidden === true),
  }, t('desk.replies.open'));
  #list = element('ul', { class: 'replies-list', id: 'ready-replies', 'aria-label': t('desk.replies.open'), hidden: true });
  #language = 'pl';
  /** Told when the list is closed. @type {(() => void) | null} */
  #closed = null;

  /**
   * @param {ReadyReply[]} replies in the office's order
   * @param {(text: string) => void} onChoose
   */
  constructor(replies, onChoose) {
    this.#replies = replies;
    this.#onChoose = onChoose;
    this.element = element('div', { class: 'replies', hidden: replies.length === 0, keydown: (event) => this.#onKey(/** @type {KeyboardEvent} */ (event)) },
      this.#list, this.#open);
    this.#draw();
  }

  /** Replies are written in the citizen's language, or in Polish where nobody translated them. @param {string} language */
  speak(language) {
    if (language === this.#language) return;
    this.#language = language;
    this.#draw();
  }

  close() {
    this.#show(false);
  }

  #draw() {
    this.#list.replaceChildren(...this.#replies.map((reply) => {
      const [text, language] = bodyOf(reply, this.#language);
      return element('li', {}, element('button', { type: 'button', class: 'replies-one', click: () => this.#choose(text) },
        element('span', { class: 'replies-title' }, reply.title), ' ',
        element('span', { class: 'replies-text', lang: language }, text)));
    }));
  }

  /** @param {string} text */
  #choose(text) {
    this.#show(false);
    this.#onChoose(text);
    announce.status(t('desk.replies.chosen'), { force: true });
  }

  /** @param {boolean} open */
  #show(open) {
    this.#list.hidden = !open;
    this.#open.setAttribute('aria-expanded', String(open));
    if (open) this.#closed ??= layers.add(() => this.#back());
    else {
      this.#closed?.();
      this.#closed = null;
    }
    if (open) this.#list.querySelector('button')?.focus();
  }

  #back() {
    this.#show(false);
    this.#open.focus();
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.key !== 'Escape' || this.#list.hidden) return;
    // The innermost layer only (pattern T5).
    event.preventDefault();
    event.stopPropagation();
    this.#back();
  }
}

/**
 * @param {ReadyReply} reply
 * @param {string} language
 * @returns {[string, string]} the text, and the language that it is in
 */
function bodyOf(reply, language) {
  const text = language === 'en' ? reply.en : language === 'uk' ? reply.uk : null;
  return text === null ? [reply.pl, 'pl'] : [text, language];
}

/** @returns {ReadyReply[]} those that the server put into the page */
export function readyReplies() {
  return JSON.parse(document.getElementById('replies')?.textContent ?? '[]');
}
