import { announce } from '../../js/announce.js';
import { t } from '../../js/i18n.js';
import { LevelMeter } from '../../js/parts/level-meter.js';
import { element, one, part, setText } from './dom.js';
import { NetworkCheck } from './network-check.js';

/** @typedef {import('../../js/devices.js').Devices} Devices */
/** @typedef {import('../../js/devices.js').DeviceKind} DeviceKind */
/** @typedef {import('../../js/devices.js').DeviceProblem} DeviceProblem */

/** The meter's value is for screen readers; its bar moves with each picture. */
const METER_EVERY_MS = 1_000;

/** Shows what the devices give: the own picture, how loud the voice is, the picture that came back over the network. */
export class DevicePreview {
  #section;
  #devices;
  #send;
  #onProblems;
  /** @type {LevelMeter | null} */
  #meter = null;
  /** @type {MediaStreamTrack | null} */
  #metered = null;
  /** @type {NetworkCheck | null} */
  #network = null;
  #meteredAt = 0;
  /** @type {'good' | 'fair' | 'poor' | null} */
  #verdict = null;
  #running = false;

  /**
   * @param {HTMLElement} section
   * @param {object} options
   * @param {Devices} options.devices
   * @param {(command: import('../../js/protocol.js').CitizenCommand) => Promise<void>} options.send
   * @param {(problems: DeviceProblem[]) => void} options.onProblems
   */
  constructor(section, { devices, send, onProblems }) {
    this.#section = section;
    this.#devices = devices;
    this.#send = send;
    this.#onProblems = onProblems;
    devices.addEventListener('change', () => void this.#refresh());
    for (const kind of /** @type {const} */ (['camera', 'microphone'])) {
      const select = this.#select(kind);
      select.addEventListener('change', async () => this.#onProblems(await devices.choose(kind, select.value)));
    }
  }

  /** Begins with the devices there are; the link is checked along with them. */
  async start() {
    this.#running = true;
    await this.#refresh();
    if (!this.#running || (!this.#devices.camera && !this.#devices.microphone)) return;
    this.#checkNetwork();
  }

  stop() {
    this.#running = false;
    this.#verdict = null;
    this.#network?.stop();
    this.#network = null;
    this.#showEcho(null);
    part(this.#section, 'network').hidden = true;
    void this.#refresh();
  }

  /** @param {import('../../js/protocol.js').CitizenFrame} frame */
  obey(frame) {
    this.#network?.obey(frame);
  }

  /** @param {DeviceKind} kind */
  #select(kind) {
    return one(this.#section, `#check-${kind}`, HTMLSelectElement);
  }

  async #refresh() {
    const { camera, microphone } = this.#devices;
    const running = this.#running && (camera !== null || microphone !== null);
    this.#showPicture(running ? camera : null);
    // A voice alone needs no dark, empty picture.
    part(this.#section, 'preview').hidden = running && camera === null;
    this.#listen(running ? microphone : null);
    part(this.#section, 'running').hidden = !running;
    one(this.#section, '[data-action="stop"]').hidden = !running;
    if (!running) return;
    await this.#network?.change('camera', camera);
    await this.#network?.change('audio', microphone);
    await this.#list('camera', camera !== null);
    await this.#list('microphone', microphone !== null);
  }

  /** @param {MediaStreamTrack | null} camera */
  #showPicture(camera) {
    const video = part(this.#section, 'video', HTMLVideoElement);
    const shown = video.srcObject instanceof MediaStream ? (video.srcObject.getVideoTracks()[0] ?? null) : null;
    if (shown !== camera) video.srcObject = camera ? new MediaStream([camera]) : null;
    video.hidden = camera === null;
    part(this.#section, 'plate').hidden = camera === null;
  }

  /** @param {MediaStreamTrack | null} microphone */
  #listen(microphone) {
    part(this.#section, 'level').hidden = microphone === null;
    if (microphone === this.#metered) return;
    this.#meter?.close();
    this.#metered = microphone;
    this.#meter = microphone ? new LevelMeter(microphone, (loudness) => this.#showLevel(loudness)) : null;
  }

  /** @param {import('../../js/parts/level-meter.js').Loudness} loudness */
  #showLevel({ level, verdict }) {
    part(this.#section, 'meter-bar').style.scale = `${level} 1`;
    const now = performance.now();
    if (now - this.#meteredAt < METER_EVERY_MS) return;
    this.#meteredAt = now;
    const text = t(`panel.check.level_${verdict}`);
    setText(part(this.#section, 'level-text'), text);
    const meter = part(this.#section, 'meter');
    meter.setAttribute('aria-valuenow', String(Math.round(level * 100)));
    meter.setAttribute('aria-valuetext', text);
  }

  /**
   * @param {DeviceKind} kind
   * @param {boolean} inUse
   */
  async #list(kind, inUse) {
    const select = this.#select(kind);
    const choices = await this.#devices.choices(kind);
    part(this.#section, `${kind}-field`).hidden = !inUse || choices.length === 0;
    const options = choices.map(({ id, label }, index) =>
      element('option', { value: id }, label || t('panel.check.device_number', { number: index + 1 })));
    select.replaceChildren(...options);
    select.value = this.#devices.idOf(kind) ?? '';
    part(this.#section, 'applies').hidden = part(this.#section, 'camera-field').hidden && part(this.#section, 'microphone-field').hidden;
  }

  /** The link as the check found it; null where it did not come to its end. @returns {'good' | 'fair' | 'poor' | null} */
  get link() {
    return this.#verdict;
  }

  #checkNetwork() {
    this.#verdict = null;
    this.#network?.stop();
    this.#showEcho(null);
    const network = new NetworkCheck({
      send: this.#send,
      tracks: { audio: this.#devices.microphone, camera: this.#devices.camera },
    });
    this.#network = network;
    this.#sayNetwork(t('panel.check.network_start'), 'checking');
    network.addEventListener('echo', (event) => {
      const { stream } = /** @type {CustomEvent<{stream: MediaStream}>} */ (event).detail;
      if (this.#network === network && this.#devices.camera) this.#showEcho(stream);
    });
    network.addEventListener('verdict', (event) => {
      if (this.#network !== network) return;
      const { word } = /** @type {CustomEvent<{word: import('./network-check.js').NetworkVerdict}>} */ (event).detail;
      this.#verdict = word === 'failed' ? null : word;
      const text = t(`panel.check.network_${word}`);
      this.#sayNetwork(text, word);
      announce.status(text);
    });
  }

  /**
   * @param {string} text
   * @param {string} word
   */
  #sayNetwork(text, word) {
    const line = part(this.#section, 'network');
    line.hidden = false;
    line.dataset.word = word;
    setText(part(line, 'network-text'), text);
  }

  /** @param {MediaStream | null} stream */
  #showEcho(stream) {
    const box = part(this.#section, 'echo');
    const video = one(box, 'video', HTMLVideoElement);
    if (video.srcObject !== stream) video.srcObject = stream;
    if (stream === null) box.hidden = true;
    // Only a picture that really came back is shown as one.
    else video.addEventListener('loadeddata', () => (box.hidden = video.srcObject !== stream), { once: true });
  }
}
