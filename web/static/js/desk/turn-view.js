/**
 * What stands in the middle before and after a call: whom we call, and the time to finish afterwards; each with a
 * deadline that the server keeps.
 *
 * @typedef {import('../protocol.js').PresenceFrame} PresenceFrame
 * @typedef {import('../protocol.js').LineRow} LineRow
 * @typedef {import('../protocol.js').WishedState} WishedState
 * @typedef {import('../protocol.js').EndReason} EndReason
 */

import { announce } from '../announce.js';
import { formatTimer, t } from '../i18n.js';
import { setText } from '../parts/element.js';
import { isolate, setWords } from '../parts/people-words.js';
import { clockTime } from './clock-time.js';
import { Countdown } from './countdown.js';
import { onPress, part } from './dom.js';
import { chipsOf } from './ticket-chips.js';

/** L-10: early enough to press something. */
const NEARLY_OVER_S = 20;

export class TurnView {
  #calling = part('calling');
  #after = part('after');
  #callingClock;
  #afterClock;
  #saidFor = '';
  /** How often the person who is called has asked for more time. */
  #asked = 0;

  /**
   * @param {object} on
   * @param {() => void} on.cancel
   * @param {() => void} on.more
   * @param {(next: WishedState) => void} on.finish
   */
  constructor(on) {
    onPress(part('cancel'), on.cancel);
    onPress(part('more-time'), on.more);
    onPress(part('finish'), () => on.finish('receiving'));
    onPress(part('finish-break'), () => on.finish('break'));
    const bar = HTMLProgressElement;
    this.#callingClock = new Countdown(part('calling-left'), part('calling-bar', bar),
      (count) => t(this.#asked === 0 ? 'desk.calling.left' : 'desk.calling.free_in', { count }));
    this.#afterClock = new Countdown(part('after-left'), part('after-bar', bar), (left_s) => {
      if (left_s <= NEARLY_OVER_S && left_s > 0) this.#warn(left_s);
      return formatTimer(left_s);
    });
  }

  /** @param {PresenceFrame} frame */
  showCalling({ ticket, since, until }) {
    this.#afterClock.stop();
    this.#after.hidden = true;
    this.#calling.hidden = false;
    this.#showAsked(ticket);
    setText(part('calling-number'), ticket?.number ?? '');
    setWords(part('calling-matter'), [ticket?.matter_name, ticket?.name && isolate(ticket.name)].filter(Boolean).join(' · '));
    part('calling-chips').replaceChildren(...(ticket ? chipsOf(ticket) : []));
    if (until !== null) this.#callingClock.run(since, until);
  }

  /** Until when the person may come, and that they asked for it. @param {LineRow | null} ticket */
  #showAsked(ticket) {
    const asked = ticket?.extensions ?? 0;
    const time = ticket?.until ? clockTime(ticket.until) : '';
    const text = asked === 0 ? '' : t('desk.calling.asked', { count: asked, time });
    part('calling-asked').hidden = asked === 0;
    setText(part('calling-asked-text'), text);
    if (asked > this.#asked) announce.status(text, { force: true });
    this.#asked = asked;
  }

  /**
   * @param {PresenceFrame} frame
   * @param {EndReason | null} reason why the call ended, if this page saw it
   */
  showAfter({ ticket, since, until, wished }, reason) {
    this.hide();
    this.#after.hidden = false;
    setText(part('after-heading'), ticket ? `${ticket.number} · ${ticket.matter_name}` : '');
    setText(part('after-reason'), reason === null ? '' : t(`desk.ended.${reason}`));
    setText(part('after-then'), t(`desk.after.then_${wished}`));
    this.#saidFor = '';
    if (until !== null) this.#afterClock.run(since, until);
  }

  hide() {
    this.#callingClock.stop();
    this.#afterClock.stop();
    this.#asked = 0;
    this.#calling.hidden = true;
    this.#after.hidden = true;
  }

  /** @param {number} left_s */
  #warn(left_s) {
    if (this.#saidFor !== '') return;
    this.#saidFor = 'said';
    announce.alert(t('desk.after.nearly', { count: left_s }), { force: true });
  }
}
