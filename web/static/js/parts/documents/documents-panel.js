/**
 * The documents of a call: what is asked for, what was sent, and how to send more; the same for both sides. Knows no
 * socket: the owner sends, and hands in what the server says.
 *
 *     const documents = new DocumentsPanel(root, { role: 'citizen', send, onNews, onWanted });
 *     documents.show(frame);  documents.linked();  documents.clear();
 *
 * @typedef {import('../../protocol.js').DocumentsView} DocumentsView
 * @typedef {import('../../protocol.js').DocumentCommand} DocumentCommand
 * @typedef {import('../../protocol.js').DocumentRequestCommand} DocumentRequestCommand
 * @typedef {import('../../protocol.js').DocumentRequestView} RequestView
 * @typedef {import('./document-row.js').Shown} Shown
 */

import { formatTime, t } from '../../i18n.js';
import { ProblemError } from '../../socket.js';
import { element, setText } from '../element.js';
import { icon } from '../icon.js';
import { setWords } from '../people-words.js';
import { DocumentList } from './document-list.js';
import { DocumentNews } from './document-news.js';
import { refusalOf } from './early.js';
import { Fetching } from './fetching.js';
import { Chooser, listenForFiles } from './intake.js';
import { inWords, OwnDocuments } from './own-documents.js';
import { RequestCards, RequestDesk } from './requests.js';
import { formatSize } from './sizes.js';
import { Tray } from './tray.js';

/** Phones and tablets: there the camera is at hand. */
const HAS_CAMERA = '(pointer: coarse)';
let lastId = 0;

export class DocumentsPanel {
  #root;
  #send;
  #onNews;
  #onWanted;
  #own;
  #news;
  #requests;
  #list;
  #tray;
  #fetching = new Fetching({ say: (text) => this.#say(text), gone: () => this.#lost() });
  #chooser = new Chooser();
  #again = new Chooser({ many: false });
  #camera = new Chooser({ camera: true });
  #add;
  #adding;
  #rules = element('p', { class: 'hint' });
  #keep = element('p', { class: 'documents-keep' });
  #problem = element('p', { class: 'documents-problem', role: 'alert', hidden: true });
  #listeners = new AbortController();
  /** @type {DocumentsView | null} */
  #view = null;
  #unseen = 0;
  #open = false;

  /**
   * @param {HTMLElement} root is filled
   * @param {object} options
   * @param {'citizen' | 'clerk'} options.role the reader's
   * @param {(command: any) => Promise<unknown>} options.send a {@link DocumentCommand} or {@link DocumentRequestCommand}; resolves when it is done
   * @param {(news: {all: number, unseen: number, wishes: RequestView[]}) => void} options.onNews how many documents there are, how many came
   *   while nobody looked, and what the clerk asks for and has not got
   * @param {() => void} options.onWanted files were dropped or pasted: the panel is to be seen
   */
  constructor(root, { role, send, onNews, onWanted }) {
    this.#root = root;
    this.#send = send;
    this.#onNews = onNews;
    this.#onWanted = onWanted;
    this.#own = new OwnDocuments(send);
    this.#news = new DocumentNews(role);
    this.#own.addEventListener('change', () => { this.#news.follow(this.#own.all); this.#draw(); });
    this.#requests = role === 'clerk'
      ? new RequestDesk((command) => void this.#ask(command))
      : new RequestCards((request) => this.#chooser.open((files) => this.#choose(files, request)));
    this.#tray = new Tray({
      onReady: ({ blob, name, request }) => this.#offer(blob, name, request),
      onRefused: (name, reason) => this.#own.refuse(name, reason),
      onEmpty: () => this.#add.focus(),
      warns: role === 'clerk',
      level: role === 'clerk' ? 'h4' : 'h3',
    });
    // At the desk it stands under the heading of the side, in the window right under that of the call.
    const heading = element(role === 'clerk' ? 'h3' : 'h2', { class: 'documents-heading', id: `documents-heading-${++lastId}` }, t('documents.heading'));
    this.#list = new DocumentList({
      get: (shown) => void this.#fetching.get(shown), preview: (shown) => void this.#fetching.show(shown),
      stop: (shown) => void this.#takeBack(shown), takeBack: (shown) => void this.#takeBack(shown),
      again: (shown) => this.#chooseAgain(shown), dismiss: (shown) => { this.#own.forget(shown.own?.id ?? ''); this.#add.focus(); },
    }, heading.id);
    this.#add = element('button', {
      type: 'button', class: 'btn primary', click: () => this.#chooser.open((files) => this.#choose(files, null)),
    }, icon('clip'), t('documents.add'));
    const photo = element('button', {
      type: 'button', class: 'btn', hidden: !matchMedia(HAS_CAMERA).matches, click: () => this.#camera.open((files) => this.#choose(files, null)),
    }, icon('video'), t('documents.photo'));
    this.#adding = element('div', { class: 'documents-add' },
      element('div', { class: 'documents-buttons' }, this.#add, photo), this.#rules);
    root.classList.add('documents');
    root.append(
      element('div', { class: 'documents-scroll' }, heading, this.#requests.element, this.#problem, this.#tray.element, this.#adding,
        this.#list.element, this.#keep, element('p', { class: 'hint' }, t('documents.no_filing'))),
      element('p', { class: 'documents-drop', 'aria-hidden': 'true' }, t('documents.drop')),
      this.#chooser.element, this.#camera.element, this.#again.element);
    const isOpen = () => this.#view?.phase === 'open';
    const take = (/** @type {File[]} */ files) => { this.#onWanted(); this.#choose(files, null); };
    listenForFiles({ zone: root, isOpen, take, signal: this.#listeners.signal });
  }

  /** Whether something is on its way, which an end of the call would cut off. */
  get isSending() {
    return this.#own.isSending;
  }

  /** @param {DocumentsView} view */
  show(view) {
    if (this.#view && this.#view.call !== view.call) this.clear();
    this.#view = view;
    this.#own.follow(view);
    this.#count(this.#news.hear(view));
    this.#news.follow(this.#own.all);
    this.#draw();
  }

  /** Whether the panel is in view; opening it forgets what was unseen. @param {boolean} open */
  setOpen(open) {
    this.#open = open;
    this.#count(0);
  }

  /** The socket is there again: so may the way for bytes be. */
  linked() {
    this.#own.retry();
  }

  focus() {
    this.#add.focus();
  }

  /** To what is asked for. */
  focusWish() {
    this.#requests.focus();
  }

  /** Forgets everything, for the next call. */
  clear() {
    this.#own.close();
    for (const { id } of this.#own.all) this.#own.forget(id);
    this.#tray.clear();
    this.#list.clear();
    this.#news.clear();
    this.#fetching.close();
    this.#say(null);
    this.#view = null;
    this.#unseen = 0;
  }

  close() {
    this.clear();
    this.#listeners.abort();
    this.#root.replaceChildren();
  }

  #draw() {
    const view = this.#view;
    if (!view) return;
    const open = view.phase === 'open';
    this.#list.show({ ...view, documents: this.#thereOf(view) }, this.#own.all);
    this.#requests.show(view.requests, open);
    this.#adding.hidden = !open;
    setText(this.#rules, t('documents.rules', { limit: formatSize(view.max_bytes) }));
    setText(this.#keep, keepInWords(view));
  }

  /** @param {number} news */
  #count(news) {
    this.#unseen = this.#open ? 0 : this.#unseen + news;
    const view = this.#view;
    const all = view ? this.#thereOf(view).filter(({ state }) => state === 'ready').length : 0;
    const wishes = view?.phase === 'open' ? view.requests.filter(({ state }) => state === 'asked' || state === 'to-correct') : [];
    this.#onNews({ all, unseen: this.#unseen, wishes });
  }

  /** The documents but those that are known to be gone. @param {DocumentsView} view */
  #thereOf(view) {
    return view.documents.filter(({ document }) => !this.#fetching.isGone(document));
  }

  /** One is not there any more, of which no frame has told: it goes from the list, and the focus with it. */
  #lost() {
    const hadFocus = this.#list.element.contains(document.activeElement);
    this.#draw();
    this.#count(0);
    if (hadFocus && !this.#list.element.contains(document.activeElement)) this.focus();
  }

  /**
   * @param {File[]} files
   * @param {{id: string, name: string} | null} request
   */
  #choose(files, request) {
    const view = this.#view;
    if (!view) return;
    this.#say(null);
    const good = [];
    for (const file of files) {
      const reason = refusalOf(file, view);
      if (reason === null) good.push(file);
      else this.#own.refuse(file.name, reason);
    }
    if (good.length === 0) return;
    this.#tray.add(good, request);
    this.#tray.focus();
  }

  /**
   * @param {Blob} blob
   * @param {string} name
   * @param {string | null} request
   */
  #offer(blob, name, request) {
    const view = this.#view;
    if (!view) return;
    const held = view.documents.filter(({ state }) => state === 'ready' || state === 'checking' || state === 'sending').length;
    const waiting = this.#own.all.filter(({ state, known }) => !known && state === 'offered').length;
    if (held + waiting >= view.max_count) return this.#own.refuse(name, t('documents.early.too_many', { count: view.max_count }));
    const reason = refusalOf({ name, size: blob.size }, view);
    if (reason !== null) return this.#own.refuse(name, reason);
    this.#own.add(blob, name, request);
  }

  /** @param {Shown} shown */
  async #takeBack({ seen, own }) {
    if (own) this.#own.stop(own.id);
    this.#add.focus();
    if (!seen) return own ? this.#own.forget(own.id) : undefined;
    await this.#tell(this.#send({ type: 'take-back-document', document: seen.document }));
  }

  /** After a reload the file is to be chosen anew; the same one goes on where it stopped. @param {Shown} shown */
  #chooseAgain({ seen }) {
    if (!seen) return;
    this.#again.open(([file]) => {
      if (!file) return;
      if (file.size === seen.size_bytes && seen.upload && seen.id) return this.#own.goOn(seen.id, file, seen.upload);
      void this.#takeBack({ key: '', seen, own: null });
      this.#choose([file], null);
    });
  }

  /** @param {DocumentRequestCommand} command */
  async #ask(command) {
    await this.#tell(this.#send(command));
  }

  /** @param {Promise<unknown>} doing */
  async #tell(doing) {
    this.#say(null);
    try {
      await doing;
    } catch (error) {
      this.#say(error instanceof ProblemError ? inWords(error.problem) : t('documents.offline'));
    }
  }

  /** @param {string | null} text */
  #say(text) {
    this.#problem.hidden = text === null;
    setWords(this.#problem, text ?? '');
  }
}

/** When everything is gone. @param {DocumentsView} view */
export function keepInWords({ phase, delete_at, kept_min }) {
  if (phase === 'deleted') return t('documents.keep.deleted');
  if (delete_at !== null) return t('documents.keep.until', { time: formatTime(delete_at) });
  return kept_min === 0 ? t('documents.keep.at_once') : t('documents.keep.after', { count: kept_min });
}
