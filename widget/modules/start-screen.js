import { t } from '../../js/i18n.js';
import { onAction, part, setText, one } from './dom.js';
import { lineNow } from './wording.js';

/** @typedef {import('./site.js').Overview} Overview */

/** The first screen: whether anybody receives, and what can be done now. The server rendered it; this keeps it true. */
export class StartScreen {
  #section;

  /**
   * @param {HTMLElement} section
   * @param {{talk: (options: {sign: boolean}) => void}} on
   */
  constructor(section, on) {
    this.#section = section;
    onAction(section, {
      talk: () => on.talk({ sign: false }),
      'talk-sign': () => on.talk({ sign: true }),
    });
  }

  /** @param {Overview} now */
  show(now) {
    const receiving = now.open && now.receiving > 0;
    this.#reveal('chip-open', now.open);
    this.#reveal('chip-closed', !now.open);
    this.#reveal('receiving', receiving);
    this.#reveal('closed', !now.open);
    this.#reveal('nobody', now.open && !receiving);
    const hadFocus = this.#section.contains(document.activeElement);
    one(this.#section, '[data-action="talk"]').hidden = !receiving;
    one(this.#section, '[data-action="talk-sign"]').hidden = !now.matters.some((matter) => matter.open && matter.sign);
    // Nobody receives any more, which the heading is followed by.
    if (hadFocus && document.activeElement?.closest('[hidden]')) one(this.#section, 'h1').focus({ preventScroll: true });
    this.#write('closes', now.closes_text ? t('panel.start.open_until', { time: now.closes_text }) : t('panel.start.open'));
    this.#write('receiving', t('panel.start.receiving', { count: now.receiving }));
    this.#write('talk-about', lineNow(now));
    this.#write('welcome', now.closed_heading);
    this.#write('closed-text', now.closed_text);
  }

  /**
   * @param {string} name
   * @param {boolean} visible
   */
  #reveal(name, visible) {
    part(this.#section, name).hidden = !visible;
  }

  /**
   * @param {string} name
   * @param {string} text
   */
  #write(name, text) {
    setText(part(this.#section, name), text);
  }
}
