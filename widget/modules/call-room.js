import { t } from '../../js/i18n.js';
import { ChatLog } from '../../js/parts/chat-log.js';
import { Controls } from '../../js/parts/controls.js';
import { DocumentsPanel } from '../../js/parts/documents/documents-panel.js';
import { WishBanner } from '../../js/parts/documents/wish-banner.js';
import { LiveText } from '../../js/parts/live-text/live-text.js';
import { SmallWindow, smallWindowLabel } from '../../js/parts/small-window.js';
import { Stage } from '../../js/parts/stage.js';
import { Tabs } from '../../js/parts/tabs.js';
import { element } from './dom.js';

/** @typedef {'chat' | 'documents'} SidePart */

/** @typedef {'privacy' | 'terms' | 'accessibility' | 'report'} FootPage */

/** What the footer leads to, in its order. @type {readonly FootPage[]} */
const FOOT_PAGES = ['privacy', 'terms', 'accessibility', 'report'];

/** Wide enough for the chat beside the pictures (as in the style sheet). */
const ROOM_BESIDE = '(min-width: 52rem)';

/**
 * What is seen of a call: stage, controls, chat and documents, and how they share the window. Knows no socket and no
 * devices.
 */
export class CallRoom {
  stage;
  controls;
  chat;
  live;
  documents;
  small;
  #layout;
  #side;
  #tabs;
  #wish = new WishBanner({
    open: () => { this.#open('documents'); this.documents.focusWish(); },
    closed: () => this.controls.focus('documents'),
  });
  #head = element('div', { class: 'call-side-head' });
  #close = element('button', { type: 'button', class: 'btn quiet call-side-close' }, t('common.close'));
  #beside = matchMedia(ROOM_BESIDE);
  /** Until the person decides, the side is open where there is room for it. @type {boolean | null} */
  #decided = null;

  /**
   * @param {HTMLElement} root
   * @param {object} options
   * @param {string} options.me
   * @param {boolean} options.writesOnly the talk is in writing: the chat comes first and stays
   * @param {(id: string, text: string) => Promise<void>} options.send
   * @param {(command: import('../../js/protocol.js').LiveTextCommand | import('../../js/protocol.js').SetLiveTextCommand) => Promise<unknown>} options.sendLive
   * @param {(command: import('../../js/protocol.js').DocumentCommand) => Promise<unknown>} options.sendDocument
   * @param {(count: number) => void} options.onUnread
   * @param {{microphone: () => void, camera: () => void, screen: () => void, end: () => void, devices: () => void, small: () => void, ownWindow: (() => void) | null, page: (name: FootPage) => void}} options.press
   */
  constructor(root, { me, writesOnly, send, sendLive, sendDocument, onUnread, press }) {
    const stage = element('div', { class: 'call-stage' });
    this.#side = element('aside', { class: 'call-side' });
    this.#layout = element('div', { class: writesOnly ? 'call-layout writes' : 'call-layout' }, stage, this.#side);
    root.replaceChildren(this.#layout);
    this.stage = new Stage(stage);
    const bar = element('div');
    stage.append(bar);
    this.controls = new Controls(bar, {
      writes: writesOnly,
      press: {
        microphone: press.microphone, camera: press.camera, screen: press.screen, chat: () => this.#toggle('chat'), 'live-text': () => this.live.toggle(), documents: () => this.#toggle('documents'), end: press.end,
      },
      more: [
        { id: 'devices', icon: 'gear', label: t('panel.call.devices'), press: press.devices },
        ...(document.fullscreenEnabled ? [{ id: 'full', icon: 'full', label: t('call.screen.full'), press: () => void this.stage.toggleFull() }] : []),
        ...(SmallWindow.isPossible ? [{ id: 'small', icon: 'window', label: smallWindowLabel(false), press: press.small }] : []),
        ...(press.ownWindow ? [{ id: 'own-window', icon: 'next', label: `${t('panel.header.own_window')} ${t('common.new_tab')}`, press: press.ownWindow }] : []),
        { id: 'self', icon: 'user', label: t('call.stage.self_hide'), press: () => this.#toggleSelf() },
        { id: 'move', icon: 'swap', label: t('call.stage.self_move'), press: () => this.stage.moveSelf() },
        // The footer, where these stand on all other screens, is not shown in a call.
        ...FOOT_PAGES.map((name) => ({ id: name, icon: 'info', label: `${t(`common.footer.${name}`)} ${t('common.new_tab')}`, press: () => press.page(name) })),
      ],
    });
    this.small = new SmallWindow(this.stage, { press, onChange: (open) => this.controls.rename('small', smallWindowLabel(open)) });
    this.small.begin();
    const chat = element('div', { class: 'call-side-part' });
    const documents = element('div', { class: 'call-side-part' });
    this.#tabs = new Tabs({
      label: t('documents.tabs'),
      tabs: [{ id: 'chat', label: t('documents.chat_tab'), panel: chat }, { id: 'documents', label: t('documents.tab'), panel: documents }],
      onChange: () => this.#arrange(),
    });
    this.#close.hidden = writesOnly;
    this.#close.addEventListener('click', () => this.#toggle(this.#part));
    this.#head.append(this.#tabs.element, this.#close);
    this.#side.append(this.#head, chat, documents);
    this.chat = new ChatLog(chat, {
      me,
      send,
      onUnread: (count) => {
        this.controls.show({ unread: count });
        onUnread(count);
      },
    });
    this.live = new LiveText(this.chat, { send: sendLive, onOpen: (open, by) => this.#liveOpened(open, by) });
    this.documents = new DocumentsPanel(documents, {
      role: 'citizen',
      send: sendDocument,
      onNews: ({ all, unseen, wishes }) => {
        this.controls.show({ arrived: unseen });
        this.#wish.show(wishes, this.#isOpen && this.#part === 'documents');
        this.#tabs.rename('documents', all === 0 ? t('documents.tab') : t('documents.tab_count', { count: all }));
      },
      onWanted: () => this.#open('documents'),
    });
    if (writesOnly) {
      this.#decided = true;
      this.controls.offer('chat', false);
      // Nobody who only writes has a picture of their own.
      this.#toggleSelf();
    }
    this.#beside.addEventListener('change', this.#arrange);
    this.#arrange();
  }

  close() {
    this.#beside.removeEventListener('change', this.#arrange);
    this.small.end();
    this.live.close();
    this.documents.close();
    this.controls.close();
    this.stage.close();
    this.#layout.remove();
  }

  get #isOpen() {
    return this.#decided ?? this.#beside.matches;
  }

  /** @returns {SidePart} what the side shows, or would */
  get #part() {
    return /** @type {SidePart} */ (this.#tabs.current);
  }

  #arrange = () => {
    const open = this.#isOpen;
    const part = this.#part;
    this.#side.hidden = !open;
    this.#layout.classList.toggle('with-chat', open);
    this.controls.show({ chat: open && part === 'chat', documents: open && part === 'documents' });
    // Where the pictures make way for writing there is no room over them. Moved only if need be: that would take the focus away.
    const wish = this.#wish.element;
    const isInSide = this.#head.contains(wish);
    if (open && !this.#beside.matches && !isInSide) this.#head.append(wish);
    else if (isInSide ? !open || this.#beside.matches : !wish.isConnected) this.stage.addLine(wish);
    this.#close.setAttribute('aria-label', t(`call.controls.${part}_close`));
    this.chat.setOpen(open && part === 'chat');
    this.documents.setOpen(open && part === 'documents');
  };

  /** @param {boolean} open @param {'person' | 'other'} by */
  #liveOpened(open, by) {
    this.controls.show({ 'live-text': open });
    // Nobody is torn away from the documents by the other side.
    const isAtDocuments = this.#isOpen && this.#part === 'documents' && this.#side.contains(document.activeElement);
    if (open && (by === 'person' || !isAtDocuments)) this.#open('chat');
    if (!open && by === 'person') this.controls.focus('live-text');
  }

  /** @param {SidePart} part */
  #open(part) {
    this.#decided = true;
    this.#tabs.show(part);
    this.#arrange();
  }

  /** @param {SidePart} part */
  #toggle(part) {
    const closes = this.#isOpen && this.#part === part;
    // Where the talk is in writing the chat stays: closing the documents leads back to it.
    if (closes && this.#close.hidden) this.#open('chat');
    else if (closes) {
      this.#decided = false;
      this.#arrange();
    } else this.#open(part);
    if (closes) this.controls.focus(part);
    else if (part === 'chat') this.chat.focus();
    else this.documents.focus();
  }

  #toggleSelf() {
    this.stage.selfHidden = !this.stage.selfHidden;
    this.controls.rename('self', t(this.stage.selfHidden ? 'call.stage.self_show' : 'call.stage.self_hide'));
  }
}
