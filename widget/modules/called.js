import { announce } from '../../js/announce.js';
import { secondsUntil } from '../../js/clock.js';
import { formatTimeLeft, t } from '../../js/i18n.js';
import { Countdown } from './countdown.js';
import { busyWhile, onAction, part, setText } from './dom.js';
import { ProblemBox } from './problem-box.js';

/** @typedef {import('../../js/protocol.js').CalledFrame} CalledFrame */

/** WCAG 2.2.1: at least 20 seconds before the end there is a warning and a simple way to get more time. */
const WARN_AT_S = 20;

/** "Your turn": who invites, how long there is to accept, and more time for the asking. */
export class Called {
  #section;
  #notice;
  #problem;
  #countdown = new Countdown((left_s) => this.#tick(left_s));
  #deadline = '';
  #total_s = 60;
  #warned = false;

  /**
   * @param {HTMLElement} section
   * @param {object} options
   * @param {() => Promise<void>} options.join
   * @param {() => Promise<void>} options.moreTime
   * @param {import('./turn-notice.js').TurnNotice} options.notice
   */
  constructor(section, { join, moreTime, notice }) {
    this.#section = section;
    this.#notice = notice;
    this.#problem = new ProblemBox(section);
    onAction(section, {
      join: (button) => void busyWhile(button, () => this.#problem.attempt(join)),
      'more-time': (button) => void busyWhile(button, () => this.#problem.attempt(moreTime)),
    });
  }

  /** @param {CalledFrame} frame */
  show(frame) {
    const again = this.#deadline !== '';
    if (frame.deadline === this.#deadline) return;
    this.#deadline = frame.deadline;
    this.#total_s = Math.max(1, secondsUntil(frame.deadline));
    this.#warned = this.#total_s <= WARN_AT_S;
    this.#problem.hide();
    const within = withinWords('panel.called.within', this.#total_s);
    this.#write('clerk', frame.clerk.name);
    this.#write('initials', initialsOf(frame.clerk.name));
    this.#write('desk', frame.clerk.desk ?? '');
    this.#write('mode', t(`panel.called.with_${frame.ticket.mode}`));
    this.#moreTimeButton.hidden = frame.extensions_left === 0;
    announce.alert(withinWords('panel.called.alert', this.#total_s), { force: true });
    if (!again) this.#notice.give(t('panel.called.heading'), within);
    this.#countdown.run(frame.deadline);
  }

  /** Whether there is time left to accept. */
  get mayBeAnswered() {
    return this.#deadline !== '' && secondsUntil(this.#deadline) > 0;
  }

  /** Accepted, taken back, or over. */
  stop() {
    this.#deadline = '';
    this.#countdown.stop();
    this.#notice.take();
  }

  get #moreTimeButton() {
    return /** @type {HTMLElement} */ (this.#section.querySelector('[data-action="more-time"]'));
  }

  /** The number in the ring and the sentence under it are written by the same tick. @param {number} left_s */
  #tick(left_s) {
    this.#write('seconds', String(left_s));
    this.#write('within', left_s > 0 ? withinWords('panel.called.within', left_s) : t('panel.called.over'));
    const ring = part(this.#section, 'ring', SVGElement);
    ring.style.strokeDashoffset = String(100 - (100 * left_s) / this.#total_s);
    this.#section.classList.toggle('ending', left_s <= WARN_AT_S);
    if (left_s > WARN_AT_S || left_s === 0 || this.#warned) return;
    this.#warned = true;
    announce.alert(t('panel.called.ending', { count: left_s }), { force: true });
    this.#notice.ring();
  }

  /**
   * @param {string} name
   * @param {string} text
   */
  #write(name, text) {
    setText(part(this.#section, name), text);
  }
}

/**
 * @param {string} key of a sentence with the time there is
 * @param {number} left_s
 */
function withinWords(key, left_s) {
  // Up to a minute in words; more is told in minutes and seconds.
  const seconds = left_s > 60 ? formatTimeLeft(left_s) : t('panel.wait.seconds', { count: left_s });
  return t(key, { seconds });
}

/** @param {string} name */
function initialsOf(name) {
  return name.split(/\s+/).slice(0, 2).map((word) => word[0] ?? '').join('').toUpperCase();
}
