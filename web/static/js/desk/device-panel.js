/**
 * The clerk's own camera and microphone: a try before the first call, and the choice among several at any time. Nothing
 * is switched on before the button is pressed, and after the try everything is off again.
 *
 * @typedef {import('../devices.js').Devices} Devices
 * @typedef {import('../devices.js').DeviceKind} DeviceKind
 * @typedef {import('../devices.js').DeviceProblem} DeviceProblem
 */

import { announce } from '../announce.js';
import { t } from '../i18n.js';
import { adviceFor } from '../parts/device-advice.js';
import { element, setText } from '../parts/element.js';
import { icon } from '../parts/icon.js';
import { LevelMeter } from '../parts/level-meter.js';

const KINDS = /** @type {const} */ (['camera', 'microphone']);

export class DevicePanel {
  /** The panel itself, for the owner to place. */
  element;
  #devices;
  #keep;
  #intro;
  #start;
  #video = element('video', { playsinline: true, autoplay: true, muted: true, class: 'device-video' });
  #bar = element('progress', { max: '1', value: '0', 'aria-hidden': 'true' });
  #verdict = element('p', { class: 'small' });
  #problems = element('div', { class: 'stack tight' });
  #trial;
  #done;
  /** @type {Record<DeviceKind, HTMLSelectElement>} */
  #choices = { camera: element('select', { id: 'choose-camera' }), microphone: element('select', { id: 'choose-microphone' }) };
  /** @type {LevelMeter | null} */
  #meter = null;
  /** @type {MediaStreamTrack | null} */
  #metered = null;
  #saidGood = false;

  /**
   * @param {Devices} devices
   * @param {() => boolean} keep whether the devices are in use by a call, so that the end of the try leaves them on
   */
  constructor(devices, keep) {
    this.#devices = devices;
    this.#keep = keep;
    this.#video.muted = true;
    this.#video.setAttribute('aria-label', t('call.stage.self'));
    this.#start = element('button', { type: 'button', class: 'btn wide', click: () => void this.open() }, icon('video'), t('desk.devices.start'));
    this.#intro = element('div', { class: 'stack tight' }, element('p', { class: 'muted small' }, t('desk.devices.about')), this.#start);
    this.#done = element('button', { type: 'button', class: 'btn wide', click: () => { this.close(); this.#start.focus(); } }, t('desk.devices.done'));
    this.#trial = element('div', { class: 'device-trial', hidden: true },
      this.#video,
      element('div', { class: 'device-sound' }, icon('mic'), this.#bar), this.#verdict,
      this.#problems,
      ...KINDS.map((kind) => field(this.#choices[kind], t(`desk.devices.${kind}`))),
      this.#done);
    this.element = element('div', { class: 'device-panel stack tight' }, this.#intro, this.#trial);
    for (const kind of KINDS) {
      this.#choices[kind].addEventListener('change', async () => {
        this.#tell(await this.#devices.choose(kind, this.#choices[kind].value));
        this.#saidGood = false;
      });
    }
    devices.addEventListener('change', () => void this.#show());
  }

  /** Whether the own picture is shown here now. */
  get isOpen() {
    return !this.#trial.hidden;
  }

  /** Asks for both devices and shows what comes; during a call only shows what is on. */
  async open() {
    this.#trial.hidden = false;
    this.#intro.hidden = true;
    this.#done.hidden = this.#keep();
    this.#saidGood = false;
    if (!this.#keep()) {
      setText(this.#verdict, t('desk.devices.asking'));
      this.#done.focus();
      this.#tell(await this.#devices.ask({ camera: true, microphone: true }));
    }
    await this.#show();
  }

  /** Ends the try; the lights go out unless a call uses the devices. */
  close() {
    this.#trial.hidden = true;
    this.#intro.hidden = false;
    this.#listen(null);
    this.#video.srcObject = null;
    if (!this.#keep()) this.#devices.releaseAll();
  }

  async #show() {
    if (this.#trial.hidden) return;
    const { camera, microphone } = this.#devices;
    const shown = this.#video.srcObject instanceof MediaStream ? this.#video.srcObject.getVideoTracks()[0] : null;
    if ((shown ?? null) !== camera) this.#video.srcObject = camera ? new MediaStream([camera]) : null;
    this.#listen(microphone);
    for (const kind of KINDS) await this.#list(kind);
  }

  /** @param {DeviceKind} kind */
  async #list(kind) {
    const choices = await this.#devices.choices(kind);
    const select = this.#choices[kind];
    const names = choices.map(({ id, label }, index) => option(id, label || t(`desk.devices.unnamed_${kind}`, { number: index + 1 })));
    if (names.length === 0) names.push(option('', t(`desk.devices.none_${kind}`)));
    // An open list must not be changed under the reader's hands.
    const same = names.length === select.options.length && names.every((name, index) => name.text === select.options[index]?.text);
    if (!same) select.replaceChildren(...names);
    const chosen = this.#devices.idOf(kind);
    if (chosen !== null && choices.some(({ id }) => id === chosen)) select.value = chosen;
  }

  /** @param {MediaStreamTrack | null} microphone */
  #listen(microphone) {
    if (microphone === this.#metered) return;
    this.#metered = microphone;
    this.#meter?.close();
    this.#meter = null;
    this.#bar.value = 0;
    if (!microphone) return setText(this.#verdict, t('desk.devices.heard_off'));
    this.#meter = new LevelMeter(microphone, ({ level, verdict }) => {
      this.#bar.value = level;
      setText(this.#verdict, t(`desk.devices.heard_${verdict}`));
      if (verdict === 'good' && !this.#saidGood) {
        this.#saidGood = true;
        announce.status(t(this.#devices.camera ? 'desk.devices.works' : 'desk.devices.works_sound'), { force: true });
      }
    });
  }

  /** @param {DeviceProblem[]} problems */
  #tell(problems) {
    this.#problems.replaceChildren(...problems.map((problem) => {
      const { title, detail } = adviceFor(problem);
      return element('div', { class: 'notice warn' }, icon('alert'),
        element('div', { class: 'stack tight grow' }, element('p', {}, title), ...(detail === '' ? [] : [element('p', { class: 'small' }, detail)]),
          element('button', { type: 'button', class: 'btn', click: () => void this.open() }, icon('refresh'), t('desk.devices.again'))));
    }));
    for (const problem of problems) announce.alert(adviceFor(problem).title, { force: true });
  }
}

/**
 * @param {HTMLSelectElement} select
 * @param {string} label
 */
function field(select, label) {
  return element('div', { class: 'field' }, element('label', { for: select.id }, label), select);
}

/**
 * @param {string} value
 * @param {string} text
 */
function option(value, text) {
  return element('option', { value }, text);
}
