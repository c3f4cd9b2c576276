/**
 * The desk is open in another window: asks whether to bring it here. Left there, this page is quiet and says where the
 * desk is, until it is brought here after all.
 *
 * @typedef {import('../protocol.js').DeskElsewhereFrame} DeskElsewhereFrame
 */

import { formatTime, t } from '../i18n.js';
import { setText } from '../parts/element.js';
import { isSeen, onPress, part } from './dom.js';

export class Elsewhere {
  #desk = part('desk');
  #state = part('state');
  #dialog = part('elsewhere', HTMLDialogElement);
  #page = part('away');
  #wasAsked = false;

  /** @param {() => void} bringHere */
  constructor(bringHere) {
    // Esc would leave a page that looks alive and is not.
    this.#dialog.addEventListener('cancel', (event) => event.preventDefault());
    onPress(part('leave-there'), () => this.#leave());
    for (const name of ['take-over', 'bring-here']) {
      onPress(part(name), () => {
        this.#dialog.close();
        bringHere();
      });
    }
  }

  /** @param {DeskElsewhereFrame} frame */
  ask({ same_login, since }) {
    this.#wasAsked = true;
    const text = t(same_login ? 'desk.elsewhere.same_browser' : 'desk.elsewhere.other_browser', { time: formatTime(since) });
    for (const name of ['elsewhere-where', 'away-where']) setText(part(name), text);
    if (!this.#dialog.open) this.#dialog.showModal();
    part('elsewhere-heading').focus();
  }

  /** The desk is here again. */
  end() {
    if (this.#dialog.open) this.#dialog.close();
    this.#page.hidden = true;
    this.#desk.hidden = false;
    // The button that had the focus is gone.
    if (this.#wasAsked && !isSeen(document.activeElement)) document.getElementById('main')?.focus();
    this.#wasAsked = false;
  }

  #leave() {
    this.#desk.hidden = true;
    this.#state.hidden = true;
    this.#page.hidden = false;
    this.#dialog.close();
    part('away-heading').focus();
  }
}
