import { announce } from '../../js/announce.js';
import { serverNow } from '../../js/clock.js';
import { bothClocks, t } from '../../js/i18n.js';
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
    this.#showBothClocks();
  }

  /** Whether the line may be joined, as far as is known. */
  get mayTalk() {
    return this.#section.dataset.state === 'open';
  }

  /** @param {Overview} now */
  show(now) {
    const mayTalk = now.open && now.refusal === null;
    this.#reveal('chip-open', now.open);
    this.#reveal('chip-closed', !now.open);
    this.#reveal('receiving', now.open && now.receiving > 0);
    this.#reveal('closed', !now.open);
    this.#reveal('refusal', now.refusal !== null);
    const hadFocus = this.#section.contains(document.activeElement);
    one(this.#section, '[data-action="talk"]').hidden = !mayTalk;
    one(this.#section, '[data-action="talk-sign"]').hidden = !now.matters.some((matter) => matter.open && matter.sign);
    // Nobody may join any more, which the heading is followed by.
    if (hadFocus && document.activeElement?.closest('[hidden]')) one(this.#section, 'h1').focus({ preventScroll: true });
    this.#write('closes', now.closes_text ? t('panel.start.open_until', { time: now.closes_text }) : t('panel.start.open'));
    this.#write('receiving', t('panel.start.receiving', { count: now.receiving }));
    this.#write('talk-about', lineNow(now));
    this.#write('welcome', now.closed_heading);
    this.#write('closed-text', now.closed_text);
    this.#write('refusal-heading', now.refusal_heading);
    this.#write('refusal-text', now.refusal_text);
    this.#showBothClocks();
    this.#sayChange(now);
  }

  /** All times here are the office's: what that means for somebody in another time zone. */
  #showBothClocks() {
    const { time, local } = bothClocks(serverNow());
    this.#reveal('both-clocks', time !== local);
    this.#write('both-clocks', time === local ? '' : t('common.zone_both', { time, local }));
  }

  /**
   * Whoever was told that they would see it when that changes need not see: each turn between open, closed and refused is
   * said, a number in it is not.
   *
   * @param {Overview} now
   */
  #sayChange({ open, refusal, refusal_heading, refusal_text, closed_text }) {
    const state = open ? refusal ?? 'open' : 'closed';
    const before = this.#section.dataset.state;
    this.#section.dataset.state = state;
    if (state === before || this.#section.hidden) return;
    if (state === 'open') announce.status(t('panel.start.may_talk'), { force: true });
    else announce.status(state === 'closed' ? closed_text : `${refusal_heading}. ${refusal_text}`, { force: true });
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
