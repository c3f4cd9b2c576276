/**
 * The chat of a call: what was written, and the field to write in (pattern T4). Knows no socket: the owner sends, and
 * hands in what the server says. A message has its id from here, so one that is sent twice is shown once.
 *
 *     const chat = new ChatLog(root, { me, send: (id, text) => connection.send({ type: 'chat', id, text }) });
 *     chat.add(frame.message);  chat.replace(frame.messages);
 *
 * @typedef {import('../protocol.js').ChatView} ChatView
 * @typedef {import('../protocol.js').UtteranceView} UtteranceView
 * @typedef {{id: string, item: HTMLElement, state: HTMLElement, text: string, stage: 'sending' | 'sent' | 'failed', told: boolean}} Own
 * `told`: the person knows that it was sent
 */

import { announce } from '../announce.js';
import { serverNow } from '../clock.js';
import { formatTime, t } from '../i18n.js';
import { MAX_CHAT_CHARS } from '../protocol.js';
import { element, setText } from './element.js';
import { icon } from './icon.js';
import { linked } from './linked-text.js';
import { withLost } from './live-text/lost-text.js';
import { isolate, nodesOf } from './people-words.js';

/** The count of what is left is shown only when it begins to matter. */
const COUNT_FROM_LEFT = 200;
/** So much of a message is read out while the chat is closed (L-16). */
const READ_OUT_CHARS = 100;
/** The reader is "at the end" when so close to it; then new messages scroll into view. */
const END_PX = 48;
const MAX_ROWS = 5;
/** Screen readers look at the log a moment after a change; only then it may be live again. */
const QUIET_MS = 500;

let lastId = 0;

export class ChatLog {
  #send;
  #me;
  #nameOf;
  #onUnread;
  #root;
  /** @type {HTMLElement} */
  #log;
  /** @type {HTMLTextAreaElement} */
  #field;
  /** @type {HTMLElement} */
  #count;
  #empty;
  /** @type {Set<string>} */
  #shown = new Set();
  /** @type {Map<string, Own>} */
  #own = new Map();
  #open = true;
  #unread = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #quiet;

  /**
   * @param {HTMLElement} root is filled with the log and the field; the heading that names them stands in it or is made
   * @param {object} options
   * @param {string | null} options.me the own member id; `setMe` when it is known later
   * @param {(id: string, text: string) => Promise<unknown>} options.send resolves when the server has it
   * @param {(message: ChatView | UtteranceView) => string} [options.nameOf] how the author is called; by default their role
   * @param {(count: number) => void} [options.onUnread] how many messages came while the chat was closed
   * @param {string} [options.intro] a fixed line above the first message
   * @param {HTMLElement | null} [options.tools] what stands by the field
   */
  constructor(root, { me, send, nameOf = roleName, onUnread = () => {}, intro = t('call.chat.intro'), tools = null }) {
    this.#root = root;
    this.#me = me;
    this.#send = send;
    this.#nameOf = nameOf;
    this.#onUnread = onUnread;
    const id = ++lastId;
    const heading = this.#heading(`chat-heading-${id}`);
    this.#empty = element('p', { class: 'chat-empty' }, intro);
    this.#log = element('div', {
      class: 'chat-log', role: 'log', 'aria-live': 'polite', tabindex: '0', 'aria-labelledby': heading.id,
    });
    this.#field = element('textarea', {
      id: `chat-field-${id}`, rows: '1', dir: 'auto', 'aria-describedby': `chat-hint-${id} chat-count-${id}`,
      keydown: (event) => this.#onKey(/** @type {KeyboardEvent} */ (event)), input: () => this.#measure(),
    });
    this.#count = element('p', { class: 'chat-count', id: `chat-count-${id}`, hidden: true });
    const form = element('form', {
      class: 'chat-form', submit: (event) => { event.preventDefault(); this.#write(); },
    },
      element('label', { class: 'chat-label', for: this.#field.id }, t('call.chat.field')),
      element('div', { class: 'chat-row' }, this.#field,
        element('button', { type: 'submit', class: 'btn primary chat-send' }, icon('send'), t('call.chat.send'))),
      this.#count,
      ...(tools ? [tools] : []),
      element('p', { class: 'chat-hint', id: `chat-hint-${id}` }, t('call.chat.hint')));
    root.classList.add('chat');
    root.append(this.#empty, this.#log, form);
  }

  /** @param {string} me */
  setMe(me) {
    this.#me = me;
  }

  /** Adds one message. Our own comes back from the server and is then known to be sent. @param {ChatView} message */
  add(message) {
    const own = this.#own.get(message.id);
    if (own) return this.#delivered(own);
    if (this.#shown.has(message.id)) return;
    this.#show(message, message.member === this.#me);
    if (message.member !== this.#me && !this.#open) this.#missed(message);
  }

  /**
   * All messages so far, after a reconnect. What the person wrote and only this browser still has is offered to the
   * server again, under the same id: the transcript is in its memory only, and may have died with it.
   *
   * @param {ChatView[]} messages oldest first
   * @param {UtteranceView[]} [utterances] all live text
   */
  replace(messages, utterances = []) {
    const known = new Set(messages.map((message) => message.id));
    const ended = utterances.flatMap((view) => (view.ended_at ? [{ ended_at: view.ended_at, view }] : []));
    for (const message of messages) {
      while (ended[0] && ended[0].ended_at < message.at) this.addLive(/** @type {any} */ (ended.shift()).view, { quiet: true });
      const own = this.#own.get(message.id);
      if (own) this.#delivered(own);
      // What is old is there to be read, not read out.
      else if (!this.#shown.has(message.id)) this.#show(message, true);
    }
    for (const { view } of ended) this.addLive(view, { quiet: true });
    for (const own of this.#own.values()) {
      // One that is being sent goes out by itself.
      if (own.stage !== 'sending' && !known.has(own.id)) void this.#deliver(own);
    }
  }

  /**
   * Adds a line of live text that has ended.
   *
   * @param {UtteranceView} view
   * @param {{quiet: boolean}} options `quiet`: it is not read out
   */
  addLive(view, { quiet }) {
    const key = `live ${view.member} ${view.id}`;
    if (view.text === '' || this.#shown.has(key)) return;
    this.#shown.add(key);
    const mine = view.member === this.#me;
    this.#append(this.#item(view, mine, 'call.live_text.author'), quiet || mine);
    if (!mine && !this.#open && !quiet) this.#missed(view);
  }

  /** Puts something of the same talk between log and field. @param {HTMLElement} part */
  place(part) {
    this.#log.after(part);
  }

  /** Whether the chat is in view; opening it forgets what was unread. @param {boolean} open */
  setOpen(open) {
    this.#open = open;
    if (open && this.#unread > 0) this.#onUnread((this.#unread = 0));
    if (open) this.#toEnd();
  }

  /** Allows writing, or not: between calls there is nobody to read it. @param {boolean} enabled */
  setEnabled(enabled) {
    this.#field.disabled = !enabled;
    const button = this.#root.querySelector('.chat-send');
    if (button instanceof HTMLButtonElement) button.disabled = !enabled;
  }

  focus() {
    this.#field.focus();
  }

  /** Puts words where the cursor is, to be changed before they are sent. @param {string} text */
  insert(text) {
    const { selectionStart, selectionEnd, value } = this.#field;
    const gap = /(^|\s)$/.test(value.slice(0, selectionStart)) ? '' : ' ';
    this.#field.setRangeText(gap + text, selectionStart, selectionEnd, 'end');
    this.#measure();
    this.#field.focus();
  }

  /** Forgets everything, for the next call. */
  clear() {
    this.#shown.clear();
    this.#own.clear();
    this.#log.replaceChildren();
    this.#field.value = '';
    this.#measure();
    this.#empty.hidden = false;
    if (this.#unread > 0) this.#onUnread((this.#unread = 0));
  }

  /** @param {string} id */
  #heading(id) {
    const found = this.#root.querySelector('h2, h3');
    const heading = found ?? element('h2', { class: 'visually-hidden' }, t('call.chat.heading'));
    heading.id ||= id;
    if (!found) this.#root.prepend(heading);
    return heading;
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    // A composing input method (isComposing) uses Enter to choose a candidate.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#write();
  }

  #write() {
    const text = this.#field.value.trim();
    if (text === '' || [...text].length > MAX_CHAT_CHARS) return this.#field.focus();
    const id = newId();
    const message = { id, member: this.#me ?? '', role: /** @type {const} */ ('citizen'), at: new Date(serverNow()).toISOString(), text };
    const own = this.#keep(message, this.#item(message, true), 'sending');
    this.#shown.add(id);
    this.#append(own.item, true);
    this.#field.value = '';
    this.#measure();
    this.#field.focus();
    void this.#deliver(own);
  }

  /**
   * Remembers what the person wrote.
   *
   * @param {ChatView} message
   * @param {HTMLElement} item
   * @param {Own['stage']} stage
   */
  #keep({ id, text }, item, stage) {
    const state = element('span', { class: 'chat-state' });
    item.append(state);
    const own = { id, item, state, text, stage, told: stage === 'sent' };
    this.#own.set(id, own);
    return own;
  }

  /** @param {Own} own */
  async #deliver(own) {
    own.stage = 'sending';
    own.item.classList.remove('chat-failed');
    own.state.replaceChildren(t('call.chat.sending'));
    try {
      await this.#send(own.id, own.text);
      this.#delivered(own);
    } catch {
      own.stage = 'failed';
      own.told = false;
      own.item.classList.add('chat-failed');
      const retry = element('button', {
        type: 'button', class: 'chat-again', click: () => { this.#field.focus(); void this.#deliver(own); },
      }, t('call.chat.again'));
      own.state.replaceChildren(t('call.chat.failed'), ' ', retry);
      announce.alert(t('call.chat.failed_said'), { force: true });
    }
  }

  /** @param {Own} own */
  #delivered(own) {
    own.item.classList.remove('chat-failed');
    setText(own.state, t('call.chat.sent'));
    // Said once: the server's copy and its acknowledgement may come in either order.
    if (!own.told) announce.status(t('call.chat.sent_said'), { force: true });
    own.told = true;
    own.stage = 'sent';
  }

  /**
   * @param {ChatView | UtteranceView} message
   * @param {boolean} mine
   * @param {string} author the words that say whose it is
   */
  #item(message, mine, author = 'call.chat.author') {
    const who = mine ? t('call.chat.you') : this.#nameOf(message);
    const label = t(author, { name: isolate(who), time: formatTime(message.at) });
    return element('div', { class: mine ? 'chat-item chat-mine' : 'chat-item' },
      element('p', {},
        element('span', { class: 'chat-who' }, ...nodesOf(label)), ' ',
        element('span', { class: 'chat-text', dir: 'auto' }, ...withLost(message.text, linked))));
  }

  /**
   * @param {ChatView} message
   * @param {boolean} quiet
   */
  #show(message, quiet) {
    this.#shown.add(message.id);
    const mine = message.member === this.#me;
    const item = this.#item(message, mine);
    if (mine) this.#keep(message, item, 'sent');
    this.#append(item, quiet);
  }

  /**
   * @param {HTMLElement} item
   * @param {boolean} quiet own words need no reading back: the log is silent while they are added (pattern T4)
   */
  #append(item, quiet) {
    const atEnd = this.#isAtEnd();
    this.#empty.hidden = true;
    if (quiet || !this.#open) {
      this.#log.setAttribute('aria-live', 'off');
      clearTimeout(this.#quiet);
      this.#quiet = setTimeout(() => this.#log.setAttribute('aria-live', 'polite'), QUIET_MS);
    }
    this.#log.append(item);
    if (quiet || atEnd) this.#toEnd();
  }

  /** @param {ChatView | UtteranceView} message */
  #missed(message) {
    this.#unread += 1;
    this.#onUnread(this.#unread);
    const text = [...message.text].slice(0, READ_OUT_CHARS).join('');
    announce.status(t('call.chat.missed', { from: t(`call.from.${message.role}`), text }));
  }

  #isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#log;
    return scrollHeight - scrollTop - clientHeight < END_PX;
  }

  #toEnd() {
    this.#log.scrollTop = this.#log.scrollHeight;
  }

  /** Says how much room is left, as the server counts it, and lets the field grow with its text. */
  #measure() {
    const left = MAX_CHAT_CHARS - [...this.#field.value.trim()].length;
    this.#count.hidden = left > COUNT_FROM_LEFT;
    this.#count.classList.toggle('chat-over', left < 0);
    if (left < 0) this.#field.setAttribute('aria-invalid', 'true');
    else this.#field.removeAttribute('aria-invalid');
    if (!this.#count.hidden) {
      setText(this.#count, t(left < 0 ? 'call.chat.over' : 'call.chat.left', { count: Math.abs(left) }));
    }
    const atEnd = this.#isAtEnd();
    this.#field.rows = 1;
    while (this.#field.rows < MAX_ROWS && this.#field.scrollHeight > this.#field.clientHeight) this.#field.rows += 1;
    // The field takes its room from the log: the last message must not slip out of sight.
    if (atEnd) this.#toEnd();
  }
}

/** @param {{role: import('../protocol.js').Role}} message */
function roleName(message) {
  return t(`call.role.${message.role}`);
}

/** Not `randomUUID()`, which pages without TLS lack. */
export function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
