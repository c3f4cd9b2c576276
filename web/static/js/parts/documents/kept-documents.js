/**
 * The documents of a call that is over, for as long as they can be fetched, and the word that they are gone.
 *
 * @typedef {import('../../protocol.js').DocumentsView} DocumentsView
 */

import { announce } from '../../announce.js';
import { formatTime, t } from '../../i18n.js';
import { element, setText } from '../element.js';
import { setWords } from '../people-words.js';
import { DocumentList } from './document-list.js';
import { Fetching } from './fetching.js';

let lastId = 0;

export class KeptDocuments {
  #root;
  #heading;
  #until = element('p', { class: 'documents-keep' });
  #remind = element('p', {}, t('documents.kept.remind'));
  #problem = element('p', { class: 'documents-problem', role: 'alert', hidden: true });
  #list;
  #close;
  #fetching = new Fetching({ say: (text) => this.#say(text), gone: () => this.#lost() });
  /** @type {DocumentsView | null} */
  #view = null;

  /**
   * @param {HTMLElement} root is filled, and hidden while there is nothing to fetch and nothing to say
   * @param {'h2' | 'h3'} level of its heading
   * @param {object} [options]
   * @param {string} [options.title]
   * @param {() => void} [options.onClosed] where the word that they are gone may be put away: what follows
   */
  constructor(root, level, { title = t('documents.kept.heading'), onClosed } = {}) {
    this.#root = root;
    this.#heading = element(level, { id: `kept-heading-${++lastId}`, tabindex: '-1' }, title);
    const heading = this.#heading;
    this.#close = onClosed
      ? element('button', { type: 'button', class: 'btn quiet', hidden: true, click: onClosed }, t('common.close'), element('span', { class: 'visually-hidden' }, `: ${title}`))
      : null;
    const nothing = () => {};
    this.#list = new DocumentList({
      get: (shown) => void this.#fetching.get(shown), preview: (shown) => void this.#fetching.show(shown),
      stop: nothing, takeBack: nothing, again: nothing, dismiss: nothing,
    }, heading.id);
    root.classList.add('kept-documents');
    root.setAttribute('aria-labelledby', heading.id);
    root.append(heading, this.#until, this.#remind, this.#problem, this.#list.element);
    if (this.#close) root.append(this.#close);
    root.hidden = true;
  }

  /** @param {DocumentsView} view */
  show(view) {
    const before = this.#view?.call === view.call ? this.#view : null;
    if (view.phase === 'open') return this.hide();
    this.#view = view;
    const ready = view.documents.filter(({ state }) => state === 'ready');
    const documents = ready.filter(({ document }) => !this.#fetching.isGone(document));
    const isGone = view.phase === 'deleted' || (ready.length > 0 && documents.length === 0);
    // That documents are gone is told to those who saw that there were any.
    this.#root.hidden = documents.length === 0 && !(isGone && before !== null && !this.#root.hidden);
    this.#list.show({ ...view, documents, requests: [] }, []);
    this.#list.element.hidden = isGone;
    this.#remind.hidden = isGone;
    if (this.#close) this.#close.hidden = !isGone;
    setText(this.#until, isGone ? t('documents.keep.deleted') : t('documents.kept.until', { time: formatTime(view.delete_at ?? 0) }));
    if (isGone) this.#fetching.close();
    if (view.phase === 'deleted' && before?.phase === 'kept' && !this.#root.hidden) announce.status(t('documents.said.deleted'), { force: true });
  }

  /** One is not there any more, of which no frame has told: it goes from the list, and the focus with it. */
  #lost() {
    const hadFocus = this.#list.element.contains(document.activeElement);
    if (this.#view) this.show(this.#view);
    if (hadFocus && (this.#list.element.hidden || !this.#list.element.contains(document.activeElement))) this.#heading.focus();
  }

  hide() {
    this.#view = null;
    this.#root.hidden = true;
    this.#say(null);
    this.#fetching.close();
    this.#list.clear();
  }

  /** @param {string | null} text */
  #say(text) {
    this.#problem.hidden = text === null;
    setWords(this.#problem, text ?? '');
  }
}
