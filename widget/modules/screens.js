import { announce } from '../../js/announce.js';
import { t } from '../../js/i18n.js';
import { one } from './dom.js';

/**
 * @typedef {'start'|'faq'|'matter'|'notice'|'declined'|'check'|'waiting'|'called'|'deferred'|'missed'|'call'|'ended'
 *   |'elsewhere'|'resuming'|'lost'|'blocked'|'problem'|'unsupported'} ScreenName
 */

/**
 * Shows one screen at a time, with the focus on its heading and the document's title telling which one it is.
 *
 * Event `change`: it is another one now.
 */
export class Screens extends EventTarget {
  #body;
  #office;
  /** @type {ScreenName} */
  #current = 'start';
  #title = '';
  #mark = '';

  /**
   * @param {HTMLElement} body carries `data-screen` for the style sheet
   * @param {string} office its name, for the title
   */
  constructor(body, office) {
    super();
    this.#body = body;
    this.#office = office;
    // A page that is loaded anew, as after clearing, begins at the top, not where the one before it was left.
    history.scrollRestoration = 'manual';
  }

  get current() {
    return this.#current;
  }

  /** @param {ScreenName} name */
  section(name) {
    return one(this.#body, `section[data-screen="${name}"]`);
  }

  /**
   * Changes to a screen. Staying on the same one moves neither focus nor scroll position. Whatever was said or told of
   * the screen before is over with it; what is to be said of the new one is said afterwards.
   *
   * @param {ScreenName} name
   * @param {{title?: string}} [options] the title, where it is not the screen's own
   * @returns {boolean} whether it was another one before
   */
  show(name, { title = t(`panel.${name}.title`) } = {}) {
    if (name !== this.#current) this.#mark = '';
    this.#title = title;
    this.#writeTitle();
    if (name === this.#current) return false;
    announce.clear();
    const left = this.section(this.#current);
    left.hidden = true;
    for (const told of left.querySelectorAll('[data-part="problem"]')) told.toggleAttribute('hidden', true);
    this.#current = name;
    this.#body.dataset.screen = name;
    const section = this.section(name);
    section.hidden = false;
    window.scrollTo(0, 0);
    one(section, 'h1').focus({ preventScroll: true });
    this.dispatchEvent(new Event('change'));
    return true;
  }

  /** Puts the focus on the heading unless it is somewhere already: the window was just opened. */
  enter() {
    const nowhere = document.activeElement === null || document.activeElement === document.body;
    if (nowhere) one(this.section(this.#current), 'h1').focus({ preventScroll: true });
  }

  /**
   * Changes the title of the screen that is shown.
   *
   * @param {string} title
   * @param {string} [mark] stands before it, such as a count of unread messages
   */
  retitle(title, mark = '') {
    this.#title = title;
    this.#mark = mark;
    this.#writeTitle();
  }

  #writeTitle() {
    const screen = this.#mark === '' ? this.#title : `${this.#mark} ${this.#title}`;
    document.title = t('panel.page.title', { screen, office: this.#office });
  }
}
