import { announce } from '../../js/announce.js';
import { serverNow } from '../../js/clock.js';
import { formatExactTime, formatTimeForBoth, t } from '../../js/i18n.js';
import { chime } from './chime.js';
import { busyWhile, element, icon, onAction, one, part, setText } from './dom.js';
import { PlaceAnnouncer } from './place-announcer.js';
import { ProblemBox } from './problem-box.js';
import { QueueProgress } from './queue-progress.js';
import { aboutWait, estimatedWait } from './wording.js';

/** @typedef {import('../../js/protocol.js').WaitingFrame} WaitingFrame */
/** @typedef {import('./ticket-states.js').Again} Again */
/** @typedef {import('./turn-notice.js').TurnNotice} TurnNotice */

/** Why the place is another one is news for so long. */
const REASON_KEPT_MS = 60_000;

/** The place in the queue: how many are ahead, how long it may take, what to prepare, and leaving it. */
export class WaitingRoom {
  #section;
  #announcer = new PlaceAnnouncer();
  #progress;
  #ownWindow;
  #isRemembered;
  /** @type {WaitingFrame | null} */
  #frame = null;
  /** Whether places are shown one after another, not for the first time. */
  #entered = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #forgetting;

  /**
   * @param {HTMLElement} section
   * @param {object} options
   * @param {(place: number) => Promise<void>} options.leave
   * @param {TurnNotice} options.notice
   * @param {((problem: ProblemBox) => Promise<void>) | null} options.ownWindow goes on in a window of its own; null in one
   * @param {() => boolean} options.isRemembered whether a reload finds the place again
   */
  constructor(section, { leave, notice, ownWindow, isRemembered }) {
    this.#section = section;
    this.#ownWindow = ownWindow;
    this.#isRemembered = isRemembered;
    this.#progress = new QueueProgress(part(section, 'line'));
    const problem = new ProblemBox(section);
    onAction(section, {
      'check-place': () => this.#checkPlace(),
      leave: (button) => void busyWhile(button, () => problem.attempt(() => leave(this.place))),
      pause: () => this.#pause(),
      sound: () => this.#testSound(),
      'own-window': (button) => void busyWhile(button, async () => ownWindow?.(problem)),
      notify: (button) => void this.#notify(button, notice),
    });
    const notify = section.querySelector('[data-action="notify"]');
    if (notify instanceof HTMLElement) notify.hidden = notice.state !== 'default';
    chime.onChange(() => this.showPromises());
  }

  /**
   * @param {WaitingFrame} frame
   * @param {object} about
   * @param {string[]} about.prepare what to have at hand
   * @param {Again | null} about.again why they wait again without their doing
   */
  show(frame, { prepare, again }) {
    const before = this.#frame;
    this.#frame = frame;
    const first = frame.place === 1;
    this.#reveal('place-line', !first);
    this.#reveal('first', first);
    this.#showPlace(frame.place, before !== null && before.place !== frame.place);
    // What was asked for is of the place before.
    if (before?.place !== frame.place) this.#write('checked', null);
    this.#progress.show(frame.ticket.id, frame.ahead);
    this.#write('ahead', first ? null : t('panel.waiting.ahead', { count: frame.ahead }));
    this.#write('wait', this.#waitText(frame));
    this.#showReason(frame, before);
    this.#write('since', t('panel.waiting.since', { time: formatTimeForBoth(frame.ticket.joined_at) }));
    this.#write('receiving', frame.receiving > 0 ? t('panel.start.receiving', { count: frame.receiving }) : null);
    // Where nothing was pressed since the page was loaded, the browser may allow the sound all the same, or not.
    if (!this.#entered) chime.ready();
    this.showPromises();
    this.#showPrepare(prepare);
    if (again) this.#sayAgain(again);
    if (!this.#entered) this.#announcer.moved(1, this.#fullSentence());
    else if (before?.place !== frame.place) this.#announcer.moved(frame.place, this.#movedSentence(frame, before));
    this.#entered = true;
  }

  /** What is kept, and by what they will know of their turn: no more than this browser allows. */
  showPromises() {
    const frame = this.#frame;
    if (!frame) return;
    const section = this.#section;
    const remembered = this.#isRemembered();
    setText(part(section, 'close-heading'), t(remembered ? 'panel.waiting.close_heading' : 'panel.waiting.unremembered_heading'));
    this.#write('kept', `${this.#closeSentence(frame)} ${t(chime.isOn ? 'panel.waiting.told_heard' : 'panel.waiting.told_seen')}`);
    section.querySelector('[data-action="own-window"]')?.classList.toggle('primary', !remembered);
    setText(part(section, 'sound-name'), t(chime.isOn ? 'panel.waiting.sound' : 'panel.waiting.sound_on'));
    setText(part(section, 'sound-text'), t(chime.isOn ? 'panel.waiting.sound_about' : 'panel.waiting.sound_off_about'));
  }

  /** The title of the screen. @param {WaitingFrame} frame */
  titleOf({ place }) {
    return place === 1 ? t('panel.waiting.title_first') : t('panel.waiting.title_place', { place });
  }

  /** The place in the queue; whoever does not wait now stands at its head. */
  get place() {
    return this.#frame?.place ?? 1;
  }

  /** What the launcher shows: the place, and on a second line the time. */
  get forHost() {
    const frame = this.#frame;
    const place = placeSentence(this.place).replace(/\.$/, '');
    return frame?.wait?.to_min ? `${place}\n${aboutWait(frame.wait)}` : place;
  }

  /** The queue is left behind: called, ended or left. */
  stop() {
    this.#announcer.stop();
    this.#entered = false;
    this.#frame = null;
    this.#reveal('again', false);
    this.#write('checked', null);
    this.#forgetReason();
  }

  /** @param {WaitingFrame} frame */
  #waitText(frame) {
    if (frame.receiving === 0) return t('panel.waiting.nobody_receiving');
    return frame.wait ? estimatedWait(frame.wait) : null;
  }

  /**
   * @param {number} place
   * @param {boolean} changed
   */
  #showPlace(place, changed) {
    const number = part(this.#section, 'place');
    setText(number, String(place));
    if (!changed) return;
    number.classList.remove('bump');
    // Reading a length makes the browser forget the old animation, else it would not start again.
    void number.offsetWidth;
    number.classList.add('bump');
  }

  /**
   * @param {WaitingFrame} frame
   * @param {WaitingFrame | null} before
   */
  #showReason(frame, before) {
    if (!frame.reason) {
      if (before?.place !== frame.place) this.#forgetReason();
      return;
    }
    this.#forgetReason();
    this.#write('reason', t(`panel.waiting.reason.${frame.reason}`));
    this.#forgetting = setTimeout(() => this.#forgetReason(), REASON_KEPT_MS);
  }

  #forgetReason() {
    clearTimeout(this.#forgetting);
    this.#write('reason', null);
  }

  /** Stands there as long as they wait: it is why. @param {Again} again */
  #sayAgain(again) {
    const text = t(`panel.waiting.again.${again}`);
    setText(part(this.#section, 'again-text'), text);
    this.#reveal('again', true);
    announce.alert(text, { force: true });
  }

  /** @param {string[]} prepare */
  #showPrepare(prepare) {
    this.#reveal('prepare', prepare.length > 0);
    const list = part(this.#section, 'prepare-list');
    if (list.dataset.of === prepare.join('\n')) return;
    list.dataset.of = prepare.join('\n');
    list.replaceChildren(...prepare.map((line) => element('li', {}, icon('check'), element('span', {}, line))));
  }

  #fullSentence() {
    const frame = this.#frame;
    if (!frame) return '';
    const ahead = frame.place === 1 ? '' : `${t('panel.waiting.ahead', { count: frame.ahead })}.`;
    const wait = this.#waitText(frame);
    const waiting = wait === null ? '' : wait.endsWith('.') ? wait : `${wait}.`;
    return [placeSentence(frame.place), ahead, waiting, this.#closeSentence(frame)].filter(Boolean).join(' ');
  }

  /** @param {WaitingFrame} frame */
  #closeSentence(frame) {
    if (this.#isRemembered()) return t('panel.waiting.close_sentence', { minutes: keptFor(frame) });
    return t(this.#ownWindow ? 'panel.waiting.unremembered_frame' : 'panel.waiting.unremembered_page');
  }

  /**
   * @param {WaitingFrame} frame
   * @param {WaitingFrame | null} before
   */
  #movedSentence(frame, before) {
    const worse = before !== null && frame.place > before.place && frame.reason;
    return worse ? `${placeSentence(frame.place)} ${t(`panel.waiting.reason.${frame.reason}`)}` : placeSentence(frame.place);
  }

  /** The person asked for their place: it is said anew, and shown with the time, since nothing else may have changed. */
  #checkPlace() {
    const frame = this.#frame;
    if (!frame) return;
    const place = placeSentence(frame.place);
    this.#write('checked', t('panel.waiting.checked', { place, time: formatExactTime(serverNow()) }));
    this.#announcer.asked(this.#fullSentence());
  }

  #pause() {
    this.#announcer.paused = !this.#announcer.paused;
    const { paused } = this.#announcer;
    setText(part(this.#section, 'pause-text'), t(paused ? 'panel.waiting.resume' : 'panel.waiting.pause'));
    setText(part(this.#section, 'spoken-text'), t(paused ? 'panel.waiting.paused' : 'panel.waiting.spoken_about'));
    announce.status(t(paused ? 'panel.waiting.paused' : 'panel.waiting.resumed'), { force: true });
  }

  #testSound() {
    chime.test();
    announce.status(t('panel.waiting.sound_about'), { force: true });
  }

  /**
   * @param {HTMLButtonElement} button
   * @param {TurnNotice} notice
   */
  async #notify(button, notice) {
    const state = await notice.ask();
    const text = t(state === 'granted' ? 'panel.waiting.notify_on' : 'panel.waiting.notify_denied');
    this.#write('notify-text', text);
    announce.status(text, { force: true });
    if (state !== 'granted') return;
    const hadFocus = document.activeElement === button;
    button.hidden = true;
    if (hadFocus) one(this.#section, '[data-action="sound"]').focus();
  }

  /**
   * @param {string} name
   * @param {string | null} text
   */
  #write(name, text) {
    this.#reveal(name, text !== null);
    if (text !== null) setText(part(this.#section, name), text);
  }

  /**
   * @param {string} name
   * @param {boolean} visible
   */
  #reveal(name, visible) {
    part(this.#section, name).hidden = !visible;
  }
}

/** @param {number} place */
function placeSentence(place) {
  return place === 1 ? t('panel.waiting.first_sentence') : t('panel.waiting.place', { place });
}

/**
 * @param {WaitingFrame} frame
 * @returns {string} such as "5 minut"
 */
function keptFor({ kept_s }) {
  return t('panel.wait.minutes', { count: Math.max(1, Math.round(kept_s / 60)) });
}
