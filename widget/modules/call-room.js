import { t } from '../../js/i18n.js';
import { ChatLog } from '../../js/parts/chat-log.js';
import { Controls } from '../../js/parts/controls.js';
import { Stage } from '../../js/parts/stage.js';
import { element } from './dom.js';

/** Wide enough for the chat beside the pictures (as in the style sheet). */
const ROOM_BESIDE = '(min-width: 52rem)';

/**
 * What is seen of a call: stage, controls and chat, and how they share the window. Knows no socket and no devices.
 */
export class CallRoom {
  stage;
  controls;
  chat;
  #layout;
  #side;
  #beside = matchMedia(ROOM_BESIDE);
  /** Until the person decides, the chat is open where there is room for it. @type {boolean | null} */
  #decided = null;

  /**
   * @param {HTMLElement} root
   * @param {object} options
   * @param {string} options.me
   * @param {boolean} options.writesOnly the talk is in writing: the chat comes first and stays
   * @param {(id: string, text: string) => Promise<void>} options.send
   * @param {(count: number) => void} options.onUnread
   * @param {{microphone: () => void, camera: () => void, screen: () => void, end: () => void, devices: () => void}} options.press
   */
  constructor(root, { me, writesOnly, send, onUnread, press }) {
    const stage = element('div', { class: 'call-stage' });
    this.#side = element('aside', { class: 'call-side' });
    this.#layout = element('div', { class: writesOnly ? 'call-layout writes' : 'call-layout' }, stage, this.#side);
    root.replaceChildren(this.#layout);
    this.stage = new Stage(stage);
    const bar = element('div');
    stage.append(bar);
    this.controls = new Controls(bar, {
      press: {
        microphone: press.microphone, camera: press.camera, screen: press.screen, chat: () => this.#toggleChat(), end: press.end,
      },
      more: [
        { id: 'devices', icon: 'gear', label: t('panel.call.devices'), press: press.devices },
        ...(document.fullscreenEnabled ? [{ id: 'full', icon: 'full', label: t('call.screen.full'), press: () => void this.stage.toggleFull() }] : []),
        { id: 'self', icon: 'user', label: t('call.stage.self_hide'), press: () => this.#toggleSelf() },
        { id: 'move', icon: 'window', label: t('call.stage.self_move'), press: () => this.stage.moveSelf() },
      ],
    });
    const close = element('button', { type: 'button', class: 'btn quiet call-side-close' }, t('call.controls.chat_close'));
    close.hidden = writesOnly;
    close.addEventListener('click', () => this.#toggleChat());
    this.#side.append(element('div', { class: 'call-side-head' },
      element('h2', { class: 'call-side-heading' }, t('call.chat.heading')), close));
    this.chat = new ChatLog(this.#side, {
      me,
      send,
      onUnread: (count) => {
        this.controls.show({ unread: count });
        onUnread(count);
      },
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
    this.controls.close();
    this.stage.close();
    this.#layout.remove();
  }

  get #open() {
    return this.#decided ?? this.#beside.matches;
  }

  #arrange = () => {
    const open = this.#open;
    this.#side.hidden = !open;
    this.#layout.classList.toggle('with-chat', open);
    this.controls.show({ chat: open });
    this.chat.setOpen(open);
  };

  #toggleChat() {
    this.#decided = !this.#open;
    this.#arrange();
    if (this.#decided) this.chat.focus();
    else this.controls.focus('chat');
  }

  #toggleSelf() {
    this.stage.selfHidden = !this.stage.selfHidden;
    this.controls.rename('self', t(this.stage.selfHidden ? 'call.stage.self_show' : 'call.stage.self_hide'));
  }
}
