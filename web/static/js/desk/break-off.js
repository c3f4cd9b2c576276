/**
 * Breaking a call off because of abuse (product.md EC-39): the last item under "more options", and a dialog in which the
 * clerk says why and whether the device is kept out of the line for a while.
 *
 * @typedef {import('../protocol.js').DeskCommand} DeskCommand
 * @typedef {import('../protocol.js').AbuseReason} AbuseReason
 * @typedef {import('../protocol.js').BlockLength} BlockLength
 */

import { formatTime, t } from '../i18n.js';
import { isolate } from '../parts/people-words.js';
import { part } from './dom.js';

const ITEM = 'break-off';

export class BreakOff {
  /** For the controls. */
  item = { id: ITEM, icon: 'alert', label: t('desk.abuse.item'), press: () => this.#ask() };
  #dialog = part('abuse-dialog', HTMLDialogElement);
  #form = part('abuse-form', HTMLFormElement);
  #reasons = part('abuse-reasons');
  #error = part('abuse-error');
  #block = part('abuse-block', HTMLSelectElement);

  /** @param {(command: DeskCommand) => void} press */
  constructor(press) {
    this.#form.addEventListener('submit', (event) => {
      const { submitter } = event;
      if (!(submitter instanceof HTMLButtonElement) || submitter.value !== 'yes') return;
      if (this.#reason !== null) return;
      event.preventDefault();
      this.#tellMissing(true);
      this.#first.focus();
    });
    this.#form.addEventListener('change', () => {
      if (this.#reason !== null) this.#tellMissing(false);
    });
    this.#dialog.addEventListener('close', () => {
      const reason = this.#reason;
      if (this.#dialog.returnValue !== 'yes' || reason === null) return;
      press({ type: 'break-off', reason, block: /** @type {BlockLength | null} */ (this.#block.value || null) });
    });
  }

  /**
   * @param {import('../parts/controls.js').Controls} controls
   * @param {boolean} inCall outside a call there is nothing to break off
   */
  offer(controls, inCall) {
    controls.offer(ITEM, inCall);
    if (!inCall && this.#dialog.open) this.#dialog.close('no');
  }

  /** Nothing is chosen beforehand: a reason is said, and a block is meant. */
  #ask() {
    if (this.#dialog.open) return;
    this.#form.reset();
    this.#tellMissing(false);
    this.#dialog.returnValue = 'no';
    this.#dialog.showModal();
    this.#first.focus();
  }

  /** @param {boolean} missing */
  #tellMissing(missing) {
    this.#error.hidden = !missing;
    if (missing) this.#reasons.setAttribute('aria-describedby', this.#error.id);
    else this.#reasons.removeAttribute('aria-describedby');
  }

  get #first() {
    const first = this.#reasons.querySelector('input');
    if (!first) throw new TypeError('no reasons in this dialog');
    return first;
  }

  /** @returns {AbuseReason | null} */
  get #reason() {
    return /** @type {AbuseReason | null} */ (new FormData(this.#form).get('abuse-reason'));
  }
}

/**
 * Tells a manager that a clerk broke a call off; the list of blocks is one press away.
 *
 * @param {import('./notices.js').Notices} notices
 * @param {import('../protocol.js').BrokenOffFrame} frame
 */
export function tellBrokenOff(notices, { at, by, reason, block }) {
  const text = t('desk.blocks.alert', { time: formatTime(at), name: isolate(by), reason: t(`desk.abuse.reasons.${reason}`) });
  const detail = block === null ? t('desk.abuse.block_none') : t('desk.blocks.alert_block', { length: t(`desk.abuse.lengths.${block}`) });
  // A window of its own: the manager may be in a call at this desk.
  const show = () => { window.open('/manage/blocks', '_blank', 'noopener'); };
  notices.add(`broken-off ${at}`, 'warn', text, detail, { label: t('desk.blocks.show'), press: show });
}
