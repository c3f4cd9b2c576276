import { t } from '../../js/i18n.js';
import { AfterCall } from './after-call.js';
import { CallClock } from './call-clock.js';
import { Called } from './called.js';
import { chime } from './chime.js';
import { CitizenCall } from './citizen-call.js';
import { confirm, withdraw } from './confirm.js';
import { Deferred } from './deferred.js';
import { Missed } from './missed.js';
import { ProblemBox } from './problem-box.js';
import { TurnNotice } from './turn-notice.js';
import { WaitingRoom } from './waiting-room.js';

/** @typedef {import('../../js/protocol.js').CitizenFrame} CitizenFrame */
/** @typedef {import('../../js/protocol.js').TicketView} TicketView */
/** @typedef {import('./host-port.js').HostPhase} HostPhase */
/** @typedef {'taken-back' | 'call-broken'} Again why somebody waits again without their doing */

/** The screens of somebody with a ticket: shows whatever state the server tells, and leaves the one before. */
export class TicketStates {
  #screens;
  #host;
  #send;
  #prepareFor;
  #left;
  #waiting;
  #called;
  #deferred;
  #missed;
  #call;
  #callClock;
  #ended;
  /** @type {HostPhase} */
  #phase = 'idle';
  #kept_s = 300;
  /** What the queue's screen is called now: it names the place. */
  #waitingTitle = '';
  /** How the person with the ticket talks. @type {import('../../js/protocol.js').Mode} */
  #mode = 'video';

  /**
   * @param {import('./screens.js').Screens} screens
   * @param {object} options
   * @param {import('./host-port.js').HostPort} options.host
   * @param {import('../../js/devices.js').Devices} options.devices
   * @param {(command: import('../../js/protocol.js').CitizenCommand) => Promise<void>} options.send
   * @param {() => boolean} options.isLinked whether the socket is up
   * @param {() => void} options.onInterrupted the call's media are interrupted
   * @param {(ticket: TicketView) => string[]} options.prepareFor what to have at hand
   * @param {(now: HostPhase) => void} options.left a state gave way to another
   * @param {() => void} options.again another talk is wished
   * @param {import('./site.js').Site} options.site
   * @param {() => string | null} options.token the session's secret where no cookie is kept
   * @param {((problem: ProblemBox) => Promise<void>) | null} options.ownWindow goes on in a window of its own; null in one
   * @param {() => boolean} options.isRemembered whether a reload finds the visit again
   */
  constructor(screens, { host, devices, send, isLinked, onInterrupted, prepareFor, left, again, site, token, ownWindow, isRemembered }) {
    this.#screens = screens;
    this.#host = host;
    this.#send = send;
    this.#prepareFor = prepareFor;
    this.#left = left;
    const notice = new TurnNotice();
    const leave = () => this.askToLeave(1);
    const moreTime = () => send({ type: 'more-time' });
    this.#waiting = new WaitingRoom(screens.section('waiting'), {
      leave: (place) => this.askToLeave(place), notice, ownWindow, isRemembered,
    });
    this.#called = new Called(screens.section('called'), { join: () => this.#accept(), moreTime, notice });
    this.#deferred = new Deferred(screens.section('deferred'), {
      here: () => { chime.ready(); return send({ type: 'here' }); }, moreTime, leave, notice,
    });
    this.#missed = new Missed(screens.section('missed'), { goBack: () => send({ type: 'return' }), leave });
    this.#call = new CitizenCall(screens.section('call'), {
      devices,
      send,
      hangUp: () => send({ type: 'hang-up' }),
      isLinked,
      onInterrupted,
      ownWindow,
      onUnread: (count) => screens.retitle(t('panel.call.title'), count > 0 ? `(${count})` : ''),
    });
    this.#callClock = new CallClock(host, () => `${t('panel.call.minimised')}\n${t('panel.call.minimised_about')}`);
    this.#ended = new AfterCall(screens.section('ended'), { again, site, token });
  }

  /** The server's state while there is a ticket. */
  get phase() {
    return this.#phase;
  }

  /** How long a place is kept for somebody away, in seconds. */
  get kept_s() {
    return this.#kept_s;
  }

  get call() {
    return this.#call;
  }

  /** It became known whether the browser remembers the visit. */
  showRemembered() {
    this.#waiting.showPromises();
  }

  /** Shows the queue, also after something else was read meanwhile. */
  showWaiting() {
    this.#screens.show('waiting', { title: this.#waitingTitle });
  }

  /** @param {CitizenFrame} frame */
  obey(frame) {
    const again = this.#whyAgain(frame);
    if ('ticket' in frame) this.#mode = frame.ticket.mode;
    switch (frame.type) {
      case 'waiting': {
        // Whoever reads the questions while waiting goes on reading; the place is told all the same.
        const reads = this.#phase === 'waiting' && this.#screens.current === 'faq';
        this.enter('waiting');
        this.#kept_s = frame.kept_s;
        this.#waitingTitle = this.#waiting.titleOf(frame);
        if (!reads) this.showWaiting();
        this.#waiting.show(frame, { prepare: this.#prepareFor(frame.ticket), again });
        return this.#tellHost(frame.place, this.#waiting.forHost);
      }
      case 'called':
        this.enter('called');
        this.#screens.show('called');
        this.#called.show(frame);
        this.#host.attention(t('panel.called.heading'));
        return this.#tellHost(null, t('panel.called.heading'));
      case 'deferred':
        this.enter('deferred');
        this.#screens.show('deferred');
        this.#deferred.show(frame);
        return this.#tellHost(1, t('panel.deferred.heading'));
      case 'missed': {
        this.enter('missed');
        const title = this.#missed.head(frame);
        this.#screens.show('missed', { title });
        this.#missed.show(frame, again);
        this.#host.attention(title);
        return this.#tellHost(null, title);
      }
      case 'in-call':
        this.enter('call');
        this.#screens.show('call');
        this.#host.size('call');
        this.#call.show(frame);
        return this.#callClock.run(frame.live_at);
      case 'ended':
        this.#ended.show(frame, this.#call.chat);
        this.enter('ended');
        this.#screens.show('ended', { title: this.#ended.title });
        // Over: the launcher offers the next talk.
        return this.#tellHost(null, '');
      case 'documents':
        this.#ended.showDocuments(frame);
        return this.#call.obey(frame);
      default:
        this.#call.obey(frame);
    }
  }

  /** Leaves the state before; staying in one only updates it. @param {HostPhase} phase */
  enter(phase) {
    const before = this.#phase;
    this.#phase = phase;
    if (before === phase) return;
    // What was asked in the state before is answered by the change.
    withdraw('leave');
    if (before === 'waiting') this.#waiting.stop();
    if (before === 'called') this.#called.stop();
    if (before === 'deferred') this.#deferred.stop();
    if (before === 'missed') this.#missed.stop();
    // Not answering the invitation also lets go of the devices that were taken for the call.
    if (before === 'call' || (before === 'called' && phase !== 'call')) this.#call.stop();
    if (before === 'call') {
      this.#callClock.stop();
      this.#host.size('panel');
    }
    this.#host.calm();
    this.#left(phase);
    if (phase === 'idle') this.#tellHost(null, '');
  }

  /** Asks whether to give up what there is: the call, or the place in the queue. */
  askToGo() {
    if (this.#phase === 'call') this.#call.askToEnd();
    else void new ProblemBox(this.#screens.section(this.#screens.current)).attempt(() => this.askToLeave(this.#waiting.place));
  }

  /** Gives the place away, once that is confirmed. @param {number} place */
  async askToLeave(place) {
    if (await confirm('leave', t('panel.waiting.leave_text', { place }))) await this.#send({ type: 'leave' });
  }

  async #accept() {
    chime.ready();
    this.#call.prepare(this.#mode);
    await this.#send({ type: 'accept' });
  }

  /**
   * Invitations and calls end without the person's doing too; then it is said why they wait.
   *
   * @param {CitizenFrame} frame
   * @returns {Again | null}
   */
  #whyAgain({ type }) {
    if (this.#phase === 'call' && type === 'waiting') return 'call-broken';
    if (this.#phase !== 'called') return null;
    // An invitation that nobody answered ends at its deadline and not before it.
    return type === 'waiting' || (type === 'missed' && this.#called.mayBeAnswered) ? 'taken-back' : null;
  }

  /**
   * @param {number | null} place
   * @param {string} text
   */
  #tellHost(place, text) {
    this.#host.state({ phase: this.#phase, place, text });
  }
}
