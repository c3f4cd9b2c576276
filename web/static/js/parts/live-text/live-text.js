/**
 * Live text of a call (EN 301 549 6.2; compliance 2.2): a field whose letters the others see as they are typed, and what
 * the others type. A line that grows is not read out: once it has ended it moves into the log of the chat, which says it.
 *
 *     const live = new LiveText(chat, { send, nameOf, onOpen });
 *     live.follow(view.members, view.me);  live.hear(frame.utterance);  live.replace(frame.utterances);
 *
 * @typedef {import('../../protocol.js').UtteranceView} UtteranceView
 * @typedef {import('../../protocol.js').MemberView} MemberView
 * @typedef {import('../../protocol.js').LiveTextCommand} LiveTextCommand
 * @typedef {import('../../protocol.js').SetLiveTextCommand} SetLiveTextCommand
 * @typedef {'whole' | 'words' | 'nothing'} Reads what of the others' text a screen reader says
 */

import { announce } from '../../announce.js';
import { t } from '../../i18n.js';
import { element, setText } from '../element.js';
import { isolate, nodesOf } from '../people-words.js';
import { linesOf, LOST } from './edits.js';
import { withLost } from './lost-text.js';
import { LiveTextSender } from './sender.js';
import { WordReader } from './word-reader.js';

let lastId = 0;

export class LiveText {
  #chat;
  #send;
  #nameOf;
  #onOpen;
  #sender;
  #root = element('section', { class: 'live-text', hidden: true });
  #lines = element('ul', { class: 'live-lines' });
  #field;
  #state = element('p', { class: 'live-state', hidden: true });
  #words = new WordReader();
  /** Lines that are still written, by id. @type {Map<string, {view: UtteranceView, item: HTMLElement}>} */
  #growing = new Map();
  /** @type {string | null} */
  #me = null;
  /** Who else has it on. @type {Set<string> | null} */
  #othersOn = null;
  /** Whether this person has it on; null before the server has said what it knows. @type {boolean | null} */
  #isOn = null;
  #isTelling = false;
  /** They closed it while others write: it opens by itself no more. */
  #isDismissed = false;
  #isComposing = false;
  /** @type {Reads} */
  #reads = 'whole';

  /**
   * @param {import('../chat-log.js').ChatLog} chat whose log takes the ended lines, and beside whose field this stands
   * @param {object} options
   * @param {(command: LiveTextCommand | SetLiveTextCommand) => Promise<unknown>} options.send resolves when the server has it
   * @param {(view: UtteranceView) => string} [options.nameOf] how a writer is called
   * @param {(open: boolean, by: 'person' | 'other') => void} options.onOpen it was opened or closed
   */
  constructor(chat, { send, nameOf = ({ role }) => t(`call.role.${role}`), onOpen }) {
    this.#chat = chat;
    this.#send = send;
    this.#nameOf = nameOf;
    this.#onOpen = onOpen;
    const id = ++lastId;
    this.#field = element('textarea', {
      id: `live-field-${id}`, rows: '1', dir: 'auto', autocomplete: 'off', 'aria-describedby': `live-hint-${id}`,
      keydown: (event) => this.#onKey(/** @type {KeyboardEvent} */ (event)),
      input: () => this.#take(),
      compositionstart: () => { this.#isComposing = true; },
      compositionend: () => { this.#isComposing = false; this.#take(); },
    });
    const reads = element('select', {
      id: `live-reads-${id}`, class: 'live-reads', change: () => { this.#reads = /** @type {Reads} */ (reads.value); this.#words.clear(); },
    }, ...['whole', 'words', 'nothing'].map((value) => element('option', { value }, t(`call.live_text.reads.${value}`))));
    this.#root.setAttribute('aria-label', t('call.live_text.heading'));
    this.#lines.setAttribute('aria-label', t('call.live_text.now'));
    this.#root.append(
      this.#lines, this.#words.element,
      element('label', { class: 'chat-label', for: this.#field.id }, t('call.live_text.field')),
      this.#field, this.#state,
      element('div', { class: 'live-foot' },
        element('p', { class: 'live-hint', id: `live-hint-${id}` }, t('call.live_text.hint')),
        element('label', { class: 'live-read' }, t('call.live_text.read'), ' ', reads)),
    );
    chat.place(this.#root);
    this.#sender = new LiveTextSender({ send, onChange: (state) => this.#showState(state) });
    addEventListener('pagehide', this.#leave);
  }

  get isOpen() {
    return !this.#root.hidden;
  }

  /** What the control does. */
  toggle() {
    if (this.isOpen) return this.#close();
    this.#isOn = true;
    this.#isDismissed = false;
    this.#tellOn();
    this.#open('person');
    this.#field.focus();
  }

  /** Allows writing, or not: between calls there is nobody to read it. @param {boolean} enabled */
  setEnabled(enabled) {
    this.#field.disabled = !enabled;
  }

  /**
   * Who is there, and has it on.
   *
   * @param {MemberView[]} members
   * @param {string} me
   */
  follow(members, me) {
    this.#me = me;
    const own = members.find(({ member }) => member === me)?.live_text ?? false;
    if (this.#isOn === null) {
      this.#isOn = own;
      if (own) this.#open('person');
    } else if (own !== this.#isOn) this.#tellOn();
    const before = this.#othersOn ?? new Set();
    const others = members.filter(({ member }) => member !== me);
    this.#othersOn = new Set(others.filter(({ live_text: on }) => on).map(({ member }) => member));
    for (const { member, role } of others) {
      if (!this.#othersOn.has(member) || before.has(member)) continue;
      this.#isDismissed = false;
      this.#openedBy(role);
    }
  }

  /** A line as it is now. @param {UtteranceView} view */
  hear(view) {
    if (view.member === this.#me) {
      this.#sender.hear(view);
      if (view.ended_at) this.#chat.addLive(view, { quiet: true });
      return;
    }
    if (!this.isOpen && !this.#isDismissed && view.text !== '') this.#openedBy(view.role);
    if (this.#reads === 'words') this.#words.read(view.id, view.text, view.ended_at !== null);
    if (view.ended_at) this.#end(view, this.#reads !== 'whole');
    else this.#grow(view);
  }

  /** All lines so far, after a reconnect or a new room. @param {UtteranceView[]} views */
  replace(views) {
    const known = new Set(views.map(({ id }) => id));
    for (const { view } of this.#growing.values()) {
      // The server died with it. Until its writer tells it again, nobody knows how it went on.
      if (!known.has(view.id)) this.#grow({ ...view, text: `${view.text}${LOST}` });
    }
    for (const view of views) {
      if (view.member === this.#me || !view.ended_at) continue;
      this.#growing.get(view.id)?.item.remove();
      this.#growing.delete(view.id);
    }
    for (const view of views.filter(({ member, ended_at }) => member !== this.#me && ended_at === null)) this.#grow(view);
    const begun = this.#sender.replace(views.filter(({ member }) => member === this.#me));
    if (begun !== null && this.#field.value === '') this.#field.value = begun;
    this.#showLines();
  }

  /** Forgets everything, for the next call. */
  clear() {
    this.#sender.clear();
    this.#field.value = '';
    this.#growing.clear();
    this.#lines.replaceChildren();
    this.#words.clear();
    this.#isOn = this.#othersOn = null;
    this.#isDismissed = false;
    this.#root.hidden = true;
    this.#onOpen(false, 'other');
  }

  /** The page lets go of it. */
  close() {
    removeEventListener('pagehide', this.#leave);
    this.#sender.clear();
  }

  #leave = () => this.#sender.hurry();

  /** @param {'person' | 'other'} by */
  #open(by) {
    this.#root.hidden = false;
    this.#onOpen(true, by);
  }

  #close() {
    if (this.#field.value !== '') this.#endLine(this.#field.value);
    this.#isOn = false;
    this.#isDismissed = true;
    this.#tellOn();
    this.#root.hidden = true;
    this.#onOpen(false, 'person');
  }

  /** The other side began: it opens here too, with words and without moving the focus (L-18). @param {string} role */
  #openedBy(role) {
    if (this.isOpen) return;
    this.#open('other');
    announce.status(t(`call.said.live_text_on_by.${role}`), { force: true });
  }

  #tellOn() {
    if (this.#isTelling || this.#isOn === null) return;
    this.#isTelling = true;
    const on = this.#isOn;
    // Told again with the next view of the call that says otherwise.
    this.#send({ type: 'set-live-text', on }).catch(() => undefined).finally(() => {
      this.#isTelling = false;
      if (this.#isOn !== null && this.#isOn !== on) this.#tellOn();
    });
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    // A composing input method (isComposing) uses Enter to choose a candidate.
    if (event.key !== 'Enter' || event.isComposing) return;
    event.preventDefault();
    this.#endLine(this.#field.value);
  }

  /** @param {string} text */
  #endLine(text) {
    const { ended, open } = linesOf(text);
    for (const line of [...ended, open]) this.#sender.end(line);
    this.#field.value = '';
  }

  /** The field has changed: by keys, paste, undo, dictation or autocorrection. */
  #take() {
    // What is being composed may become another word. Telephones compose every word, of letters that stay.
    if (this.#isComposing && !matchMedia('(pointer: coarse)').matches) return;
    const { value, selectionStart } = this.#field;
    const { ended, open } = linesOf(value);
    for (const line of ended) this.#sender.end(line);
    if (ended.length > 0) {
      this.#field.value = open;
      const at = Math.max(0, selectionStart - (value.length - open.length));
      this.#field.setSelectionRange(at, at);
    }
    this.#sender.write(open);
  }

  /** @param {UtteranceView} view */
  #grow(view) {
    for (const { view: other } of [...this.#growing.values()]) {
      // Nobody writes two lines at once: the one before was broken off.
      if (other.member === view.member && other.id !== view.id) this.#end(other, true);
    }
    const known = this.#growing.get(view.id);
    if (known && known.view.text === view.text) return;
    const item = known?.item ?? element('li', { class: 'live-line' });
    const name = t('call.live_text.writes', { name: isolate(this.#nameOf(view)) });
    item.replaceChildren(
      element('span', { class: 'live-who' }, ...nodesOf(name)), ' ',
      element('span', { class: 'live-words', dir: 'auto' }, ...withLost(view.text)));
    item.hidden = view.text === '';
    if (!known) this.#lines.append(item);
    this.#growing.set(view.id, { view, item });
    this.#showLines();
  }

  /**
   * @param {UtteranceView} view
   * @param {boolean} quiet
   */
  #end(view, quiet) {
    this.#growing.get(view.id)?.item.remove();
    this.#growing.delete(view.id);
    this.#showLines();
    this.#chat.addLive(view, { quiet });
  }

  /** @param {{waits: boolean, lines: {id: string, text: string}[], failed: boolean}} state */
  #showState({ waits, lines, failed }) {
    for (const item of this.#lines.querySelectorAll('.live-own')) item.remove();
    for (const { text } of lines) {
      this.#lines.append(element('li', { class: 'live-line live-own' },
        element('span', { class: 'live-who' }, t('call.live_text.you')), ' ',
        element('span', { class: 'live-words', dir: 'auto' }, text)));
    }
    this.#showLines();
    this.#state.hidden = !waits && !failed;
    this.#state.classList.toggle('live-failed', failed);
    setText(this.#state, t(failed ? 'call.live_text.failed' : 'call.live_text.sending'));
    if (failed) announce.alert(t('call.live_text.failed'));
  }

  #showLines() {
    this.#lines.hidden = [...this.#lines.children].every((item) => item instanceof HTMLElement && item.hidden);
    this.#lines.scrollTop = this.#lines.scrollHeight;
  }
}
