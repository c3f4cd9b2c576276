import { t } from '../../js/i18n.js';
import { onAction, part, setText } from './dom.js';
import { toldOf } from './problem-box.js';

/** @typedef {import('./screens.js').Screens} Screens */

/** The screens of what stands in the way: another tab, no connection, a refusal that ends everything. */
export class Obstacles {
  #screens;

  /**
   * @param {Screens} screens
   * @param {{takeOver: () => void, retry: () => void, restart: () => void}} on
   */
  constructor(screens, { takeOver, retry, restart }) {
    this.#screens = screens;
    onAction(screens.section('elsewhere'), { move: takeOver, stay: () => this.#left() });
    onAction(screens.section('lost'), { retry, restart });
    onAction(screens.section('problem'), { restart });
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
