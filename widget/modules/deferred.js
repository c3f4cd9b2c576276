import { announce } from '../../js/announce.js';
import { secondsUntil } from '../../js/clock.js';
import { formatTimeForBoth, formatTimer, t } from '../../js/i18n.js';
import { Countdown } from './countdown.js';
import { busyWhile, onAction, one, part, setText } from './dom.js';
import { ProblemBox } from './problem-box.js';

/** @typedef {import('../../js/protocol.js').DeferredFrame} DeferredFrame */

const WARN_AT_S = 20;

/** More time was asked for: the place at the head is kept until the person says "I am here". */
export class Deferred {
  #section;
  #problem;
  #notice;
  #countdown = new Countdown((left_s) => this.#tick(left_s));
  #until = '';
  #total_s = 60;
  #warned = false;

  /**
   * @param {HTMLElement} section
   * @param {object} options
   * @param {() => Promise<void>} options.here
   * @param {() => Promise<void>} options.moreTime
   * @param {() => Promise<void>} options.leave
   * @param {import('./turn-notice.js').TurnNotice} options.notice
   */
  constructor(section, { here, moreTime, leave, notice }) {
    this.#section = section;
    this.#notice = notice;
    this.#problem = new ProblemBox(section);
    /**
     * @param {() => Promise<void>} action
     * @returns {(button: HTMLButtonElement) => void}
     */
    const pressed = (action) => (button) => void busyWhile(button, () => this.#problem.attempt(action));
    onAction(section, { here: pressed(here), 'more-time': pressed(moreTime), leave: pressed(leave) });
  }

  /** @param {DeferredFrame} frame */
  show(frame) {
    if (frame.until === this.#until) return;
    this.#until = frame.until;
    this.#total_s = Math.max(1, secondsUntil(frame.until));
    this.#warned = this.#total_s <= WARN_AT_S;
    this.#problem.hide();
    const time = formatTimeForBoth(frame.until);
    const last = frame.extensions_left === 0;
    const moreTime = one(this.#section, '[data-action="more-time"]');
    const hadFocus = document.activeElement === moreTime;
    moreTime.hidden = last;
    if (last && hadFocus) one(this.#section, '[data-action="here"]').focus();
    setText(part(this.#section, 'text'), t(last ? 'panel.deferred.no_more' : 'panel.deferred.text', { time }));
    announce.status(t('panel.deferred.announce', { time }), { force: true });
    this.#countdown.run(frame.until);
  }

  stop() {
    this.#until = '';
    this.#countdown.stop();
  }

  /** @param {number} left_s */
  #tick(left_s) {
    setText(part(this.#section, 'seconds'), formatTimer(left_s));
    setText(part(this.#section, 'left'), t('panel.called.left', { count: left_s }));
    part(this.#section, 'ring', SVGElement).style.strokeDashoffset = String(100 - (100 * left_s) / this.#total_s);
    this.#section.classList.toggle('ending', left_s <= WARN_AT_S);
    if (left_s > WARN_AT_S || left_s === 0 || this.#warned) return;
    this.#warned = true;
    announce.alert(t('panel.deferred.ending', { count: left_s }), { force: true });
    this.#notice.ring();
  }
}
