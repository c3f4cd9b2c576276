import { announce } from '../../js/announce.js';
import { CallMedia } from '../../js/call.js';
import { isolate } from '../../js/parts/people-words.js';
import { lostInWords } from '../../js/parts/live-text/lost-text.js';
import { ScreenShare } from '../../js/parts/screen-share.js';
import { formatTimeForBoth, t } from '../../js/i18n.js';
import { CallRoom } from './call-room.js';
import { chooseDevices } from './choose-devices.js';
import { confirm, withdraw } from './confirm.js';
import { WISHES } from './device-check.js';
import { part } from './dom.js';
import { HeldDevices } from './held-devices.js';
import { OwnMedia } from './own-media.js';
import { ProblemBox, toldOf } from './problem-box.js';

/** @typedef {import('../../js/protocol.js').CitizenFrame} CitizenFrame */
/** @typedef {import('../../js/protocol.js').CitizenInCallFrame} InCallFrame */
/** @typedef {import('../../js/protocol.js').MemberView} MemberView */
/** @typedef {import('../../js/protocol.js').ChatView} ChatView */
/** @typedef {import('../../js/protocol.js').UtteranceView} UtteranceView */
/** @typedef {import('../../js/protocol.js').DocumentsView} DocumentsView */
/** @typedef {import('../../js/protocol.js').Mode} Mode */

/** A browser's question for a device must not keep the call waiting longer; what comes later is added then. */
const DEVICES_WITHIN_MS = 6_000;
const RENEW_AFTER_MS = 2_000;

/** The call as the citizen sees it: joins what comes over the socket, the media and the devices to what is seen. */
export class CitizenCall {
  #section;
  #send;
  #hangUp;
  #onUnread;
  #isLinked;
  #onInterrupted;
  #ownWindow;
  #devices;
  #own;
  #held;
  #problem;
  /** @type {CallRoom | null} */
  #room = null;
  /** @type {ScreenShare | null} */
  #share = null;
  /** @type {CallMedia | null} */
  #media = null;
  /** @type {InCallFrame | null} */
  #view = null;
  /** @type {Promise<void> | null} */
  #ready = null;
  /** The documents as the server told them last, which may be before there is a room. @type {DocumentsView | null} */
  #documents = null;
  /** All that was written, for a copy after the call. @type {Map<string, ChatView | UtteranceView>} */
  #written = new Map();
  #sent = '';
  /** Connecting the media has failed and is tried again. */
  #failing = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #renewal;

  /**
   * @param {HTMLElement} section
   * @param {object} options
   * @param {import('../../js/devices.js').Devices} options.devices
   * @param {(command: import('../../js/protocol.js').CitizenCommand) => Promise<void>} options.send
   * @param {() => Promise<void>} options.hangUp
   * @param {(count: number) => void} options.onUnread
   * @param {() => boolean} options.isLinked whether the socket is up
   * @param {() => void} options.onInterrupted the media have stopped coming
   * @param {((problem: ProblemBox) => Promise<void>) | null} options.ownWindow moves the call into a window of its own; null in one
   */
  constructor(section, { devices, send, hangUp, onUnread, isLinked, onInterrupted, ownWindow }) {
    this.#section = section;
    this.#devices = devices;
    this.#send = send;
    this.#hangUp = hangUp;
    this.#onUnread = onUnread;
    this.#isLinked = isLinked;
    this.#onInterrupted = onInterrupted;
    this.#ownWindow = ownWindow;
    this.#problem = new ProblemBox(section);
    this.#own = new OwnMedia(devices);
    this.#own.addEventListener('change', () => void this.#showOwn());
    this.#own.addEventListener('problem', (event) => {
      this.#tell(/** @type {CustomEvent<{title: string, detail: string}>} */ (event).detail);
    });
    this.#held = new HeldDevices({
      send,
      isOn: (device) => (device === 'screen' ? (this.#share?.track ?? null) !== null : this.#own.isOn(device)),
      letGo: (device) => (device === 'screen' ? this.#share?.end() : this.#own.turnOff(device)),
      tell: (told) => this.#tell(told),
      untell: () => this.#problem.hide(),
    });
  }

  /** The person pressed "join": the browser may ask for devices now, while the server opens the room. @param {Mode} mode */
  prepare(mode) {
    this.#ready = this.#own.begin(WISHES[mode], { pressed: true });
  }

  /** @param {InCallFrame} frame */
  show(frame) {
    const before = this.#view;
    if (before && before.call !== frame.call) this.stop();
    this.#view = frame;
    this.#held.follow(frame.members.find((member) => member.member === frame.me)?.turned_off ?? []);
    const room = (this.#room ??= this.#open(frame));
    const others = frame.members.filter((member) => member.member !== frame.me);
    room.stage.showMembers(frame.members, frame.me);
    room.live.follow(frame.members, frame.me);
    room.stage.showFacts({ live_at: frame.live_at });
    this.#media?.setOthers(others.map((member) => member.member));
    if (this.#documents?.call === frame.call) room.documents.show(this.#documents);
    this.showNote();
    this.#sayChanges(before, frame);
    void this.#showOwn();
  }

  /** @param {CitizenFrame} frame */
  obey(frame) {
    switch (frame.type) {
      case 'room-ready':
        // A room that began anew knows nothing of our devices.
        this.#sent = '';
        void this.#showOwn();
        return void this.#connect(frame);
      case 'answer':
        return void this.#media?.answer(frame);
      case 'offer-again':
        return void this.#media?.offerAgain(frame.others);
      case 'chat':
        this.#written.set(frame.message.id, frame.message);
        return this.#room?.chat.add(frame.message);
      case 'live-text':
        this.#written.set(keyOf(frame.utterance), frame.utterance);
        return this.#room?.live.hear(frame.utterance);
      case 'transcript':
        for (const message of frame.messages) this.#written.set(message.id, message);
        for (const utterance of frame.utterances) this.#written.set(keyOf(utterance), utterance);
        this.#room?.chat.replace(frame.messages, frame.utterances);
        return this.#room?.live.replace(frame.utterances);
      case 'documents':
        this.#documents = frame;
        if (this.#view?.call === frame.call) this.#room?.documents.show(frame);
    }
  }

  /** The socket is there again: so may the way for documents be. */
  linked() {
    this.#room?.documents.linked();
  }

  /** What was written, as lines for a copy. */
  get chat() {
    const me = this.#view?.me;
    const written = [...this.#written.values()].filter(({ text }) => text !== '');
    return written.sort((one, other) => one.at.localeCompare(other.at)).map((line) => {
      const who = line.member === me ? t('call.chat.you') : t(`call.role.${line.role}`);
      const isLive = 'ended_at' in line;
      return { who: isLive ? t('call.live_text.copied', { name: who }) : who, at: line.at, text: isLive ? lostInWords(line.text) : line.text };
    });
  }

  /** The call is over, or is shown elsewhere: lets go of all that it held. */
  stop() {
    clearTimeout(this.#renewal);
    withdraw('hang-up');
    this.#share?.end();
    this.#share = null;
    this.#media?.close();
    this.#media = null;
    this.#room?.close();
    this.#room = null;
    this.#view = null;
    this.#ready = null;
    this.#sent = '';
    this.#failing = false;
    this.#written.clear();
    this.#held.clear();
    this.#problem.hide();
    this.#own.end();
  }

  /** @param {InCallFrame} frame */
  #open(frame) {
    // After a reload nobody has pressed anything here: only what the browser gives without a question.
    this.#ready ??= this.#resume(frame.ticket.mode);
    const share = new ScreenShare({
      role: 'citizen',
      track: (track, { hadFocus }) => {
        this.#room?.controls.show({ screen: track !== null });
        if (track === null && hadFocus) this.#room?.controls.focus('screen');
        if (track !== null) this.#held.turnOn('screen');
        void this.#media?.setScreen(track);
      },
      impossible: () => this.#tell({ title: t('call.screen.phone_title'), detail: t('call.screen.phone_text') }),
    });
    this.#share = share;
    const ownWindow = this.#ownWindow;
    const room = new CallRoom(part(this.#section, 'room'), {
      me: frame.me,
      writesOnly: frame.ticket.mode === 'text',
      send: (id, text) => this.#send({ type: 'chat', id, text }),
      sendLive: (command) => this.#send(command),
      sendDocument: (command) => this.#send(command),
      onUnread: this.#onUnread,
      press: {
        microphone: () => this.#toggle('microphone'),
        camera: () => this.#toggle('camera'),
        screen: () => void share.toggle(),
        end: () => void this.askToEnd(),
        devices: () => void chooseDevices(this.#devices),
        small: () => void this.#toggleSmall(),
        ownWindow: ownWindow && (() => void ownWindow(this.#problem)),
        page: (name) => part(document, `${name}-link`, HTMLAnchorElement).click(),
      },
    });
    room.stage.addLine(share.element);
    return room;
  }

  /** @param {'microphone' | 'camera'} kind */
  #toggle(kind) {
    if (!this.#own.isOn(kind)) this.#held.turnOn(kind);
    void this.#own.toggle(kind);
  }

  /** @param {Mode} mode */
  async #resume(mode) {
    const { camera, microphone } = WISHES[mode];
    // What a clerk turned off waits for a press, also on a page that was loaded anew.
    const wish = { camera: camera && !this.#held.has('camera'), microphone: microphone && !this.#held.has('microphone') };
    await this.#own.begin(wish, { pressed: false });
    const missing = (wish.camera && !this.#own.isOn('camera')) || (wish.microphone && !this.#own.isOn('microphone'));
    if (missing) this.#tell({ title: t('panel.call.devices_off'), detail: '' });
  }

  /** @param {{call: string, generation: number}} room */
  async #connect({ call, generation }) {
    if (!('RTCPeerConnection' in globalThis)) return;
    if (this.#media?.resume({ call, generation })) return;
    clearTimeout(this.#renewal);
    this.#media?.close();
    const media = new CallMedia({ offer: (command) => this.#send(command), isLinked: this.#isLinked });
    this.#media = media;
    await Promise.race([this.#ready, new Promise((resolve) => setTimeout(resolve, DEVICES_WITHIN_MS))]);
    if (this.#media !== media) return;
    media.addEventListener('streams', () => this.#room?.stage.showStreams(media.streams));
    media.addEventListener('speaking', (event) => {
      this.#room?.stage.showSpeaking(/** @type {CustomEvent<{members: Set<string>}>} */ (event).detail.members);
    });
    media.addEventListener('quality', (event) => {
      this.#room?.stage.showFacts({ quality: /** @type {CustomEvent<import('../../js/call.js').Quality>} */ (event).detail.word });
    });
    media.addEventListener('state', () => {
      if (media.state === 'connected') this.#failing = false;
      if (media.state === 'interrupted') this.#onInterrupted();
      this.showNote();
    });
    media.addEventListener('failed', () => this.#renewSoon(media));
    const tracks = { ...this.#own.tracks, screen: this.#share?.track ?? null };
    await media.start({ call, generation, tracks, receive: { audio: true, video: true } });
    const others = this.#view?.members.filter((member) => member.member !== this.#view?.me) ?? [];
    media.setOthers(others.map((member) => member.member));
    await this.#showOwn();
  }

  /** @param {CallMedia} media */
  #renewSoon(media) {
    clearTimeout(this.#renewal);
    this.#failing = true;
    this.showNote();
    this.#renewal = setTimeout(() => {
      if (this.#media === media) void media.renew();
    }, RENEW_AFTER_MS);
  }

  /** Sends and shows what the own devices give now. */
  async #showOwn() {
    const room = this.#room;
    if (!room || !this.#view) return;
    const { audio, camera } = this.#own.tracks;
    const microphoneOn = this.#own.isOn('microphone');
    const cameraOn = this.#own.isOn('camera');
    room.controls.show({ microphone: microphoneOn, camera: cameraOn });
    room.small.show({ microphone: microphoneOn, camera: cameraOn });
    room.stage.showSelf(camera ? new MediaStream([camera]) : null);
    const state = `${microphoneOn} ${cameraOn}`;
    if (state !== this.#sent) {
      this.#sent = state;
      this.#send({ type: 'media', microphone: microphoneOn, camera: cameraOn }).catch(() => (this.#sent = ''));
    }
    await this.#media?.setTrack('audio', audio);
    await this.#media?.setTrack('camera', camera);
  }

  /** One sentence over the picture: whom we wait for, and until when. */
  showNote() {
    const view = this.#view;
    if (view) this.#room?.stage.showNote(this.#note(view));
  }

  /** @param {InCallFrame} view */
  #note(view) {
    // Without a socket the line over the screen says all there is to say.
    if (!this.#isLinked()) return null;
    if (view.phase === 'reconnecting' && view.awaited_until) {
      const time = formatTimeForBoth(view.awaited_until);
      const me = view.members.find((member) => member.member === view.me);
      // Whose own connection is gone cannot know of the other's.
      const isOwn = this.#media?.state === 'interrupted' || me?.connected === false;
      return !isOwn && clerkOf(view)?.connected === false ? t('panel.call.clerk_lost', { time }) : t('panel.call.reconnecting', { time });
    }
    if (view.phase === 'connecting' && this.#media?.state !== 'connected') {
      return `${t('panel.call.connecting', { name: isolate(clerkName(view)) })} ${t('panel.call.connecting_about')}`;
    }
    if (this.#failing) return t('panel.call.media_failed');
    return this.#media?.state === 'interrupted' ? t('panel.call.reconnecting_plain') : null;
  }

  /**
   * @param {InCallFrame | null} before
   * @param {InCallFrame} now
   */
  #sayChanges(before, now) {
    if (now.phase !== before?.phase) {
      if (now.phase === 'reconnecting') announce.alert(this.#note(now) ?? '', { force: true });
      else if (now.phase === 'live' && before?.phase === 'reconnecting') announce.status(t('panel.lost.reconnected'), { force: true });
      else if (now.phase === 'live') announce.status(t('panel.call.connected', { name: clerkName(now) }), { force: true });
    }
    const saw = before ? seesIn(before) : true;
    if (seesIn(now) !== saw) announce.status(t(saw ? 'call.said.pictures_held' : 'call.said.pictures_back'), { force: true });
    const clerkBefore = before ? clerkOf(before) : undefined;
    const clerk = clerkOf(now);
    if (!clerk?.connected || !clerkBefore?.connected) return;
    if (clerk.camera !== clerkBefore.camera) announce.status(t(`panel.call.clerk_camera_${clerk.camera ? 'on' : 'off'}`), { force: true });
    if (clerk.sees !== clerkBefore.sees) announce.status(t(`call.said.${clerk.sees ? 'sees_again' : 'sees_nothing'}.clerk`), { force: true });
    if (clerk.screen !== clerkBefore.screen) announce.status(t(`call.said.screen_${clerk.screen ? 'on' : 'off'}_by.clerk`), { force: true });
    if (clerk.microphone !== clerkBefore.microphone) {
      announce.status(t(`panel.call.clerk_microphone_${clerk.microphone ? 'on' : 'off'}`), { force: true });
    }
  }

  /** Ends the call, once that is confirmed. */
  async askToEnd() {
    const isSending = this.#room?.documents.isSending ?? false;
    if (!(await confirm('hang-up', t(isSending ? 'documents.end_sending' : 'panel.call.end_text')))) return;
    try {
      await this.#hangUp();
    } catch (error) {
      this.#tell(toldOf(error));
    }
  }

  async #toggleSmall() {
    if (!(await this.#room?.small.toggle())) this.#tell({ title: t('call.small.impossible'), detail: '' });
  }

  /** @param {import('./problem-box.js').Told} told */
  #tell(told) {
    this.#problem.show(told, [this.#problem.dismissal]);
  }
}

/** @param {UtteranceView} utterance */
function keyOf({ member, id }) {
  return `live ${member} ${id}`;
}

/**
 * @param {InCallFrame} view
 * @returns {MemberView | undefined}
 */
function clerkOf(view) {
  return view.members.find((member) => member.role === 'clerk');
}

/**
 * Whether the reader gets pictures.
 *
 * @param {InCallFrame} view
 */
function seesIn(view) {
  return view.members.find((member) => member.member === view.me)?.sees ?? true;
}

/**
 * The clerk's name for the end of a sentence, which has its own full stop.
 *
 * @param {InCallFrame} view
 */
function clerkName(view) {
  return (clerkOf(view)?.name ?? t('call.role.clerk')).replace(/\.$/, '');
}
