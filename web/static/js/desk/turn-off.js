/**
 * What a clerk may turn off for the citizen: what is on at this moment, and nothing on (product.md II.8). The items
 * stand under "more options" only while there is something to turn off.
 *
 * @typedef {import('../protocol.js').DeskCommand} DeskCommand
 * @typedef {import('../protocol.js').Device} Device
 * @typedef {import('../protocol.js').MemberView} MemberView
 */

import { t } from '../i18n.js';

/** @type {[Device, string][]} */
const DEVICES = [['microphone', 'micoff'], ['camera', 'videooff'], ['screen', 'screen']];

export class TurnOff {
  /** For the controls. */
  items;
  /** @type {MemberView | undefined} */
  #citizen;

  /** @param {(command: DeskCommand) => Promise<unknown>} send */
  constructor(send) {
    this.items = DEVICES.map(([device, icon]) => ({
      id: `turn-off-${device}`,
      icon,
      label: t(`desk.turn_off.${device}`),
      press: () => {
        // A refusal needs no words: it was off, or the call is over, which is told by itself.
        if (this.#citizen) send({ type: 'turn-off', member: this.#citizen.member, device }).catch(() => {});
      },
    }));
  }

  /**
   * @param {import('../parts/controls.js').Controls} controls
   * @param {MemberView[]} members
   */
  show(controls, members) {
    this.#citizen = members.find(({ role }) => role === 'citizen');
    for (const [device] of DEVICES) controls.offer(`turn-off-${device}`, this.#citizen?.[device] ?? false);
  }
}
