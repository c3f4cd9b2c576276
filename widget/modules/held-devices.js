import { t } from '../../js/i18n.js';

/** @typedef {import('../../js/protocol.js').Device} Device */

/**
 * What a clerk turned off of ours: lets go of it and says so. It stays off, whatever this browser reports, until the
 * person's own press turns it on again (L-13).
 */
export class HeldDevices {
  #send;
  #isOn;
  #letGo;
  #tell;
  #untell;
  /** @type {Set<Device>} */
  #held = new Set();
  /** The server has not said yet that these are ours again. @type {Set<Device>} */
  #turningOn = new Set();

  /**
   * @param {object} options
   * @param {(command: import('../../js/protocol.js').TurnOnCommand) => Promise<unknown>} options.send
   * @param {(device: Device) => boolean} options.isOn whether it is on or shared here
   * @param {(device: Device) => void} options.letGo
   * @param {(told: {title: string, detail: string}) => void} options.tell
   * @param {() => void} options.untell what was told last is over
   */
  constructor({ send, isOn, letGo, tell, untell }) {
    this.#send = send;
    this.#isOn = isOn;
    this.#letGo = letGo;
    this.#tell = tell;
    this.#untell = untell;
  }

  /** @param {Device[]} turnedOff of ours, as the server says now */
  follow(turnedOff) {
    const before = this.#held;
    this.#held = new Set(turnedOff);
    if ([...before].some((device) => !this.#held.has(device))) this.#untell();
    for (const device of turnedOff) {
      // Asked for already; the server's word of before the press is old.
      if (this.#turningOn.has(device)) continue;
      const wasOn = this.#isOn(device);
      if (wasOn) this.#letGo(device);
      if (wasOn || !before.has(device)) this.#tellOff(device);
    }
  }

  /** Whether a clerk turned it off. @param {Device} device */
  has(device) {
    return this.#held.has(device);
  }

  /** The person turns it on. @param {Device} device */
  turnOn(device) {
    if (!this.#held.has(device) || this.#turningOn.has(device)) return;
    this.#turningOn.add(device);
    this.#send({ type: 'turn-on', device })
      .catch(() => this.#letGo(device))
      .finally(() => this.#turningOn.delete(device));
  }

  /** Forgets everything, for the next call. */
  clear() {
    this.#held.clear();
    this.#turningOn.clear();
  }

  /** @param {Device} device */
  #tellOff(device) {
    this.#tell({ title: t(`panel.call.turned_off.${device}`), detail: t(`panel.call.turned_off.${device}_about`) });
  }
}
