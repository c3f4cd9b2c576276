/**
 * What stands in the middle before and after a call: whom we call, and the time to finish afterwards; each with a
 * deadline that the server keeps.
 *
 * @typedef {import('../protocol.js').PresenceFrame} PresenceFrame
 * @typedef {import('../protocol.js').WishedState} WishedState
 * @typedef {import('../protocol.js').EndReason} EndReason
 */

import { announce } from '../announce.js';
import { formatTimer, t } from '../i18n.js';
import { setText } from '../parts/element.js';
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
    this.#callingClock = new Countdown(part('calling-left'), part('calling-bar', bar), (count) => t('desk.calling.left', { count }));
    this.#afterClock = new Countdown(part('after-left'), part('after-bar', bar), (left_s) => {
      if (left_s <= NEARLY_OVER_S && left_s > 0) this.#warn(left_s);
      return formatTimer(left_s);
    });
  }

  /** @param {PresenceFrame} frame */
  showCalling({ ticket, since, until }) {
    this.hide();
    this.#calling.hidden = false;
    setText(part('calling-number'), ticket?.number ?? '');
    setText(part('calling-matter'), [ticket?.matter_name, ticket?.name].filter(Boolean).join(' · '));
    part('calling-chips').replaceChildren(...(ticket ? chipsOf(ticket) : []));
    if (until !== null) this.#callingClock.run(since, until);
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
