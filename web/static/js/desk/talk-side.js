/**
 * What stands beside the picture at the desk: chat with live text, and documents, one of them at a time. Wide windows always show them;
 * in narrow ones they are opened by the controls.
 *
 * @typedef {import('../protocol.js').ChatView} ChatView
 * @typedef {'chat' | 'documents'} SidePart
 */

import { t } from '../i18n.js';
import { ChatLog } from '../parts/chat-log.js';
import { DocumentsPanel } from '../parts/documents/documents-panel.js';
import { LiveText } from '../parts/live-text/live-text.js';
import { Tabs } from '../parts/tabs.js';
import { part } from './dom.js';
import { ReadyReplies, readyReplies } from './ready-replies.js';

/** Below this width it is a drawer of the call; above it stands beside. */
const WIDE = '(min-width: 64rem)';

export class TalkSide {
  chat;
  live;
  documents;
  #controls;
  #box = part('talk');
  #tabs;
  #replies = new ReadyReplies(readyReplies(), (text) => this.chat.insert(text));
  #wide = matchMedia(WIDE);
  #inCall = false;
  #wanted = false;

  /**
   * @param {import('../parts/controls.js').Controls} controls
   * @param {object} options
   * @param {(command: import('../protocol.js').DeskCommand) => Promise<unknown>} options.send
   * @param {(message: ChatView | import('../protocol.js').UtteranceView) => string} options.nameOf how the author of a message is called
   */
  constructor(controls, { send, nameOf }) {
    this.#controls = controls;
    this.#tabs = new Tabs({
      label: t('documents.tabs'),
      tabs: [
        { id: 'chat', label: t('documents.chat_tab'), panel: part('chat') },
        { id: 'documents', label: t('documents.tab'), panel: part('documents') },
      ],
      onChange: () => this.#place(),
    });
    this.#box.prepend(this.#tabs.element);
    this.chat = new ChatLog(part('chat'), {
      me: null, send: (id, text) => send({ type: 'chat', id, text }), nameOf, onUnread: (unread) => controls.show({ unread }),
      tools: this.#replies.element,
    });
    this.live = new LiveText(this.chat, { send, nameOf, onOpen: (open, by) => this.#liveOpened(open, by) });
    this.documents = new DocumentsPanel(part('documents'), {
      role: 'clerk',
      send,
      onNews: ({ all, unseen }) => {
        controls.show({ arrived: unseen });
        this.#tabs.rename('documents', all === 0 ? t('documents.tab') : t('documents.tab_count', { count: all }));
      },
      onWanted: () => this.#open('documents'),
    });
    this.#wide.addEventListener('change', () => this.#place());
  }

  /** The citizen's language, in which the office's replies are written. @param {string} language */
  speak(language) {
    this.#replies.speak(language);
  }

  /** @param {boolean} inCall */
  setInCall(inCall) {
    this.#inCall = inCall;
    this.chat.setEnabled(inCall);
    this.live.setEnabled(inCall);
    this.#place();
  }

  /** Opens one part and puts the focus into it. @param {SidePart} which */
  focus(which) {
    if (!this.#inCall) return;
    this.#open(which);
    this[which].focus();
  }

  /** What a control does: opens its part, or closes it again. @param {SidePart} which */
  toggle(which) {
    if (!this.#isOpen || this.#tabs.current !== which) return this.focus(which);
    // Beside the picture there is always one of them: closing the documents leads back to the chat.
    if (this.#wide.matches) this.#tabs.show('chat');
    else this.#wanted = false;
    this.#place();
    this.#controls.focus(which);
  }

  /** Switches live text on beside the chat, or off. */
  toggleLive() {
    if (this.#inCall) this.live.toggle();
  }

  /** Forgets everything, for the next call. */
  clear() {
    this.chat.clear();
    this.live.clear();
    this.#replies.close();
    this.documents.clear();
    this.#tabs.show('chat');
    this.#wanted = false;
  }

  get #isOpen() {
    return this.#inCall && (this.#wide.matches || this.#wanted);
  }

  /** @param {boolean} open @param {'person' | 'other'} by */
  #liveOpened(open, by) {
    this.#controls.show({ 'live-text': open });
    // Nobody is torn away from the documents by the other side.
    if (open && (by === 'person' || !part('documents').contains(document.activeElement))) this.#open('chat');
    if (!open && by === 'person') this.#controls.focus('live-text');
  }

  /** @param {SidePart} which */
  #open(which) {
    this.#wanted = true;
    this.#tabs.show(which);
    this.#place();
  }

  #place() {
    const open = this.#isOpen;
    const seen = (/** @type {SidePart} */ which) => open && this.#tabs.current === which;
    this.#controls.offer('chat', !this.#wide.matches);
    this.#controls.show({ chat: seen('chat'), documents: seen('documents') });
    this.#box.hidden = !open;
    this.chat.setOpen(seen('chat'));
    this.documents.setOpen(seen('documents'));
  }
}
