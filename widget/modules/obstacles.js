import { formatLongDate, formatTimeForBoth, t } from '../../js/i18n.js';
import { onAction, part, setText } from './dom.js';
import { toldOf } from './problem-box.js';

/** @typedef {import('./screens.js').Screens} Screens */

/** The screens of what stands in the way: another tab, no connection, a refusal that ends everything. */
export class Obstacles {
  #screens;

  /**
   * @param {Screens} screens
   * @param {{takeOver: () => void, retry: () => void, restart: () => void, start: () => void}} on
   */
  constructor(screens, { takeOver, retry, restart, start }) {
    this.#screens = screens;
    onAction(screens.section('elsewhere'), { move: takeOver, stay: () => this.#left() });
    onAction(screens.section('lost'), { retry, restart });
    onAction(screens.section('problem'), { restart });
    onAction(screens.section('blocked'), { start });
  }

  /**
   * The session is in use in another tab.
   *
   * @param {boolean} moved it was shown here before and went there
   * @param {{onPhone?: boolean}} [where] it went onto the telephone that read the code here
   */
  elsewhere(moved, { onPhone = false } = {}) {
    if (moved) return this.#left(onPhone);
    this.#write(t('panel.elsewhere.heading'), t('panel.elsewhere.text'), true);
    this.#screens.show('elsewhere');
  }

  /** Nothing was reached since the page was opened. */
  unreachable() {
    this.#screens.show('lost');
  }

  /**
   * @param {unknown} error ended the connection for good
   */
  problem(error) {
    const { title, detail = '' } = toldOf(error);
    const section = this.#screens.section('problem');
    setText(part(section, 'text'), `${title} ${detail}`.trim());
    this.#screens.show('problem');
  }

  /**
   * This device may not join the line for a while.
   *
   * @param {import('../../js/protocol.js').Instant} until
   */
  blocked(until) {
    setText(part(this.#screens.section('blocked'), 'blocked-until'), untilWords(until));
    this.#screens.show('blocked');
  }

  /** @param {boolean} [onPhone] */
  #left(onPhone = false) {
    const heading = t(onPhone ? 'panel.to_phone.there' : 'panel.elsewhere.moved_heading');
    this.#write(heading, t('panel.elsewhere.moved_text'), false);
    this.#screens.show('elsewhere', { title: heading });
  }

  /**
   * @param {string} heading
   * @param {string} text
   * @param {boolean} mayStay
   */
  #write(heading, text, mayStay) {
    const section = this.#screens.section('elsewhere');
    setText(part(section, 'heading'), heading);
    setText(part(section, 'text'), text);
    part(section, 'stay').hidden = !mayStay;
  }
}

/**
 * From when on the line may be joined again, as a sentence.
 *
 * @param {import('../../js/protocol.js').Instant} until
 */
export function untilWords(until) {
  return t('panel.blocked.until', { day: formatLongDate(until), time: formatTimeForBoth(until) });
}
