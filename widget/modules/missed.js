import { announce } from '../../js/announce.js';
import { secondsUntil } from '../../js/clock.js';
import { formatTimeForBoth, t } from '../../js/i18n.js';
import { Countdown } from './countdown.js';
import { busyWhile, onAction, part, setText, one } from './dom.js';
import { ProblemBox } from './problem-box.js';

/** @typedef {import('../../js/protocol.js').MissedFrame} MissedFrame */
/** @typedef {import('./ticket-states.js').Again} Again */

/** The call was not answered: back to the head of the line, as long as there is time. */
export class Missed {
  #section;
  #problem;
  #countdown = new Countdown((left_s) => this.#tick(left_s));
  /** @type {MissedFrame | null} */
  #frame = null;

  /**
   * @param {HTMLElement} section
   * @param {{goBack: () => Promise<void>, leave: () => Promise<void>}} on
   */
  constructor(section, { goBack, leave }) {
    this.#section = section;
    this.#problem = new ProblemBox(section);
    onAction(section, {
      return: (button) => void busyWhile(button, () => this.#problem.attempt(goBack)),
      leave: (button) => void busyWhile(button, () => this.#problem.attempt(leave)),
    });
  }

  /** Writes the heading, before the screen is shown. @param {MissedFrame} frame @returns {string} what it says */
  head({ dropped }) {
    const heading = t(dropped ? 'panel.missed.dropped_heading' : 'panel.missed.heading');
    setText(one(this.#section, 'h1'), heading);
    return heading;
  }

  /**
   * @param {MissedFrame} frame
   * @param {Again | null} again an invitation after the missed one was taken back
   */
  show(frame, again) {
    this.#frame = frame;
    this.#problem.hide();
    if (again) {
      const text = t('panel.missed.taken_back');
      setText(part(this.#section, 'again'), text);
      part(this.#section, 'again').hidden = false;
      announce.alert(text, { force: true });
    }
    this.#countdown.run(frame.return_until);
  }

  stop() {
    this.#countdown.stop();
    part(this.#section, 'again').hidden = true;
  }

  /** @param {number} left_s */
  #tick(left_s) {
    const frame = this.#frame;
    if (!frame) return;
    const late = left_s === 0 || secondsUntil(frame.return_until) === 0;
    const until = formatTimeForBoth(frame.return_until);
    const text = late
      ? t('panel.missed.late', { until })
      : frame.dropped
        ? t('panel.missed.dropped_text', { until })
        : t('panel.missed.text', { called: formatTimeForBoth(frame.called_at), until });
    setText(part(this.#section, 'text'), text);
    part(this.#section, 'question').hidden = late;
    one(this.#section, '[data-action="return"]').hidden = late;
  }
}
