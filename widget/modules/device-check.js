import { announce } from '../../js/announce.js';
import { t } from '../../js/i18n.js';
import { adviceFor, canCall, isInApp } from '../../js/parts/device-advice.js';
import { chime } from './chime.js';
import { DevicePreview } from './device-preview.js';
import { busyWhile, one, onAction, part, setText } from './dom.js';
import { NameField } from './name-field.js';
import { OtherBrowser } from './other-browser.js';
import { ProblemBox, toldOf, waysOn } from './problem-box.js';

/** @typedef {import('../../js/protocol.js').Mode} Mode */
/** @typedef {import('../../js/devices.js').Devices} Devices */
/** @typedef {import('../../js/devices.js').DeviceProblem} DeviceProblem */
/** @typedef {import('../../js/protocol.js').CitizenFrame} CitizenFrame */

/** Which devices each way of talking needs. */
export const WISHES = Object.freeze({
  video: { camera: true, microphone: true },
  voice: { camera: false, microphone: true },
  text: { camera: false, microphone: false },
  sign: { camera: true, microphone: false },
});

/** How to talk, and whether camera, microphone, speaker and link work. Nothing is asked before a press. */
export class DeviceCheck {
  #section;
  #devices;
  #ownWindow;
  #join;
  #toPhone;
  #problem;
  #preview;
  #name;
  #otherBrowser;
  /** What stood in the way when the devices of this way of talking were asked for last. @type {DeviceProblem[]} */
  #problems = [];
  /** Whether camera or microphone were asked for in this way of talking. */
  #asked = false;
  /** Which question to the browser is the last one: the answer to an earlier one, or after leaving, changes nothing here. */
  #asking = 0;

  /**
   * @param {HTMLElement} section
   * @param {object} options
   * @param {Devices} options.devices
   * @param {string} options.ownPage address of this page outside the host page's frame
   * @param {((problem: ProblemBox) => Promise<void>) | null} options.ownWindow goes on outside the host page's frame; null there
   * @param {(command: import('../../js/protocol.js').CitizenCommand) => Promise<void>} options.send
   * @param {(how: {mode: Mode, name: string | null, ready: import('../../js/protocol.js').Readiness | null}) => Promise<void>} options.join
   * @param {(() => void) | null} options.toPhone goes on on a telephone; null on one
   * @param {() => void} options.back
   */
  constructor(section, { devices, ownPage, ownWindow, send, join, toPhone, back }) {
    this.#section = section;
    this.#devices = devices;
    this.#ownWindow = ownWindow;
    this.#join = join;
    this.#toPhone = toPhone;
    this.#problem = new ProblemBox(section);
    this.#name = new NameField(section);
    this.#otherBrowser = new OtherBrowser(section, ownPage);
    this.#preview = new DevicePreview(section, { devices, send, onProblems: (problems) => this.#tell(problems) });
    onAction(section, {
      back: () => { this.leave(); back(); },
      ask: () => void this.#ask(),
      stop: () => { this.#stop(); one(section, '[data-action="ask"]').focus(); },
      speaker: () => this.#speaker(),
      join: (button) => void busyWhile(button, () => this.#joinNow()),
    });
    one(section, '.modes').addEventListener('change', () => this.#changeMode());
    devices.addEventListener('change', () => this.#tellBeforeJoining());
    if (!canCall()) this.#onlyText();
  }

  /** Before the screen is shown. @param {{sign: boolean, wishSign: boolean}} options whether PJM can be had, and is wished */
  begin({ sign, wishSign }) {
    const signMode = part(this.#section, 'mode-sign');
    signMode.hidden = !sign;
    if (wishSign && canCall()) this.#radio('sign').checked = true;
    else if (this.mode === 'sign') this.#radio('video').checked = true;
    this.#problem.hide();
    this.#changeMode();
  }

  /** @returns {Mode} */
  get mode() {
    const checked = this.#section.querySelector('input[name="mode"]:checked');
    return /** @type {Mode} */ (checked instanceof HTMLInputElement ? checked.value : 'text');
  }

  /** @param {CitizenFrame} frame */
  obey(frame) {
    this.#preview.obey(frame);
  }

  /** The screen is left: nothing is watched or heard any longer. */
  leave() {
    this.#stop();
  }

  /** @param {Mode} mode */
  #radio(mode) {
    return one(this.#section, `#mode-${mode}`, HTMLInputElement);
  }

  #onlyText() {
    for (const mode of /** @type {const} */ (['video', 'voice', 'sign'])) this.#radio(mode).disabled = true;
    this.#radio('text').checked = true;
  }

  #changeMode() {
    const { mode } = this;
    const wish = WISHES[mode];
    const section = this.#section;
    const key = wish.camera && wish.microphone ? 'video' : wish.camera ? 'sign' : 'voice';
    section.dataset.mode = mode;
    for (const row of section.querySelectorAll('.mode')) row.classList.toggle('chosen', row.querySelector('input:checked') !== null);
    setText(part(section, 'ask-text'), t(`panel.check.ask_${key}`));
    setText(part(section, 'ask-about'), t(mode === 'voice' ? 'panel.check.ask_about_voice' : 'panel.check.ask_about'));
    part(section, 'text-ready').hidden = mode !== 'text';
    part(section, 'sound').hidden = mode === 'text';
    this.#problem.hide();
    this.#problems = [];
    this.#tellBeforeJoining();
    if (!this.#asked) return;
    if (!wish.camera) this.#devices.release('camera');
    if (!wish.microphone) this.#devices.release('microphone');
    if (mode === 'text') this.#stop();
    // The person has pressed "check" before: the devices of another way of talking are asked for at once.
    else void this.#ask();
  }

  /** @returns {Promise<boolean>} whether everything that this way of talking needs is there */
  async #ask() {
    const wish = WISHES[this.mode];
    const focused = this.#section.contains(document.activeElement);
    this.#asked = true;
    this.#problem.hide();
    this.#problems = [];
    part(this.#section, 'idle').hidden = true;
    part(this.#section, 'asking').hidden = false;
    const asking = ++this.#asking;
    const problems = await this.#devices.ask(wish);
    if (asking !== this.#asking) return false;
    part(this.#section, 'asking').hidden = true;
    await this.#preview.start();
    if (asking !== this.#asking) return false;
    this.#tell(problems);
    if (problems.length === 0) this.#sayResult(wish);
    // The button that was pressed is gone: the focus goes on to what took its place.
    if (focused && document.activeElement === document.body) {
      (problems.length === 0 ? one(this.#section, '[data-action="stop"]') : this.#problem.first)?.focus();
    }
    return problems.length === 0;
  }

  /** @param {{camera: boolean, microphone: boolean}} wish */
  #sayResult(wish) {
    const key = wish.camera && wish.microphone ? 'both' : wish.camera ? 'camera' : 'microphone';
    const result = part(this.#section, 'result');
    setText(part(result, 'result-text'), t(`panel.check.result_${key}`));
    result.hidden = false;
    announce.status(t(`panel.check.result_${key}`), { force: true });
  }

  #stop() {
    this.#asking += 1;
    this.#preview.stop();
    this.#devices.releaseAll();
    this.#asked = false;
    part(this.#section, 'asking').hidden = true;
    part(this.#section, 'idle').hidden = false;
    part(this.#section, 'result').hidden = true;
    this.#tellBeforeJoining();
  }

  /** Whether everything that this way of talking needs is there. */
  get #ready() {
    const wish = WISHES[this.mode];
    return (!wish.camera || this.#devices.camera !== null) && (!wish.microphone || this.#devices.microphone !== null);
  }

  /** The way of talking that works with what there is. @returns {Mode} */
  get #working() {
    return this.mode === 'video' && this.#devices.microphone ? 'voice' : 'text';
  }

  /** Beside the button that joins: what is missing, or was not checked; nobody is forced to check it. */
  #tellBeforeJoining() {
    const [problem] = this.#problems;
    const { camera, microphone } = WISHES[this.mode];
    const devices = camera && microphone ? 'both' : camera ? 'camera' : 'microphone';
    const choice = t(`panel.check.${this.#working}`);
    const about = part(this.#section, 'join-about');
    about.hidden = this.#ready;
    about.classList.toggle('missing', problem !== undefined);
    setText(part(about, 'join-text'), problem ? t(`panel.check.missing_${problem.what}`, { choice }) : t(`panel.check.unchecked_${devices}`));
  }

  /** @param {DeviceProblem[]} problems */
  #tell(problems) {
    // Without a microphone only writing is left, whatever the camera does: that is told first.
    const isOfCamera = (/** @type {DeviceProblem} */ { what }) => what === 'camera';
    this.#problems = [...problems.filter((one) => !isOfCamera(one)), ...problems.filter(isOfCamera)];
    this.#tellBeforeJoining();
    const [problem] = this.#problems;
    if (!problem) return this.#problem.hide();
    const nothing = !this.#devices.camera && !this.#devices.microphone;
    part(this.#section, 'idle').hidden = !nothing;
    part(this.#section, 'result').hidden = true;
    const { title, detail } = adviceFor(problem);
    const half = this.mode === 'video' && !nothing && problem.what !== 'both';
    const works = half ? t(`panel.check.result_no_${problem.what}`) : t('panel.check.kept');
    this.#problem.show({ title, detail: `${detail} ${works}`.trim() }, this.#waysOn(problem));
  }

  /** @param {DeviceProblem} problem */
  #waysOn({ obstacle, what }) {
    /** @type {import('./problem-box.js').Way[]} */
    const ways = [];
    // What the host page forbids, or spoils by being insecure, works outside it.
    const elsewhere = obstacle === 'policy' || obstacle === 'insecure';
    const ownWindow = elsewhere ? this.#ownWindow : null;
    if (ownWindow) ways.push({ label: t('panel.check.popout'), primary: true, press: () => void ownWindow(this.#problem) });
    else if (obstacle === 'unsupported' || isInApp()) ways.push({ label: t('panel.check.copy_address'), primary: true, press: () => void this.#otherBrowser.copy() });
    if (!ownWindow && obstacle !== 'unsupported') ways.push({ label: t('panel.check.again'), primary: !isInApp(), press: () => void this.#ask() });
    if (what === 'camera' && this.mode !== 'sign') ways.push({ label: t('panel.check.without_camera'), press: () => this.#switchTo('voice') });
    ways.push({ label: t('panel.check.text_only'), press: () => this.#switchTo('text') });
    if (this.#toPhone && what !== 'microphone' && !elsewhere) ways.push({ label: t('panel.to_phone.open'), press: this.#toPhone });
    return ways;
  }

  /** @param {Mode} mode */
  #switchTo(mode) {
    const radio = this.#radio(mode);
    radio.checked = true;
    this.#changeMode();
    radio.focus();
  }

  /** Joining in this way failed for want of a device: leads to the choice that works. */
  #leadOn() {
    announce.alert(part(this.#section, 'join-text').textContent ?? '', { force: true });
    this.#radio(this.#working).focus();
  }

  #speaker() {
    chime.test();
    const text = part(this.#section, 'speaker-text');
    setText(text, t('panel.check.speaker_heard'));
    text.hidden = false;
    announce.status(t('panel.check.speaker_heard'), { force: true });
  }

  /** What the clerk may be told of the check; null for somebody who writes, or never checked. */
  get #readiness() {
    const { camera, microphone } = this.#devices;
    if (this.mode === 'text' || (!camera && !microphone)) return null;
    return { camera: camera !== null, microphone: microphone !== null, link: this.#preview.link };
  }

  async #joinNow() {
    // The press also allows the sound that will say "your turn".
    chime.ready();
    if (!this.#name.check()) return;
    // Refusals are better met now than when the clerk is waiting.
    if (!this.#ready && !(await this.#ask())) return this.#leadOn();
    try {
      await this.#join({ mode: this.mode, name: this.#name.value, ready: this.#readiness });
      this.leave();
    } catch (error) {
      this.#problem.show(toldOf(error), waysOn(error));
    }
  }
}
