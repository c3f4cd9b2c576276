import { announce } from '../../js/announce.js';
import { formatDuration, formatTime, formatTimeForBoth, t } from '../../js/i18n.js';
import { KeptDocuments } from '../../js/parts/documents/kept-documents.js';
import { busyWhile, element, onAction, one, part, setText } from './dom.js';
import { untilWords } from './obstacles.js';
import { ProblemBox } from './problem-box.js';
import { Rating } from './rating.js';
import { matterOf } from './wording.js';

/** @typedef {import('../../js/protocol.js').EndedFrame} EndedFrame */
/** @typedef {{who: string, at: string, text: string}} Line */

/** Which heading and which sentence each end has; where the call took place, another may follow. @type {Record<EndedFrame['reason'], [string, string]>} */
const WORDS = {
  'citizen-hung-up': ['heading', 'thanks'],
  'clerk-hung-up': ['heading', 'thanks'],
  'not-accepted': ['not_accepted_heading', 'not_accepted_text'],
  'citizen-lost': ['broken_heading', 'citizen_lost_text'],
  'clerk-lost': ['broken_heading', 'clerk_lost_text'],
  failed: ['broken_heading', 'failed_text'],
  left: ['left_heading', 'left_text'],
  lapsed: ['lapsed_heading', 'lapsed_text'],
  'closed-by-office': ['office_heading', 'office_text'],
  'broken-off': ['broken_off_heading', 'broken_off_text'],
};

/** Where calling by phone is the next best way. */
const PHONE_HELPS = new Set(['clerk-lost', 'failed', 'closed-by-office', 'citizen-lost']);

/** It is over: why, what remains of it, and what can be done next. */
export class AfterCall {
  #section;
  #rating;
  #problem;
  #documents;
  /** @type {Line[]} */
  #chat = [];
  #number = '';
  /** The visit whose rating was asked for, or was found not to be, by its number. */
  #askedAbout = '';

  /**
   * @param {HTMLElement} section
   * @param {object} on
   * @param {() => void} on.again
   * @param {import('./site.js').Site} on.site
   * @param {() => string | null} on.token
   */
  constructor(section, { again, site, token }) {
    this.#section = section;
    this.#problem = new ProblemBox(part(section, 'clearing'));
    this.#rating = new Rating(part(section, 'rating'), {
      load: () => site.rating(token()),
      send: (stars, comment) => site.rate({ stars, comment }, token()),
    });
    this.#documents = new KeptDocuments(part(section, 'documents'), 'h2');
    onAction(section, {
      again, clear: (button) => void busyWhile(button, () => this.#clear(site, token())), 'save-chat': () => this.#saveChat(),
    });
  }

  /**
   * @param {EndedFrame} frame
   * @param {Line[]} chat what this browser still has of the chat
   */
  show(frame, chat) {
    this.#chat = chat;
    this.#number = frame.ticket.number;
    const talked = frame.live_at !== null;
    const [heading, text] = WORDS[frame.reason];
    setText(one(this.#section, 'h1'), t(`panel.ended.${heading}`));
    this.#showOtherWays(frame);
    void this.#showRating(talked && frame.reason !== 'broken-off');
    this.#write('text', t(`panel.ended.${text}`, { time: formatTimeForBoth(frame.ended_at) }));
    part(this.#section, 'remains').hidden = !talked;
    part(this.#section, 'chat-copy').hidden = chat.length === 0;
    part(this.#section, 'phone').hidden = !PHONE_HELPS.has(frame.reason);
    this.#write('number', t('panel.ended.remains_number', { number: frame.ticket.number }));
    this.#write('matter', t('panel.ended.remains_matter', { matter: matterOf(frame.ticket) }));
    if (frame.live_at !== null) {
      const length_s = (Date.parse(frame.ended_at) - Date.parse(frame.live_at)) / 1_000;
      this.#write('time', t('panel.ended.remains_time', { duration: formatDuration(length_s) }));
    }
  }

  /** Where a rating is asked for, what remains is folded away under it. @param {boolean} talked */
  async #showRating(talked) {
    const remains = part(this.#section, 'remains', HTMLDetailsElement);
    // Told once more of the same visit, it leaves alone what the person has opened.
    const number = this.#number;
    const isAnother = this.#askedAbout !== number;
    if (isAnother) remains.open = false;
    const isAsked = await this.#rating.show(talked);
    if (!isAnother || isAsked === null) return;
    this.#askedAbout = number;
    remains.open = !isAsked;
  }

  /**
   * The office broke the call off: how else it can be reached, and until when the line is closed to this device.
   *
   * @param {EndedFrame} frame
   */
  #showOtherWays({ reason, blocked_until }) {
    const isBlocked = blocked_until !== null;
    part(this.#section, 'other-ways').hidden = reason !== 'broken-off';
    part(this.#section, 'again').hidden = isBlocked;
    for (const name of ['blocked-until', 'appeal']) part(this.#section, name).hidden = !isBlocked;
    if (isBlocked) this.#write('blocked-until', untilWords(blocked_until));
    this.#write('clear-about', t(`panel.ended.${isBlocked ? 'clear_about_blocked' : 'clear_about'}`));
  }

  /** @param {import('../../js/protocol.js').DocumentsView} view */
  showDocuments(view) {
    this.#documents.show(view);
  }

  /** The title of the screen. */
  get title() {
    return one(this.#section, 'h1').textContent ?? '';
  }

  /**
   * Somebody else may use this computer next: the server forgets the session and the browser its cookie, and a fresh
   * page knows nothing (product.md EC-42).
   *
   * @param {import('./site.js').Site} site
   * @param {string | null} token the session's secret where no cookie is kept
   */
  async #clear(site, token) {
    try {
      await site.forget(token);
      location.reload();
    } catch {
      this.#problem.show({ title: t('panel.ended.not_cleared'), detail: t('panel.problem.text') });
    }
  }

  #saveChat() {
    const text = this.#chat.map(({ who, at, text: said }) => `${who}, ${formatTime(at)}: ${said}`).join('\n');
    const url = URL.createObjectURL(new Blob([`${text}\n`], { type: 'text/plain;charset=utf-8' }));
    const name = t('panel.ended.chat_file', { number: this.#number.replaceAll(' ', '') });
    element('a', { href: url, download: name }).click();
    URL.revokeObjectURL(url);
    announce.status(t('panel.ended.chat_saved'), { force: true });
  }

  /**
   * @param {string} name
   * @param {string} text
   */
  #write(name, text) {
    setText(part(this.#section, name), text);
  }
}
