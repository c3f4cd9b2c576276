/**
 * The call at the desk: joins what the server says of it with the media connection, the stage, the controls and the
 * chat. One call after another; `end()` forgets all of one.
 *
 * @typedef {import('../protocol.js').DeskCommand} DeskCommand
 * @typedef {import('../protocol.js').DeskInCallFrame} DeskInCallFrame
 * @typedef {import('../protocol.js').RoomReadyFrame} RoomReadyFrame
 * @typedef {import('../protocol.js').OfferAgainFrame} OfferAgainFrame
 * @typedef {import('../protocol.js').AnswerFrame} AnswerFrame
 * @typedef {import('../protocol.js').ChatView} ChatView
 * @typedef {import('../protocol.js').UtteranceView} UtteranceView
 * @typedef {import('../protocol.js').MemberView} MemberView
 * @typedef {import('../protocol.js').DocumentsView} DocumentsView
 * @typedef {import('../devices.js').DeviceKind} DeviceKind
 * @typedef {import('../devices.js').DeviceProblem} DeviceProblem
 */

import { announce } from '../announce.js';
import { CallMedia } from '../call.js';
import { t } from '../i18n.js';
import { Controls } from '../parts/controls.js';
import { adviceFor } from '../parts/device-advice.js';
import { element, setText } from '../parts/element.js';
import { MemberNews } from '../parts/member-news.js';
import { NamedTimers } from '../parts/named-timers.js';
import { ScreenShare } from '../parts/screen-share.js';
import { SmallWindow, smallWindowLabel } from '../parts/small-window.js';
import { Stage } from '../parts/stage.js';
import { BreakOff } from './break-off.js';
import { clockTime } from './clock-time.js';
import { DevicePanel } from './device-panel.js';
import { part } from './dom.js';
import { OwnMedia } from './own-media.js';
import { TalkSide } from './talk-side.js';
import { TurnOff } from './turn-off.js';

/** The offer waits so long for camera and microphone; what comes later is added without another offer. */
const DEVICES_WAIT_MS = 500;
const RENEW_FIRST_MS = 1_000;
const RENEW_MAX_MS = 8_000;

export class CallPane {
  #send;
  #press;
  #isLinked;
  #onInterrupted;
  #notices;
  #stage;
  #controls;
  #small;
  #side;
  #turnOff;
  #breakOff;
  #own = new OwnMedia();
  #devicePanel;
  #share = new ScreenShare({
    role: 'clerk',
    track: (track, { hadFocus }) => {
      this.#controls.show({ screen: track !== null });
      if (track === null && hadFocus) this.#controls.focus('screen');
      void this.#media.setScreen(track);
    },
    impossible: () => this.#notices.add('devices', 'warn', t('call.screen.phone_title'), t('call.screen.phone_text')),
  });
  #media;
  #news = new MemberNews();
  #timers = new NamedTimers();
  #dialog = part('end-dialog', HTMLDialogElement);
  #devicesDialog = part('devices-dialog', HTMLDialogElement);
  /** @type {string | null} */
  #call = null;
  /** @type {DeskInCallFrame | null} */
  #view = null;
  /** @type {Promise<unknown> | null} */
  #opening = null;
  #renewals = 0;
  #interrupted = false;
  #inCall = false;
  #announcedMedia = '';

  /**
   * @param {object} options
   * @param {(command: DeskCommand) => Promise<unknown>} options.send
   * @param {(command: DeskCommand) => void} options.press sends what the clerk asks for, and tells them if it is refused
   * @param {() => boolean} options.isLinked whether the socket is up
   * @param {() => void} options.onInterrupted the media have stopped coming
   * @param {import('./notices.js').Notices} options.notices
   */
  constructor({ send, press, isLinked, onInterrupted, notices }) {
    this.#send = send;
    this.#press = press;
    this.#onInterrupted = onInterrupted;
    this.#isLinked = isLinked;
    this.#notices = notices;
    const stage = part('stage');
    this.#stage = new Stage(stage);
    this.#stage.addLine(this.#share.element);
    const bar = element('div');
    stage.append(bar);
    this.#turnOff = new TurnOff(this.#send);
    this.#breakOff = new BreakOff(this.#press);
    this.#controls = new Controls(bar, {
      press: {
        microphone: () => void this.toggle('microphone'), camera: () => void this.toggle('camera'),
        screen: () => void this.#share.toggle(), chat: () => this.#side.toggle('chat'), 'live-text': () => this.#side.toggleLive(),
        documents: () => this.#side.toggle('documents'), end: () => this.askToEnd(),
      },
      more: [
        { id: 'devices', icon: 'gear', label: t('desk.devices.heading'), press: () => this.#showDevices() },
        { id: 'full', icon: 'full', label: t('call.screen.full'), press: () => void this.#stage.toggleFull() },
        ...(SmallWindow.isPossible ? [{ id: 'small', icon: 'window', label: smallWindowLabel(false), press: () => void this.#toggleSmall() }] : []),
        { id: 'self', icon: 'user', label: t('call.stage.self_hide'), press: () => this.#toggleSelf() },
        { id: 'move', icon: 'swap', label: t('call.stage.self_move'), press: () => this.#stage.moveSelf() },
        ...this.#turnOff.items,
        this.#breakOff.item,
      ],
    });
    this.#small = new SmallWindow(this.#stage, {
      press: { microphone: () => void this.toggle('microphone'), camera: () => void this.toggle('camera'), end: () => this.askToEnd() },
      onChange: (open) => this.#controls.rename('small', smallWindowLabel(open)),
    });
    this.#turnOff.show(this.#controls, []);
    this.#breakOff.offer(this.#controls, false);
    this.#side = new TalkSide(this.#controls, { send: this.#send, nameOf: (message) => this.#nameOf(message) });
    this.#media = new CallMedia({ offer: (command) => this.#send(command), isLinked: this.#isLinked });
    this.#followMedia();
    this.#devicePanel = new DevicePanel(this.#own.devices, () => this.#call !== null);
    part('devices').append(this.#devicePanel.element);
    this.#own.addEventListener('change', () => this.#showOwn());
    this.#dialog.addEventListener('close', () => {
      if (this.#dialog.returnValue === 'yes' && this.#inCall) this.#press({ type: 'hang-up' });
    });
    this.#devicesDialog.addEventListener('close', () => {
      this.#devicePanel.close();
      part('devices').append(this.#devicePanel.element);
    });
  }

  /**
   * Somebody is being called: the own camera and microphone are opened meanwhile.
   *
   * @param {string} title of the call
   * @param {string} language the citizen's
   */
  prepare(title, language) {
    this.#stage.showFacts({ title });
    this.#side.speak(language);
    if (this.#opening) return;
    this.#timers.after('asking', DEVICES_WAIT_MS, () => this.#stage.showNote(t('desk.call.asking')));
    const opening = this.#own.open().then((problems) => {
      // The invitation was taken back while the browser asked.
      if (this.#opening !== opening) return;
      this.#timers.cancel('asking');
      this.#stage.showNote(null);
      this.#tell(problems);
      this.#showOwn();
    });
    this.#opening = opening;
  }

  /** The call is on: chat and controls are there. @param {boolean} inCall */
  setInCall(inCall) {
    if (inCall && !this.#inCall) this.#small.begin();
    this.#inCall = inCall;
    this.#side.setInCall(inCall);
    this.#breakOff.offer(this.#controls, inCall);
    if (!inCall && this.#dialog.open) this.#dialog.close('no');
  }

  /** @param {RoomReadyFrame} frame */
  async roomReady({ call, generation }) {
    if (this.#media.resume({ call, generation })) return;
    this.#call = call;
    this.#renewals = 0;
    this.#timers.cancel('renew');
    this.#announcedMedia = '';
    await Promise.race([this.#opening, new Promise((late) => setTimeout(late, DEVICES_WAIT_MS))]);
    if (this.#call !== call) return;
    await this.#media.start({
      call, generation, tracks: { audio: this.#own.microphone, camera: this.#own.camera, screen: this.#share.track }, receive: { audio: true, video: true },
    });
    this.#tellMedia();
  }

  /** @param {OfferAgainFrame} frame */
  offerAgain({ call, others }) {
    if (call === this.#call) void this.#media.offerAgain(others);
  }

  /** @param {AnswerFrame} frame */
  answer(frame) {
    void this.#media.answer(frame);
  }

  /** @param {DeskInCallFrame} view */
  show(view) {
    const before = this.#view;
    this.#view = view;
    this.#call ??= view.call;
    const others = view.members.filter((member) => member.member !== view.me);
    this.#side.chat.setMe(view.me);
    this.#side.live.follow(view.members, view.me);
    this.#media.setOthers(others.map((member) => member.member));
    this.#stage.showMembers(view.members, view.me);
    this.#stage.showStreams(this.#media.streams);
    this.#turnOff.show(this.#controls, view.members);
    this.#stage.showFacts({ live_at: view.live_at });
    if (view.live_at !== null) this.#news.hear(view.members, view.me);
    this.#tellMedia();
    this.#showNote(before);
  }

  /** @param {ChatView} message */
  chat(message) {
    this.#side.chat.add(message);
  }

  /** @param {import('../protocol.js').TranscriptFrame} frame */
  transcript({ messages, utterances }) {
    this.#side.chat.replace(messages, utterances);
    this.#side.live.replace(utterances);
  }

  /** @param {UtteranceView} utterance */
  liveText(utterance) {
    this.#side.live.hear(utterance);
  }

  /** @param {DocumentsView} view */
  documents(view) {
    if (view.phase === 'open' || view.call === this.#call) this.#side.documents.show(view);
  }

  /** The socket is there again: what was on before may be unknown to the server now. */
  reconnected() {
    this.#announcedMedia = '';
    this.#side.documents.linked();
    this.#tellMedia();
  }

  /** Ends everything of this call here; the devices' lights go out and no screen is shown any more. */
  end() {
    if (this.#call === null && !this.#opening) return;
    this.#call = null;
    this.#view = null;
    this.#opening = null;
    this.#interrupted = false;
    this.#timers.clear();
    this.#share.end();
    this.#small.end();
    this.#media.close();
    this.#media = new CallMedia({ offer: (command) => this.#send(command), isLinked: this.#isLinked });
    this.#followMedia();
    this.#stage.close();
    this.#side.clear();
    this.#news.clear();
    this.#turnOff.show(this.#controls, []);
    this.setInCall(false);
    if (this.#devicesDialog.open) this.#devicesDialog.close();
    this.#notices.remove('devices');
    this.#own.close();
  }

  /** @param {DeviceKind} kind */
  async toggle(kind) {
    if (!this.#inCall && this.#call === null) return;
    const problems = await this.#own.toggle(kind);
    this.#tell(problems);
    if (problems.length === 0) announce.status(t(`call.said.${kind}_${this.#own.on[kind] ? 'on' : 'off'}`), { force: true });
  }

  /** Puts the focus into the chat. */
  focusChat() {
    this.#side.focus('chat');
  }

  /** Asks before the call ends (pattern T5). */
  askToEnd() {
    if (!this.#inCall || this.#dialog.open) return;
    setText(part('end-text'), t(this.#side.documents.isSending ? 'documents.end_sending' : 'desk.end.text'));
    this.#dialog.returnValue = 'no';
    this.#dialog.showModal();
  }

  #followMedia() {
    const media = this.#media;
    media.addEventListener('streams', () => this.#stage.showStreams(media.streams));
    media.addEventListener('speaking', (event) => this.#stage.showSpeaking(/** @type {CustomEvent} */ (event).detail.members));
    media.addEventListener('quality', (event) => this.#stage.showFacts({ quality: /** @type {CustomEvent} */ (event).detail.word }));
    media.addEventListener('state', () => this.#followState(media));
    media.addEventListener('failed', () => {
      const wait_ms = Math.min(RENEW_MAX_MS, RENEW_FIRST_MS * 2 ** this.#renewals++);
      this.#timers.after('renew', wait_ms, () => media.renew());
    });
  }

  /** @param {CallMedia} media */
  #followState(media) {
    if (media !== this.#media) return;
    if (media.state === 'interrupted') this.#onInterrupted();
    if (media.state === 'interrupted' && !this.#interrupted && this.#view?.live_at) {
      this.#interrupted = true;
      announce.alert(t('call.said.reconnecting'), { force: true });
    } else if (media.state === 'connected') {
      this.#renewals = 0;
      this.#timers.cancel('renew');
      if (this.#interrupted) announce.status(t('call.said.reconnected'), { force: true });
      this.#interrupted = false;
    }
    this.#showNote(this.#view);
  }

  /** Over the picture: whose connection is awaited, and until when. @param {DeskInCallFrame | null} before */
  #showNote(before) {
    const view = this.#view;
    if (this.#interrupted) return this.#stage.showNote(t('call.said.reconnecting'));
    if (view?.phase !== 'reconnecting') {
      if (!this.#timers.has('asking')) this.#stage.showNote(null);
      if (before?.phase === 'reconnecting' && view?.phase === 'live') announce.status(t('desk.call.back'), { force: true });
      return;
    }
    const asked = view.awaited_until === null;
    const text = asked ? t('desk.call.lost_ask') : t('desk.call.lost_until', { time: clockTime(view.awaited_until ?? '') });
    this.#stage.showNote(text, asked ? [
      { label: t('desk.call.wait_longer'), press: () => this.#press({ type: 'wait-longer' }) },
      { label: t('call.controls.end'), press: () => this.askToEnd() },
    ] : []);
    const wasAsked = before?.phase === 'reconnecting' && before.awaited_until === null;
    if (before?.phase !== 'reconnecting' || (asked && !wasAsked)) announce.alert(text, { force: true });
  }

  #showOwn() {
    const { camera, microphone, on } = this.#own;
    this.#stage.showSelf(camera ? new MediaStream([camera]) : null);
    this.#controls.show({ microphone: on.microphone, camera: on.camera });
    this.#small.show(on);
    if (this.#call === null) return;
    void this.#media.setTrack('camera', camera);
    void this.#media.setTrack('audio', microphone);
    this.#tellMedia();
  }

  /** Tells the others which devices are on, once for each change. */
  #tellMedia() {
    if (this.#view === null) return;
    const { microphone, camera } = this.#own.on;
    const key = `${this.#call} ${microphone} ${camera}`;
    if (key === this.#announcedMedia) return;
    this.#announcedMedia = key;
    this.#send({ type: 'media', microphone, camera }).catch(() => {
      this.#announcedMedia = '';
    });
  }

  /** @param {DeviceProblem[]} problems */
  #tell(problems) {
    this.#notices.remove('devices');
    for (const problem of problems) {
      const { title, detail } = adviceFor(problem);
      this.#notices.add('devices', 'warn', title, detail, {
        label: t('desk.devices.again'),
        press: async () => {
          this.#controls.focus('camera');
          this.#tell(await this.#own.open());
        },
      });
    }
  }

  #showDevices() {
    part('devices-in-call').append(this.#devicePanel.element);
    this.#devicesDialog.showModal();
    void this.#devicePanel.open();
  }

  async #toggleSmall() {
    if (!(await this.#small.toggle())) this.#notices.add('devices', 'warn', t('call.small.impossible'));
  }

  #toggleSelf() {
    this.#stage.selfHidden = !this.#stage.selfHidden;
    this.#controls.rename('self', t(this.#stage.selfHidden ? 'call.stage.self_show' : 'call.stage.self_hide'));
  }

  /** @param {ChatView | UtteranceView} message */
  #nameOf(message) {
    const member = this.#view?.members.find(({ member: id }) => id === message.member);
    return member?.name ?? t(`call.role.${message.role}`);
  }
}
