/**
 * The controls of a call, the same for citizen and clerk: one group in a fixed order, each a picture with its words
 * under it. The words say what a press will do, so there is no pressed state to be told (pattern T1). What does not
 * fit folds from the end into "more options"; microphone, camera and the end of the call never fold.
 *
 *     const controls = new Controls(root, { press: { microphone, camera, chat, end }, more: [{ id, icon, label, press }] });
 *     controls.show({ microphone: true, camera: false, chat: false, unread: 2 });
 *
 * @typedef {'microphone' | 'camera' | 'screen' | 'chat' | 'live-text' | 'documents' | 'end'} ControlName
 * @typedef {{id: string, icon: string, label: string, press: () => void}} MoreItem
 * @typedef {{microphone?: boolean, camera?: boolean, screen?: boolean, chat?: boolean, 'live-text'?: boolean, documents?: boolean, unread?: number, arrived?: number}} ControlsView
 * what is on or open now; `unread` counts chat messages not yet seen, `arrived` documents
 */

import { t } from '../i18n.js';
import { layers } from '../layers.js';
import { element, setText } from './element.js';
import { changeIcon, icon } from './icon.js';

/** Pattern T3: the order never changes, and is the same for both sides. */
const ORDER = /** @type {const} */ (['microphone', 'camera', 'screen', 'chat', 'live-text', 'documents']);
const NEVER_FOLDS = new Set(['microphone', 'camera']);
/** Who gets a place first where there are few; what is shown keeps its order. */
const PLACES_FIRST = /** @type {const} */ (['microphone', 'camera', 'chat', 'documents', 'screen', 'live-text']);
/** The same where the talk is in writing; the documents have a tab beside the chat. */
const PLACES_OF_WRITERS = /** @type {const} */ (['microphone', 'camera', 'chat', 'live-text', 'documents', 'screen']);

/** Words and picture of each control while its thing is on (or open), and while it is not. */
const LOOKS = /** @type {const} */ ({
  microphone: { on: ['call.controls.microphone_off', 'mic'], off: ['call.controls.microphone_on', 'micoff'] },
  camera: { on: ['call.controls.camera_off', 'video'], off: ['call.controls.camera_on', 'videooff'] },
  screen: { on: ['call.controls.screen_off', 'screen'], off: ['call.controls.screen_on', 'screen'] },
  chat: { on: ['call.controls.chat_close', 'chat'], off: ['call.controls.chat_open', 'chat'] },
  'live-text': { on: ['call.controls.live_text_off', 'cc'], off: ['call.controls.live_text_on', 'cc'] },
  documents: { on: ['call.controls.documents_close', 'doc'], off: ['call.controls.documents_open', 'doc'] },
});

/** These lead to another place: the menu that they were pressed in must not lie over it. */
const LEAD_AWAY = /** @type {const} */ (['chat', 'live-text', 'documents']);

/** The devices: their off state is marked on the picture too. */
const DEVICES = new Set(['microphone', 'camera']);

let lastId = 0;

export class Controls {
  #root;
  #bar = element('div', { class: 'controls-bar' });
  /** @type {Map<ControlName, HTMLButtonElement>} */
  #buttons = new Map();
  /** @type {Set<string>} */
  #withheld = new Set();
  #placesFirst;
  #moreItems;
  #more;
  #menu;
  #end;
  #watcher;
  #listeners = new AbortController();
  /** Told when the menu is closed. @type {(() => void) | null} */
  #menuClosed = null;
  #unread = 0;
  #arrived = 0;
  /** How the controls were last spread. */
  #layout = '';

  /**
   * @param {HTMLElement} root becomes the group
   * @param {object} options
   * @param {Partial<Record<ControlName, () => void>>} options.press what each control does; only these are there
   * @param {MoreItem[]} [options.more] what is only under "more options"
   * @param {boolean} [options.writes] the talk is in writing
   */
  constructor(root, { press, more = [], writes = false }) {
    this.#root = root;
    this.#placesFirst = writes ? PLACES_OF_WRITERS : PLACES_FIRST;
    root.classList.add('controls');
    root.append(this.#bar);
    root.setAttribute('role', 'group');
    root.setAttribute('aria-label', t('call.controls.group'));
    for (const name of ORDER) {
      const action = press[name];
      if (action) this.#buttons.set(name, control(name, action));
    }
    this.#menu = element('ul', { class: 'controls-menu', id: `controls-menu-${++lastId}`, hidden: true });
    this.#more = control('more', () => this.#toggleMenu());
    this.#more.setAttribute('aria-expanded', 'false');
    this.#more.setAttribute('aria-controls', this.#menu.id);
    dress(this.#more, t('call.controls.more'), 'more');
    this.#moreItems = more.map((item) => menuButton(item, () => this.#choose(item.press)));
    this.#end = press.end ? control('end', press.end) : null;
    if (this.#end) dress(this.#end, t('call.controls.end'), 'phone');
    const { signal } = this.#listeners;
    root.addEventListener('keydown', (event) => this.#onKey(event), { signal });
    this.#menu.addEventListener('click', (event) => this.#onLedAway(event), { signal });
    document.addEventListener('pointerdown', (event) => this.#onOutside(event), { signal });
    this.show({});
    this.#fold();
    this.#watcher = new ResizeObserver(() => this.#fold());
    this.#watcher.observe(root);
  }

  /** Shows what is on and open now. Members left out keep what they show. @param {ControlsView} view */
  show(view) {
    for (const [name, button] of this.#buttons) {
      if (name === 'end') continue;
      const on = view[name];
      if (on === undefined && button.dataset.on !== undefined) continue;
      const [label, picture] = LOOKS[name][on ? 'on' : 'off'];
      dress(button, t(label), picture);
      button.dataset.on = String(on ?? false);
      button.classList.toggle('control-off', DEVICES.has(name) && !on);
    }
    if (view.unread !== undefined) this.#unread = view.unread;
    if (view.arrived !== undefined) this.#arrived = view.arrived;
    this.#badges();
  }

  /**
   * Takes a control away, or offers it again, where another part of the page does its work, or there is nothing to do.
   *
   * @param {string} name a control's, or the id of an item under "more options"
   * @param {boolean} offered
   */
  offer(name, offered) {
    if (this.#withheld.has(name) === !offered) return;
    if (offered) this.#withheld.delete(name);
    else this.#withheld.add(name);
    this.#fold();
  }

  /** Changes the words of an item under "more options". @param {string} id @param {string} label */
  rename(id, label) {
    const button = this.#moreItems.find((item) => item.dataset.item === id);
    const words = button?.querySelector('.control-label');
    if (words) setText(words, label);
  }

  /** Puts the focus on one control, such as the way back out of the chat. @param {ControlName} name */
  focus(name) {
    const button = name === 'end' ? this.#end : this.#buttons.get(name);
    if (button && this.#menu.contains(button)) this.#more.focus();
    else button?.focus();
  }

  close() {
    this.#openMenu(false);
    this.#listeners.abort();
    this.#watcher.disconnect();
    this.#root.replaceChildren();
  }

  /** How much came while nobody looked; what is folded away says it on "more options" too. */
  #badges() {
    const chat = this.#buttons.get('chat');
    const documents = this.#buttons.get('documents');
    if (chat) this.#badge(chat, this.#unread, 'call.controls.unread');
    if (documents) this.#badge(documents, this.#arrived, 'call.controls.arrived');
    const isFolded = documents !== undefined && this.#menu.contains(documents);
    this.#badge(this.#more, isFolded ? this.#arrived : 0, 'call.controls.arrived');
  }

  /**
   * @param {HTMLElement} button
   * @param {number} count
   * @param {string} key of the words
   */
  #badge(button, count, key) {
    const badge = button.querySelector('.control-badge');
    if (count === 0) return badge?.remove();
    const text = String(count);
    const spoken = t(key, { count });
    if (badge) {
      setText(badge.children[0] ?? badge, text);
      setText(badge.children[1] ?? badge, spoken);
      return;
    }
    button.append(
      element('span', { class: 'control-badge' },
        element('span', { 'aria-hidden': 'true' }, text),
        element('span', { class: 'visually-hidden' }, spoken)),
    );
  }

  /** Puts as many controls into the bar as fit; the rest, from the end, under "more options". */
  #fold() {
    const focused = document.activeElement;
    const hadFocus = focused instanceof HTMLElement && this.#root.contains(focused);
    const offered = [...this.#buttons].filter(([name]) => !this.#withheld.has(name));
    const fitting = this.#fitting();
    const fixed = this.#end ? 1 : 0;
    const items = this.#moreItems.filter((item) => !this.#withheld.has(item.dataset.item ?? ''));
    const needsMore = items.length > 0 || offered.length + fixed > fitting;
    const places = fitting - fixed - (needsMore ? 1 : 0);
    /** @type {HTMLElement[]} */
    const inBar = [];
    /** @type {HTMLElement[]} */
    const folded = [];
    const wanted = this.#placesFirst.filter((name) => offered.some(([each]) => each === name));
    const placed = new Set(wanted.filter((name, at) => at < places || NEVER_FOLDS.has(name)));
    for (const [name, button] of offered) (placed.has(/** @type {any} */ (name)) ? inBar : folded).push(button);
    const layout = `${[...placed]} ${folded.length} ${needsMore} ${[...this.#withheld]}`;
    if (layout === this.#layout) return;
    this.#layout = layout;
    this.#menu.replaceChildren(...[...folded, ...items].map((button) => element('li', {}, button)));
    const bar = [...inBar];
    if (needsMore) bar.push(element('div', { class: 'controls-more' }, this.#more, this.#menu));
    if (this.#end) bar.push(this.#end);
    this.#bar.replaceChildren(...bar);
    this.#badges();
    // Moved elements lose the focus; it must not fall out of the group.
    if (!hadFocus) return;
    const isSeen = this.#root.contains(focused) && !(this.#menu.contains(focused) && this.#menu.hidden);
    (isSeen ? focused : this.#more).focus();
  }

  #fitting() {
    const width = this.#root.clientWidth;
    if (width === 0) return ORDER.length + 2;
    const style = getComputedStyle(this.#root);
    const inner = width - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight);
    const one = Number.parseFloat(style.getPropertyValue('--control-width')) || 4.25;
    return Math.floor(inner / (one * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)));
  }

  #toggleMenu() {
    this.#openMenu(Boolean(this.#menu.hidden));
  }

  /** @param {boolean} open */
  #openMenu(open) {
    this.#menu.hidden = !open;
    if (open) this.#menuClosed ??= layers.add(() => { this.#openMenu(false); this.#more.focus(); });
    else {
      this.#menuClosed?.();
      this.#menuClosed = null;
    }
    this.#more.setAttribute('aria-expanded', String(open));
  }

  /** @param {() => void} press */
  #choose(press) {
    this.#openMenu(false);
    this.#more.focus();
    press();
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.key !== 'Escape' || this.#menu.hidden) return;
    // Esc closes the innermost layer only (pattern T5): the window around must not close with it.
    event.preventDefault();
    event.stopPropagation();
    this.#openMenu(false);
    this.#more.focus();
  }

  /** @param {Event} event */
  #onLedAway(event) {
    const isOne = LEAD_AWAY.some((name) => event.target instanceof Node && this.#buttons.get(name)?.contains(event.target));
    if (!isOne || this.#menu.hidden) return;
    const hadFocus = this.#menu.contains(document.activeElement);
    this.#openMenu(false);
    if (hadFocus) this.#more.focus();
  }

  /** @param {PointerEvent} event */
  #onOutside(event) {
    if (this.#menu.hidden || !(event.target instanceof Node)) return;
    if (!this.#menu.contains(event.target) && !this.#more.contains(event.target)) this.#openMenu(false);
  }
}

/**
 * @param {string} name
 * @param {() => void} press
 */
function control(name, press) {
  return element('button', { type: 'button', class: `control control-${name}`, 'data-control': name, click: press },
    element('span', { class: 'control-picture' }, icon('more')),
    element('span', { class: 'control-label' }));
}

/**
 * @param {MoreItem} item
 * @param {() => void} press
 */
function menuButton(item, press) {
  const button = control('item', press);
  button.dataset.item = item.id;
  dress(button, item.label, item.icon);
  return button;
}

/**
 * @param {HTMLButtonElement} button
 * @param {string} label
 * @param {string} picture
 */
function dress(button, label, picture) {
  const words = button.querySelector('.control-label');
  const svg = button.querySelector('svg');
  if (words) setText(words, label);
  if (svg) changeIcon(svg, picture);
}
