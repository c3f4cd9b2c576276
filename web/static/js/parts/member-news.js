import { announce } from '../announce.js';
import { t } from '../i18n.js';

/** @typedef {import('../protocol.js').MemberView} MemberView */

const DEVICES = /** @type {const} */ (['microphone', 'camera', 'screen']);

/**
 * Tells by voice what the tiles show by eye: who joined or left, whose microphone, camera or screen went on or off
 * (L-14, L-22, L-26), and for whom pictures are held back. Oneself is left out, but for the last: who presses a button is
 * answered there.
 */
export class MemberNews {
  /** @type {Map<string, MemberView> | null} */
  #before = null;
  #saw = true;

  /**
   * @param {MemberView[]} members all members now
   * @param {string} me the reader's member id
   */
  hear(members, me) {
    const sees = members.find((member) => member.member === me)?.sees ?? true;
    if (sees !== this.#saw) announce.status(t(sees ? 'call.said.pictures_back' : 'call.said.pictures_held'), { force: true });
    this.#saw = sees;
    const others = members.filter((member) => member.member !== me);
    const before = this.#before;
    this.#before = new Map(others.map((member) => [member.member, member]));
    // The first view of a call is answered by "connected", not by a list of news.
    if (!before) return;
    for (const now of others) {
      const was = before.get(now.member);
      if (!was) say('joined', now);
      else {
        for (const device of DEVICES) {
          if (was[device] === now[device]) continue;
          const how = now[device] ? 'on_by' : now.turned_off.includes(device) ? 'off_for' : 'off_by';
          say(`${device}_${how}`, now);
        }
        if (was.sees !== now.sees) say(now.sees ? 'sees_again' : 'sees_nothing', now);
      }
    }
    for (const was of before.values()) {
      if (!this.#before.has(was.member)) say('left', was);
    }
  }

  /** Forgets everything, for the next call. */
  clear() {
    this.#before = null;
    this.#saw = true;
  }
}

/**
 * @param {string} what
 * @param {MemberView} who
 */
function say(what, who) {
  announce.status(t(`call.said.${what}.${who.role}`), { force: true });
}
