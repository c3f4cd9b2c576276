/**
 * One person in the line. The element stays the same as long as the ticket is there, so that neither the focus nor a
 * reading position is lost when the line changes each second.
 *
 * @typedef {import('../protocol.js').LineRow} LineRow
 */

import { serverNow } from '../clock.js';
import { formatDuration, formatTime, formatTimer, t } from '../i18n.js';
import { element, setText } from '../parts/element.js';
import { isolate } from '../parts/people-words.js';
import { chip, chipsOf } from './ticket-chips.js';
import { onPress, setPressable } from './dom.js';

/** Who waits longer than this is marked. */
const LONG_WAIT_S = 10 * 60;

export class LineRowView {
  /** The row itself, for the owner to place. */
  element;
  #number = element('span', { class: 'line-number num' });
  #called = element('bdi', { class: 'line-name' });
  #matter = element('span', { class: 'line-matter' });
  #wait = element('span', { class: 'chip num line-wait' });
  #tags = element('span', { class: 'chips line-tags' });
  #words = element('span');
  #numberAgain = element('span', { class: 'visually-hidden' });
  #button = element('button', { type: 'button', class: 'btn line-call' }, this.#words, this.#numberAgain);
  /** @type {LineRow} */
  #row;
  #shown = '';

  /**
   * @param {LineRow} row
   * @param {(row: LineRow) => void} onCall
   */
  constructor(row, onCall) {
    this.#row = row;
    this.element = element('li', { class: 'line-row' },
      element('span', { class: 'line-who' }, this.#number, this.#called), this.#matter, this.#tags, this.#wait, this.#button);
    onPress(this.#button, () => onCall(this.#row));
  }

  get row() {
    return this.#row;
  }

  /** What can be pressed here, if anything. */
  get button() {
    return this.#button.hidden ? null : this.#button;
  }

  /**
   * @param {LineRow} row
   * @param {{offered: boolean, pressable: boolean}} calling whether people can be called from the line now
   */
  show(row, { offered, pressable }) {
    this.#row = row;
    this.#button.hidden = !offered || !row.mine || row.state === 'called' || row.state === 'deferred';
    setPressable(this.#button, pressable);
    const key = JSON.stringify(row);
    if (key !== this.#shown) this.#write(key);
    this.tick();
  }

  /** Lets the times in the row run on. */
  tick() {
    const { joined_at, state, until } = this.#row;
    const waits_s = (serverNow() - Date.parse(joined_at)) / 1_000;
    setText(this.#wait, waits_s < 60 ? t('desk.line.just_now') : t('desk.line.waits', { time: formatDuration(waits_s) }));
    this.#wait.classList.toggle('warn', waits_s >= LONG_WAIT_S);
    const left = this.#tags.querySelector('.line-left');
    if (!left || until === null || state !== 'away') return;
    setText(left, t('desk.line.kept', { time: formatTimer(Math.max(0, (Date.parse(until) - serverNow()) / 1_000)) }));
  }

  /** @param {string} key */
  #write(key) {
    this.#shown = key;
    const row = this.#row;
    this.element.dataset.ticket = row.ticket;
    this.element.dataset.state = row.state;
    this.element.classList.toggle('line-next', row.next);
    setText(this.#number, row.number);
    setText(this.#numberAgain, ` ${row.number}`);
    setText(this.#called, row.name ?? '');
    setText(this.#matter, row.matter_name);
    setText(this.#words, t(['missed', 'dropped'].includes(row.state) ? 'desk.line.call_again' : 'desk.line.call'));
    const next = row.next ? [chip(t('desk.chip.next'), 'next', 'ok')] : [];
    this.#tags.replaceChildren(...next, ...chipsOf(row), ...stateOf(row));
  }
}

/**
 * What there is to know besides waiting.
 *
 * @param {LineRow} row
 * @returns {HTMLElement[]}
 */
function stateOf(row) {
  const time = row.until === null ? null : formatTime(row.until);
  switch (row.state) {
    case 'away':
      return [chip(t('desk.line.away'), 'signal', 'bad'), element('span', { class: 'line-left small muted num' })];
    case 'called':
      return [chip(t('desk.line.called_by', { name: isolate(row.called_by ?? '') }), 'call', 'ok')];
    case 'deferred':
      return [chip(t('desk.line.deferred', { count: row.extensions, time: time ?? '' }), 'clock', 'warn')];
    case 'missed':
    case 'dropped':
      return [chip(t(`desk.line.${row.state}`), 'alert', 'warn'), ...(time === null ? [] : [element('span', { class: 'small muted' }, t('desk.line.may_return', { time }))])];
    default:
      return row.mine ? [] : [element('span', { class: 'small muted' }, t('desk.line.not_mine'))];
  }
}
