/**
 * What a clerk asks for: cards to answer for the citizen, a field and a list for the clerk.
 *
 * @typedef {import('../../protocol.js').DocumentRequestView} RequestView
 * @typedef {import('../../protocol.js').DocumentRequestCommand} RequestCommand
 */

import { t } from '../../i18n.js';
import { element, setText } from '../element.js';
import { icon } from '../icon.js';
import { isolate, nodesOf } from '../people-words.js';

const MAX_CHARS = 120;
let lastId = 0;

/** The citizen's: a card for each wish, with one button that answers it. */
export class RequestCards {
  element = element('ul', { class: 'request-list', hidden: true });
  #answer;
  /** @type {Map<string, {card: HTMLLIElement, title: HTMLElement, state: HTMLElement, button: HTMLButtonElement}>} */
  #cards = new Map();

  /** @param {(request: {id: string, name: string}) => void} answer */
  constructor(answer) {
    this.#answer = answer;
  }

  /** @param {RequestView[]} requests @param {boolean} open */
  show(requests, open) {
    forgetOthers(this.#cards, requests);
    for (const request of requests) {
      const { card, state, button } = this.#cards.get(request.request) ?? this.#make(request);
      card.dataset.state = request.state;
      setText(state, t(`documents.request.${request.state}`));
      button.hidden = !open;
      button.classList.toggle('primary', request.state === 'asked' || request.state === 'to-correct');
    }
    this.element.hidden = requests.length === 0;
  }

  /** To the answer of the first that waits for one. */
  focus() {
    const waiting = [...this.#cards.values()].find(({ button }) => button.classList.contains('primary') && !button.hidden);
    waiting?.button.focus();
  }

  /** @param {RequestView} request */
  #make({ request: id, name }) {
    const title = element('strong', {}, ...nodesOf(t('documents.request.card', { name: isolate(name) })));
    const state = element('span', { class: 'request-state' });
    const button = element('button', { type: 'button', class: 'btn', click: () => this.#answer({ id, name }) },
      icon('plus'), t('documents.request.answer'), element('span', { class: 'visually-hidden' }, ` ${name}`));
    const card = element('li', { class: 'request' }, element('p', { class: 'request-words' }, title, state), button);
    const made = { card, title, state, button };
    this.#cards.set(id, made);
    this.element.append(card);
    return made;
  }
}

/** The clerk's: a field to ask, and what became of each wish. */
export class RequestDesk {
  element;
  #send;
  #field;
  #form;
  #list = element('ul', { class: 'request-list', hidden: true });
  /** @type {Map<string, {card: HTMLLIElement, state: HTMLElement, correct: HTMLButtonElement, drop: HTMLButtonElement}>} */
  #cards = new Map();

  /** @param {(command: RequestCommand) => void} send */
  constructor(send) {
    this.#send = send;
    const id = `request-${++lastId}`;
    this.#field = element('input', { type: 'text', id, dir: 'auto', maxlength: String(MAX_CHARS), autocomplete: 'off', 'aria-describedby': `${id}-hint` });
    this.#form = element('form', { class: 'request-form', submit: (event) => { event.preventDefault(); this.#ask(); } },
      element('label', { for: id }, t('documents.request.field')),
      element('div', { class: 'request-row' }, this.#field,
        element('button', { type: 'submit', class: 'btn' }, t('documents.request.ask'))),
      element('p', { class: 'hint', id: `${id}-hint` }, t('documents.request.hint')));
    this.element = element('div', { class: 'request-desk' }, this.#form, this.#list);
  }

  /** @param {RequestView[]} requests @param {boolean} open */
  show(requests, open) {
    forgetOthers(this.#cards, requests);
    this.#form.hidden = !open;
    for (const request of requests) {
      const { card, state, correct, drop } = this.#cards.get(request.request) ?? this.#make(request);
      card.dataset.state = request.state;
      setText(state, t(`documents.request.own_${request.state}`));
      correct.hidden = !open || (request.state !== 'sent' && request.state !== 'opened');
      drop.hidden = !open;
    }
    this.#list.hidden = requests.length === 0;
  }

  focus() {
    this.#field.focus();
  }

  #ask() {
    const name = this.#field.value.trim();
    this.#field.focus();
    if (name === '') return;
    this.#field.value = '';
    this.#send({ type: 'ask-document', name });
  }

  /** @param {RequestView} request */
  #make({ request, name }) {
    const state = element('span', { class: 'request-state' });
    const about = () => element('span', { class: 'visually-hidden' }, ` ${name}`);
    const correct = element('button', {
      type: 'button', class: 'btn quiet', click: () => { this.#field.focus(); this.#send({ type: 'ask-document-again', request }); },
    }, t('documents.request.correct'), about());
    const drop = element('button', {
      type: 'button', class: 'btn quiet', click: () => { this.#field.focus(); this.#send({ type: 'drop-document-request', request }); },
    }, t('documents.request.drop'), about());
    const card = element('li', { class: 'request' },
      element('p', { class: 'request-words' }, element('bdi', {}, name), state),
      element('div', { class: 'request-actions' }, correct, drop));
    const made = { card, state, correct, drop };
    this.#cards.set(request, made);
    this.#list.append(card);
    return made;
  }
}

/**
 * @param {Map<string, {card: HTMLElement}>} cards
 * @param {RequestView[]} requests
 */
function forgetOthers(cards, requests) {
  const wanted = new Set(requests.map(({ request }) => request));
  for (const [id, { card }] of cards) {
    if (wanted.has(id)) continue;
    card.remove();
    cards.delete(id);
  }
}
