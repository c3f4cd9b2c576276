/**
 * The clerk's console: joins the socket with the line, the own state, the call and the time afterwards. The server's
 * frames are the truth; a press only asks, and what it changed comes back as a frame.
 *
 * @typedef {import('../protocol.js').DeskCommand} DeskCommand
 * @typedef {import('../protocol.js').DeskFrame} DeskFrame
 * @typedef {import('../protocol.js').PresenceFrame} PresenceFrame
 * @typedef {import('../protocol.js').LineFrame} LineFrame
 * @typedef {import('../protocol.js').LineRow} LineRow
 * @typedef {import('../protocol.js').EndReason} EndReason
 * @typedef {'idle' | 'calling' | 'call' | 'after'} View
 */

import { announce } from '../announce.js';
import { AccountMenu } from '../desk/account-menu.js';
import { tellBrokenOff } from '../desk/break-off.js';
import { CallPane } from '../desk/call-pane.js';
import { isSeen, part } from '../desk/dom.js';
import { KeptCalls } from '../desk/kept-calls.js';
import { LineView } from '../desk/line-view.js';
import { Link } from '../desk/link.js';
import { MoreTime } from '../desk/more-time.js';
import { Newcomers } from '../desk/newcomers.js';
import { Note } from '../desk/note.js';
import { Notices } from '../desk/notices.js';
import { swallowBursts, UnderWay } from '../desk/presses.js';
import { listenForShortcuts } from '../desk/shortcuts.js';
import { StateSwitch } from '../desk/state-switch.js';
import { TicketFacts } from '../desk/ticket-facts.js';
import { TurnView } from '../desk/turn-view.js';
import { t } from '../i18n.js';
import { setText } from '../parts/element.js';
import { isolate } from '../parts/people-words.js';
import { ProblemError } from '../socket.js';

/** What the middle shows in each of the clerk's states. */
const VIEWS = /** @type {Record<string, View>} */ ({ calling: 'calling', 'in-call': 'call', 'after-call': 'after' });

export class Desk {
  #link;
  #notices;
  #line;
  #state;
  #newcomers = new Newcomers();
  #moreTime;
  #facts = new TicketFacts();
  #note = new Note();
  #kept = new KeptCalls(() => this.#line.focus());
  #turn;
  #call;
  #desk = part('desk');
  #middle = part('middle');
  #title = document.title;
  /** @type {PresenceFrame | null} */
  #presence = null;
  /** @type {View} */
  #view = 'idle';
  /** The ticket whose view is shown, so that a next one counts as new. */
  #about = '';
  /** @type {EndReason | null} */
  #ended = null;
  #wasLive = false;
  /** Who is called and has not come yet. @type {LineRow | null} */
  #invited = null;
  /** Whom somebody else was faster to call, as long as that is told: a ticket's number. */
  #taken = '';
  /** What was said of the present view. */
  #said = '';
  #underWay = new UnderWay();

  constructor() {
    this.#link = new Link({
      onFrame: (frame) => this.#obey(frame),
      onOpen: () => this.#opened(),
      onChange: () => this.#hinder(),
      onElsewhere: () => this.#leave(),
    });
    this.#line = new LineView({ onCall: (ticket) => this.#invite({ type: 'call-ticket', ticket }), onCallNext: () => this.#invite({ type: 'call-next' }) });
    this.#notices = new Notices(() => this.#line.focus());
    this.#moreTime = new MoreTime(this.#notices);
    this.#state = new StateSwitch((state) => this.#send({ type: 'set-state', state }));
    this.#call = new CallPane({
      send: (command) => this.#link.send(command),
      press: (command) => void this.#press(command),
      isLinked: () => this.#link.isOpen,
      onInterrupted: () => this.#link.probe(),
      notices: this.#notices,
    });
    this.#turn = new TurnView({
      cancel: () => this.#press({ type: 'cancel-call' }),
      more: () => this.#press({ type: 'more-wrap-up' }),
      finish: (next) => this.#press({ type: 'finish-wrap-up', next }),
    });
    new AccountMenu();
    swallowBursts();
    listenForShortcuts({
      KeyW: () => part('call-next').click(),
      KeyQ: () => this.#line.focus(),
      KeyM: () => void this.#call.toggle('microphone'),
      KeyK: () => void this.#call.toggle('camera'),
      KeyT: () => this.#call.focusChat(),
      KeyH: () => this.#call.askToEnd(),
    });
    this.#link.open();
  }

  /** @param {DeskFrame} frame */
  #obey(frame) {
    switch (frame.type) {
      case 'presence':
        return this.#showPresence(frame);
      case 'line':
        return this.#showLine(frame);
      case 'taken':
        this.#taken = frame.number;
        return this.#notices.add('taken', 'warn', t('desk.said.taken', { number: frame.number, name: isolate(frame.by) }));
      case 'in-call':
        this.#call.show(frame);
        this.#kept.name(frame.call, this.#presence?.ticket?.number ?? '');
        return this.#greet(frame.phase === 'live');
      case 'room-ready':
        return void this.#call.roomReady(frame);
      case 'offer-again':
        return this.#call.offerAgain(frame);
      case 'answer':
        return this.#call.answer(frame);
      case 'chat':
        return this.#call.chat(frame.message);
      case 'transcript':
        return this.#call.transcript(frame);
      case 'live-text':
        return this.#call.liveText(frame.utterance);
      case 'documents':
        this.#call.documents(frame);
        return this.#kept.show(frame);
      case 'call-ended':
        return this.#callEnded(frame.reason);
      case 'broken-off':
        return tellBrokenOff(this.#notices, frame);
      case 'problem':
        // No command's own: it is about the connection, and over with the next one that holds.
        return this.#notices.add('link', 'bad', frame.title, frame.detail);
      default:
    }
  }

  /** @param {PresenceFrame} frame */
  #showPresence(frame) {
    const about = `${frame.state} ${frame.ticket?.ticket ?? ''}`;
    this.#presence = frame;
    // What was refused was refused in another state.
    if (about !== this.#about) this.#notices.remove('problem');
    this.#state.show(frame);
    this.#facts.show(frame.ticket);
    const view = VIEWS[frame.state] ?? 'idle';
    const ticket = frame.ticket ? `${frame.ticket.number} · ${frame.ticket.matter_name}` : '';
    if (view === 'calling' || view === 'call') {
      this.#call.prepare(ticket, frame.ticket?.language ?? 'pl');
      this.#ended = null;
    }
    if (view === 'calling') {
      this.#invited = frame.ticket;
      // What became of the one before is read, or no longer worth it.
      this.#notices.remove('call');
    } else if (view === 'call') this.#invited = null;
    if (view === 'calling') this.#turn.showCalling(frame);
    else if (view === 'after') this.#turn.showAfter(frame, this.#ended);
    else this.#turn.hide();
    if (view === 'after' && frame.ticket) this.#note.show(frame.ticket.ticket);
    else this.#note.save();
    this.#call.setInCall(view === 'call');
    if (view === 'after' || view === 'idle') this.#leaveCall();
    this.#hinder();
    if (about !== this.#about) this.#turnTo(view, frame);
    this.#about = about;
  }

  /**
   * Changes what the page is about. The focus goes to the heading of the new part, so that it is read out; when the
   * part that had it is gone, to where work goes on.
   *
   * @param {View} view
   * @param {PresenceFrame} frame
   */
  #turnTo(view, frame) {
    const first = this.#about === '';
    const wasIdle = this.#view === 'idle';
    const wasEngaged = this.#view === 'calling' || this.#view === 'call';
    this.#view = view;
    // It was about the view before.
    announce.withdraw(this.#said);
    this.#desk.dataset.view = view;
    this.#middle.hidden = view === 'idle';
    part('stage').hidden = view === 'after';
    part('idle').hidden = view !== 'idle';
    part('call-heading').hidden = view !== 'call';
    part('side').hidden = false;
    // What somebody has opened since the invitation stays open in the call.
    if (!wasEngaged) this.#kept.fold(view === 'calling' || view === 'call');
    else if (view !== 'calling' && view !== 'call') this.#kept.fold(false);
    this.#line.fold(view !== 'idle' && !matchMedia('(min-width: 64rem)').matches);
    const number = frame.ticket?.number ?? '';
    if (view === 'idle') {
      if (!wasIdle && !isSeen(document.activeElement)) this.#line.focus();
      return;
    }
    if (view === 'calling') this.#say(t('desk.said.calling', { number }));
    if (view === 'after') this.#say(t('desk.said.after'));
    // The call has its own moment: when the picture is there. Until then nothing may move.
    if (view === 'call') setText(part('call-heading'), t('desk.middle.call', { number }));
    if (view !== 'call' || first) part(`${view}-heading`).focus();
  }

  /** L-11: connected. @param {boolean} live */
  #greet(live) {
    if (!live || this.#wasLive) return;
    this.#wasLive = true;
    const number = this.#presence?.ticket?.number ?? '';
    // Who writes already, or has opened a part of the call, is not torn away from it.
    const isAtWork = ['talk', 'stage'].some((name) => part(name).contains(document.activeElement));
    if (!isAtWork) part('call-heading').focus();
    this.#say(t('desk.said.connected', { number }));
  }

  /** Says what is true as long as the view is this one. @param {string} text */
  #say(text) {
    this.#said = text;
    announce.status(text, { force: true });
  }

  #leaveCall() {
    this.#wasLive = false;
    this.#call.end();
  }

  /** The desk works in another window now: two must not both hold the camera and speak. All is told anew on return. */
  #leave() {
    this.#leaveCall();
    this.#turn.hide();
    this.#presence = null;
    this.#about = '';
    this.#invited = null;
    document.title = this.#title;
  }

  /** @param {EndReason} reason */
  #callEnded(reason) {
    this.#ended = reason;
    if (this.#invited) {
      const { number } = this.#invited;
      // What the clerk did is only confirmed; what happened to them stays to be read.
      if (reason === 'clerk-hung-up') announce.status(t('desk.ended_calling.clerk-hung-up', { number }), { force: true });
      else if (reason === 'deferred') this.#moreTime.ask(this.#invited);
      else this.#notices.add('call', 'ok', t(`desk.ended_calling.${reason}`, { number }));
    }
    this.#invited = null;
    // The reason may come before or after the state that it explains.
    if (this.#presence && this.#view === 'after') this.#turn.showAfter(this.#presence, reason);
  }

  /** @param {LineFrame} frame */
  #showLine(frame) {
    this.#line.show(frame);
    // Whoever was called by somebody else has gone from the line: nobody looks for them here any more.
    if (!frame.rows.some(({ number }) => number === this.#taken)) this.#notices.remove('taken');
    this.#newcomers.notice(frame);
    this.#moreTime.see(frame);
    document.title = frame.waiting > 0 ? t('desk.title', { count: frame.waiting, title: this.#title }) : this.#title;
  }

  /** Says why nobody can be called now, if so. */
  #hinder() {
    const state = this.#presence?.state ?? 'off';
    const busy = state === 'calling' || state === 'in-call' || state === 'after-call' ? state : null;
    if (busy) this.#line.hinder(busy);
    else if (!this.#link.isOpen) this.#line.hinder('offline');
    else this.#line.hinder(state === 'receiving' ? null : 'state');
  }

  #opened() {
    for (const about of ['link', 'problem']) this.#notices.remove(about);
    this.#call.reconnected();
    this.#hinder();
  }

  /** Calls somebody: worth doing now or not at all, so it does not wait for a connection. @param {DeskCommand} command */
  #invite(command) {
    return this.#underWay.once('invite', () => this.#send(command, { keep: false }));
  }

  /** One press is one command. @param {DeskCommand} command */
  #press(command) {
    return this.#underWay.once(JSON.stringify(command), () => this.#send(command));
  }

  /**
   * @param {DeskCommand} command
   * @param {{keep?: boolean}} [options]
   * @returns {Promise<boolean>} whether the server did it; where it did not, the clerk is told why
   */
  async #send(command, options) {
    this.#notices.remove('problem');
    try {
      await this.#link.send(command, options);
      // What was tried before is over with the next thing that is done.
      this.#notices.remove('taken');
      return true;
    } catch (error) {
      this.#tellRefused(error);
      return false;
    }
  }

  /** @param {unknown} error */
  #tellRefused(error) {
    // The frame `taken` says the same, and by whom.
    if (error instanceof ProblemError && error.problem.code === 'ticket-taken') return;
    if (error instanceof ProblemError) this.#notices.add('problem', 'bad', error.problem.title, error.problem.detail);
    else this.#notices.add('problem', 'warn', t('desk.said.not_sent'));
  }
}
