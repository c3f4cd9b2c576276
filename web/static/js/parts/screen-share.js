/**
 * Sharing the own screen in a call: from the press on the control to the line that says it is shown and ends it, the
 * same for both sides (L-23; product.md II.8, EC-48).
 */

import { announce } from '../announce.js';
import { t } from '../i18n.js';
import { element, setText } from './element.js';
import { icon } from './icon.js';
import { OwnScreen } from './own-screen.js';

export class ScreenShare {
  /** The line over the pictures; the owner places it. */
  element;
  #screen = new OwnScreen();
  #text = element('p');
  #end;
  #onTrack;
  #onImpossible;

  /**
   * @param {object} on
   * @param {(track: MediaStreamTrack | null, line: {hadFocus: boolean}) => void} on.track what is to be sent now; whether the line that
   *   goes had the focus, which goes on to the control then
   * @param {() => void} on.impossible this device cannot; say so and name other ways
   * @param {'citizen' | 'clerk'} on.role who shares
   */
  constructor({ track, impossible, role }) {
    this.#onTrack = track;
    this.#onImpossible = impossible;
    this.role = role;
    this.#end = element('button', { type: 'button', class: 'btn', click: () => this.end() }, icon('screen'), t('call.screen.end'));
    this.element = element('div', { class: 'stage-sharing', role: 'group', 'aria-label': t('call.screen.label'), hidden: true },
      this.#text, this.#end);
    this.#screen.addEventListener('change', () => this.#changed());
  }

  get track() {
    return this.#screen.track;
  }

  /** The control was pressed. */
  async toggle() {
    if (this.track) return this.end();
    if (!OwnScreen.isPossible) return this.#onImpossible();
    await this.#screen.begin();
  }

  end() {
    this.#screen.end();
  }

  #changed() {
    const { track, surface } = this.#screen;
    const hadFocus = this.element.contains(document.activeElement);
    this.element.hidden = track === null;
    if (track === null) announce.status(t('call.said.screen_off'), { force: true });
    else {
      const whole = surface === 'monitor' ? ` ${t('call.screen.whole')}` : '';
      const text = t(`call.screen.shown_to.${this.role}`) + whole;
      setText(this.#text, text);
      announce.alert(text, { force: true });
    }
    this.#onTrack(track, { hadFocus });
  }
}
