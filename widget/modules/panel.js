import { Devices } from '../../js/devices.js';
import { layers } from '../../js/layers.js';
import { lang, t } from '../../js/i18n.js';
import { ProblemError } from '../../js/socket.js';
import { ChooseMatter } from './choose-matter.js';
import { ClickBurst } from './click-burst.js';
import { DataNotice } from './data-notice.js';
import { DeviceCheck } from './device-check.js';
import { Faq } from './faq.js';
import { onAction, one, part, setText } from './dom.js';
import { HostPort } from './host-port.js';
import { LanguageMenu } from './language-menu.js';
import { Link } from './link.js';
import { LinkBanner } from './link-banner.js';
import { Obstacles } from './obstacles.js';
import { OwnWindow } from './own-window.js';
import { forgetPassing } from './problem-box.js';
import { Screens } from './screens.js';
import { Site } from './site.js';
import { StartScreen } from './start-screen.js';
import { TicketStates } from './ticket-states.js';
import { MAY_GO_ON, ToPhone } from './to-phone.js';
import { Visit } from './visit.js';
import { WayBack } from './way-back.js';
import { matterOf } from './wording.js';

/** @typedef {import('../../js/protocol.js').CitizenFrame} CitizenFrame */
/** @typedef {import('../../js/protocol.js').TicketView} TicketView */
/** @typedef {import('./screens.js').ScreenName} ScreenName */
/** @typedef {import('./host-port.js').HostPhase} HostPhase */

/** How old the numbers on the first screens may grow. */
const REFRESH_MS = 30_000;
const RESUME_QUIET_MS = 500;
/** Screens that live without the server's state; a frame `idle` leaves them alone. */
const BEFORE_QUEUE = new Set(['start', 'faq', 'matter', 'notice', 'declined', 'check', 'ended', 'blocked']);

/** The address of a visit that goes on here: a code, and the matter of whoever is in no queue yet. */
const GO_ON = /^#go-on=([0-9a-f]{64})(?:&matter=([\w-]{36}))?$/;

/** The citizen's panel: leads from the start to the queue, then shows whatever state the server tells. */
export class Panel {
  #body;
  #screens;
  #site;
  #link;
  #banner;
  #host = new HostPort();
  #devices = new Devices();
  #visit = new Visit();
  #start;
  #faq;
  /** Where the questions were opened from. @type {ScreenName} */
  #readFrom = 'start';
  #matters;
  #check;
  #ticket;
  #obstacles;
  #toPhone;
  /** @type {import('./site.js').Overview | null} */
  #overview = null;
  #wasOpen = false;
  /** A state of the visit was shown here; being greeted alone is not enough. */
  #wasHere = false;
  #agreed = false;
  /** The matter that was chosen on the device before this one. @type {string | null} */
  #brought = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #resuming;

  /** @param {HTMLElement} body */
  constructor(body) {
    this.#body = body;
    const { site = '', office = '', phone = '', ownPage = '' } = body.dataset;
    this.#screens = new Screens(body, office);
    this.#site = new Site(site, lang());
    this.#link = new Link(this.#site, { resume: 'resume' in body.dataset });
    const section = (/** @type {ScreenName} */ name) => this.#screens.section(name);
    /** @param {import('../../js/protocol.js').CitizenCommand} command */
    const send = (command) => this.#link.send(command);
    this.#faq = new Faq(section('faq'), { site: this.#site, talk: () => this.#toMatters(false), back: () => this.#leaveFaq() });
    this.#start = new StartScreen(section('start'), { talk: ({ sign }) => this.#toMatters(sign) });
    this.#matters = new ChooseMatter(section('matter'), {
      phone,
      find: (typed) => this.#site.findMatters(typed),
      chosen: (choice) => { this.#visit.choose(choice); this.#toNotice(); },
      back: () => this.#toStart(),
    });
    new DataNotice(section('notice'), {
      agreed: () => this.#begin(),
      declined: () => this.#screens.show('declined'),
      back: () => this.#screens.show('matter'),
    });
    onAction(section('declined'), { back: () => this.#screens.show('notice') });
    const offer = (/** @type {string | null} */ matter) => this.#site.offer(this.#link.token, matter);
    this.#toPhone = new ToPhone(offer);
    const framed = 'embedded' in body.dataset;
    const ownWindow = framed ? new OwnWindow(ownPage, offer) : null;
    onAction(section('waiting'), { 'to-phone': () => void this.#toPhone.open() });
    one(section('waiting'), '[data-action="to-phone"]').hidden = !MAY_GO_ON;
    this.#check = new DeviceCheck(section('check'), {
      devices: this.#devices,
      ownPage,
      ownWindow: ownWindow && ((problem) => ownWindow.open(problem, this.#visit.matter?.id ?? null)),
      send,
      toPhone: MAY_GO_ON ? () => void this.#toPhone.open(this.#visit.matter?.id ?? null) : null,
      join: (how) => this.#join(this.#visit.join(how, body.dataset.notice ?? '')),
      back: () => this.#screens.show('notice'),
    });
    this.#ticket = new TicketStates(this.#screens, {
      host: this.#host,
      devices: this.#devices,
      send,
      isLinked: () => this.#link.status === 'open',
      onInterrupted: () => this.#link.probe(),
      prepareFor: (ticket) => this.#prepareFor(ticket),
      left: (now) => this.#left(now),
      again: () => this.#toMatters(false),
      site: this.#site,
      token: () => this.#link.token,
      ownWindow: ownWindow && ((problem) => ownWindow.open(problem)),
      isRemembered: () => this.#link.isRemembered,
    });
    this.#obstacles = new Obstacles(this.#screens, {
      takeOver: () => { this.#screens.show('resuming'); this.#link.open({ takeOver: true }); },
      retry: () => this.#link.retry(),
      restart: () => { this.#forget(); this.#toStart(); },
      start: () => this.#toStart(),
    });
    this.#banner = new LinkBanner(body, { retry: () => this.#link.retry() });
    const wayBack = new WayBack(this.#screens, {
      host: framed ? this.#host : null, back: () => this.#back(), readFrom: () => this.#readFrom,
    });
    new LanguageMenu(body, { leaveTo: framed ? (address) => wayBack.leaveTo(address) : null });
    this.#listen();
    const goOn = GO_ON.exec(location.hash);
    if (goOn) void this.#goOn(goOn);
    else if (this.#link.began) this.#resume();
    void this.#refresh();
  }

  #listen() {
    this.#link.addEventListener('frame', (event) => this.#obey(/** @type {CustomEvent<CitizenFrame>} */ (event).detail));
    this.#link.addEventListener('status', () => this.#followLink());
    this.#link.addEventListener('remembered', () => this.#ticket.showRemembered());
    const burst = new ClickBurst(() => `${this.#screens.current} ${layers.count}`);
    this.#host.addEventListener('opened', () => { burst.forget(); this.#screens.enter(); void this.#refresh(); });
    setInterval(() => void this.#refresh(), REFRESH_MS);
    document.addEventListener('visibilitychange', () => void this.#refresh());
    onAction(one(document, '.panel-head'), { minimise: () => this.#host.close() });
    onAction(one(document, 'main'), { faq: () => this.#toFaq() });
    // Esc closes the innermost layer; where there is none, it puts the window away and ends nothing.
    document.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector('dialog[open]')) return;
      if (!layers.closeInnermost()) this.#host.close();
    });
  }

  /** The numbers of the first screens, kept fresh while somebody looks at them. */
  async #refresh() {
    if (!['start', 'matter'].includes(this.#screens.current) || document.visibilityState !== 'visible') return;
    try {
      const overview = await this.#site.overview();
      this.#overview = overview;
      this.#start.show(overview);
      this.#matters.show(overview.matters);
    } catch (error) {
      // What the server rendered stays; the next time is near.
      console.warn('panel: the overview could not be refreshed', error);
    }
  }

  /** The way back from the screen that is shown; where a place or a call would be given up, it is asked first. */
  #back() {
    switch (this.#screens.current) {
      case 'matter':
      case 'ended':
      case 'blocked':
        return this.#toStart();
      case 'faq':
        return this.#leaveFaq();
      case 'notice':
        return void this.#screens.show('matter');
      case 'check':
        this.#check.leave();
        return void this.#screens.show('notice');
      case 'declined':
        return void this.#screens.show('notice');
      default:
        this.#ticket.askToGo();
    }
  }

  #toFaq() {
    this.#readFrom = this.#screens.current;
    this.#faq.back = t(this.#readFrom === 'waiting' ? 'panel.faq.back_queue' : 'panel.faq.back');
    this.#faq.mayTalk = this.#readFrom !== 'waiting' && this.#start.mayTalk;
    this.#screens.show('faq');
  }

  #leaveFaq() {
    if (this.#readFrom === 'start') this.#toStart();
    else if (this.#readFrom === 'waiting') this.#ticket.showWaiting();
    else this.#screens.show(this.#readFrom);
  }

  #toStart() {
    this.#screens.show('start');
    void this.#refresh();
  }

  /** @param {boolean} sign */
  #toMatters(sign) {
    this.#matters.begin(sign);
    this.#screens.show('matter');
    void this.#refresh();
  }

  /** Whoever read the notice in this window already goes past it to the next talk. */
  #toNotice() {
    if (this.#agreed && this.#link.status === 'open') void this.#begin();
    else this.#screens.show('notice');
  }

  /** The notice was read: from here on there is a session. */
  async #begin() {
    await this.#link.begin(this.#body.dataset.notice ?? '');
    this.#agreed = true;
    this.#check.begin({ sign: this.#visit.matter?.sign ?? false, wishSign: this.#visit.sign });
    this.#screens.show('check');
  }

  /** Joins the line, or says until when that cannot be. @param {import('../../js/protocol.js').CitizenCommand} command */
  async #join(command) {
    try {
      await this.#link.send(command);
    } catch (error) {
      const until = error instanceof ProblemError ? error.problem.until : undefined;
      if (until === undefined) throw error;
      this.#obstacles.blocked(until);
    }
  }

  #forget() {
    this.#agreed = false;
    this.#link.forget();
  }

  #resume() {
    // Most answers are here at once: only a slow one needs a word.
    this.#resuming = setTimeout(() => {
      if (this.#ticket.phase === 'idle' && this.#screens.current === 'start') this.#screens.show('resuming');
    }, RESUME_QUIET_MS);
    this.#link.open();
  }

  /**
   * The visit began on another device, which showed a code, or in a host page's frame, which opened this window.
   *
   * @param {string[]} address as it was matched: the code, and the matter if one was chosen
   */
  async #goOn([, code = '', matter = '']) {
    // Out of the address at once, so that it is neither copied nor kept in the history.
    history.replaceState(null, '', location.pathname + location.search);
    this.#screens.show('resuming');
    try {
      this.#link.adopt(await this.#site.take(code));
      this.#brought = matter || null;
      this.#agreed = true;
      this.#link.open();
    } catch (error) {
      this.#forget();
      this.#obstacles.problem(error);
    }
  }

  /** @param {CitizenFrame} frame */
  #obey(frame) {
    if (frame.type !== 'welcome') clearTimeout(this.#resuming);
    if ('ticket' in frame && frame.type !== 'ended') this.#showTicket(frame.ticket);
    if ('ticket' in frame || frame.type === 'idle') {
      this.#wasHere = true;
      this.#banner.heard();
      forgetPassing();
    }
    switch (frame.type) {
      case 'welcome':
        return this.#banner.back();
      case 'idle':
        return this.#idle();
      case 'elsewhere': {
        const onPhone = this.#toPhone.close();
        // Never two microphones of one person: whatever was held here is let go of.
        this.#ticket.enter('idle');
        if (this.#screens.current === 'check') this.#check.leave();
        return this.#obstacles.elsewhere(this.#wasHere, { onPhone });
      }
      case 'closing':
        return this.#banner.closing(frame.retry_after_s);
      case 'problem':
        return this.#problem(new ProblemError(frame));
      default:
        this.#check.obey(frame);
        this.#ticket.obey(frame);
    }
  }

  /** A state gave way to another. @param {HostPhase} now */
  #left(now) {
    this.#toPhone.close();
    if (this.#screens.current === 'check') this.#check.leave();
    if (now === 'idle' || now === 'ended') this.#showTicket(null);
  }

  #idle() {
    this.#ticket.enter('idle');
    const brought = this.#brought;
    this.#brought = null;
    if (brought !== null) {
      this.#toMatters(false);
      this.#matters.choose(brought);
      return;
    }
    if (!BEFORE_QUEUE.has(this.#screens.current)) this.#toStart();
  }

  /** @param {ProblemError} error */
  #problem(error) {
    const { problem } = error;
    if (!problem.fatal) return this.#banner.tell(`${problem.title} ${problem.detail ?? ''}`.trim());
    // The server names a time where coming back helps, and the connection comes back by itself.
    if (problem.retry_after_s !== undefined) return this.#tellLost();
    // This page is older than the server: the newer page finds the same place again.
    if (problem.code === 'version-unknown' && this.#wasOpen) return location.reload();
    this.#forget();
    this.#ticket.enter('idle');
    // An old visit that the server has forgotten is no news to somebody who only opens the page again.
    if (!this.#wasOpen && problem.code === 'session-unknown') return this.#toStart();
    this.#obstacles.problem(error);
  }

  /** Whose turn it is about, in the head: the matter and the number. @param {TicketView | null} ticket */
  #showTicket(ticket) {
    this.#body.toggleAttribute('data-ticket', ticket !== null);
    const { office = '' } = this.#body.dataset;
    setText(part(this.#body, 'head-name'), ticket ? matterOf(ticket) : office);
    setText(part(this.#body, 'head-about'), ticket ? t('panel.header.ticket', { number: ticket.number }) : t('common.service'));
  }

  /** @param {TicketView} ticket */
  #prepareFor({ matter }) {
    const known = this.#overview?.matters.find(({ id }) => id === matter);
    if (known) return known.prepare;
    // After a reload the list is not loaded: what the server rendered has the same lines.
    const rendered = document.querySelectorAll(`[data-matter="${CSS.escape(matter)}"] [data-part="more"] li`);
    return Array.from(rendered, (line) => line.textContent ?? '');
  }

  #followLink() {
    const { status } = this.#link;
    if (status === 'open') {
      this.#wasOpen = true;
      this.#ticket.call.linked();
    }
    this.#ticket.call.showNote();
    if (status === 'reconnecting' && !this.#wasOpen && ['start', 'resuming'].includes(this.#screens.current)) {
      clearTimeout(this.#resuming);
      return this.#obstacles.unreachable();
    }
    if (status === 'reconnecting') this.#tellLost();
  }

  #tellLost() {
    const { phase, kept_s } = this.#ticket;
    const queued = !['idle', 'ended'].includes(phase);
    if (!queued && this.#screens.current !== 'check') return;
    this.#banner.lost({ kept_s: queued ? kept_s : null, inCall: phase === 'call' });
  }
}

