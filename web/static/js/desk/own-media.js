/**
 * What the clerk sends: which of the own devices are meant to be on, and which are. Off means off: a camera that is off
 * is given back, so that its light goes out.
 *
 * Event `change`: what is sent is another now.
 *
 * @typedef {import('../devices.js').DeviceProblem} DeviceProblem
 * @typedef {import('../devices.js').DeviceKind} DeviceKind
 */

import { Devices } from '../devices.js';

export class OwnMedia extends EventTarget {
  devices = new Devices();
  #wish = { camera: true, microphone: true };

  constructor() {
    super();
    this.devices.addEventListener('change', () => {
      const { microphone } = this.devices;
      if (microphone) microphone.enabled = this.#wish.microphone;
      this.dispatchEvent(new Event('change'));
    });
  }

  /** The camera's track while it is on. */
  get camera() {
    return this.#wish.camera ? this.devices.camera : null;
  }

  /** The microphone's track, also while it is muted: unmuting must take no time. */
  get microphone() {
    return this.devices.microphone;
  }

  /** Which devices are really on. */
  get on() {
    return { camera: this.camera !== null, microphone: this.#wish.microphone && this.devices.microphone !== null };
  }

  /** Opens what is meant to be on. @returns {Promise<DeviceProblem[]>} */
  async open() {
    return await this.devices.ask(this.#wish);
  }

  /** Switches a device on or off. @param {DeviceKind} kind @returns {Promise<DeviceProblem[]>} */
  async toggle(kind) {
    const next = !this.on[kind];
    this.#wish[kind] = next;
    if (!next && kind === 'camera') this.devices.release('camera');
    else if (!next && this.devices.microphone) this.devices.microphone.enabled = false;
    const problems = next ? await this.devices.ask({ camera: kind === 'camera', microphone: kind === 'microphone' }) : [];
    if (this.devices.microphone) this.devices.microphone.enabled = this.#wish.microphone;
    this.dispatchEvent(new Event('change'));
    return problems;
  }

  /** Gives everything back after a call. The next one begins with both on. */
  close() {
    this.#wish = { camera: true, microphone: true };
    this.devices.releaseAll();
  }
}
