import { announce } from '../../js/announce.js';
import { t } from '../../js/i18n.js';
import { adviceFor } from '../../js/parts/device-advice.js';

/** @typedef {import('../../js/devices.js').Devices} Devices */
/** @typedef {'camera' | 'microphone'} Kind */

/**
 * What the citizen sends in a call: turns camera and microphone on and off. A camera that is off is let go of, so that
 * its light is off too; a microphone is only silenced, so that it is back at once.
 *
 * Events: `change`; `problem` {title, detail}.
 */
export class OwnMedia extends EventTarget {
  #devices;
  /** What the person wants on. */
  #wanted = { camera: false, microphone: false };
  /** Outside a call the devices are the device check's business. */
  #inCall = false;

  /** @param {Devices} devices */
  constructor(devices) {
    super();
    this.#devices = devices;
    devices.addEventListener('change', () => this.#follow());
  }

  /** @param {Kind} kind */
  isOn(kind) {
    return this.#wanted[kind] && this.#devices[kind]?.readyState === 'live';
  }

  /** What is sent now. @returns {{audio: MediaStreamTrack | null, camera: MediaStreamTrack | null}} */
  get tracks() {
    return { audio: this.#devices.microphone, camera: this.#wanted.camera ? this.#devices.camera : null };
  }

  /**
   * Gets what the way of talking needs. After a press the browser may ask; without one only what it hands out silently
   * is taken.
   *
   * @param {{camera: boolean, microphone: boolean}} wish
   * @param {{pressed: boolean}} how
   */
  async begin(wish, { pressed }) {
    this.#inCall = true;
    if (!pressed && !(await this.#devices.isAllowed(wish))) return this.#told();
    this.#wanted = { ...wish };
    const [problem] = await this.#devices.ask(wish);
    if (!this.#inCall) return;
    if (problem) this.#tell(adviceFor(problem));
    this.#told();
  }

  /** @param {Kind} kind */
  async toggle(kind) {
    const on = !this.isOn(kind);
    this.#wanted[kind] = on;
    if (on) {
      const [problem] = await this.#devices.ask({ camera: kind === 'camera', microphone: kind === 'microphone' });
      if (!this.#inCall) return;
      if (problem) {
        this.#wanted[kind] = false;
        this.#tell(adviceFor(problem));
        return this.#told();
      }
    } else if (kind === 'camera') this.#devices.release('camera');
    announce.status(t(`call.said.${kind}_${on ? 'on' : 'off'}`), { force: true });
    this.#told();
  }

  /** A clerk turned it off: the person may turn it on again. @param {Kind} kind */
  turnOff(kind) {
    this.#wanted[kind] = false;
    if (kind === 'camera') this.#devices.release('camera');
    this.#told();
  }

  /** The call is over: all lights out. */
  end() {
    if (!this.#inCall) return;
    this.#inCall = false;
    this.#wanted = { camera: false, microphone: false };
    this.#devices.releaseAll();
  }

  /** A device was pulled out or changed. */
  #follow() {
    if (!this.#inCall) return;
    for (const kind of /** @type {const} */ (['camera', 'microphone'])) {
      if (!this.#wanted[kind] || this.#devices[kind]) continue;
      this.#wanted[kind] = false;
      announce.status(t(`call.said.${kind}_off`), { force: true });
    }
    this.#told();
  }

  #told() {
    if (this.#devices.microphone) this.#devices.microphone.enabled = this.#wanted.microphone;
    this.dispatchEvent(new Event('change'));
  }

  /** @param {{title: string, detail: string}} advice */
  #tell(advice) {
    this.dispatchEvent(new CustomEvent('problem', { detail: advice }));
  }
}
