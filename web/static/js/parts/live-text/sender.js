/**
 * Brings what a person types to the server: the lines that they have ended, and the one that they write. One edit is on
 * its way at a time; meanwhile letters collect. Knows no page.
 *
 * The server tells each line whole after each edit. That is what the next edit begins from, so whatever was lost on the
 * way is put right by it.
 *
 * @typedef {import('../../protocol.js').UtteranceView} UtteranceView
 * @typedef {{number: number, text: string}} Known a line as the server has it
 * @typedef {{id: string, text: string, isEnded: boolean, known: Known}} Line
 */

import { ProblemError } from '../../socket.js';
import { newId } from '../chat-log.js';
import { applied, clean, cut, difference, END_OF_LINE, length, LOST, MAX_EDIT_CHARS } from './edits.js';
import { Pace } from './pace.js';

/** Letters collect so long (RFC 9071 and T.140 have 300 ms; EN 301 549 6.2.4 allows 500 ms to the sending). */
const COLLECT_MS = 250;
/** What waits for longer is shown to wait. */
const LONG_MS = 1_500;

export class LiveTextSender {
  #send;
  #onChange;
  #pace = new Pace();
  /** The last one is being written. @type {Line[]} */
  #lines = [begun()];
  /** What this browser wrote, and the server need not have for ever. @type {Map<string, string>} */
  #ended = new Map();
  /** Of these, what the server has lost. @type {string[]} */
  #lost = [];
  /** Changes with each call: what was on its way for the last one says nothing about this one. */
  #call = 0;
  #isSending = false;
  #isLate = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #next;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #late;

  /**
   * @param {object} options
   * @param {(command: import('../../protocol.js').LiveTextCommand) => Promise<unknown>} options.send resolves when the server has it
   * @param {(state: {waits: boolean, lines: {id: string, text: string}[], failed: boolean}) => void} options.onChange
   *   whether something waits to be sent, and the ended lines that do
   */
  constructor({ send, onChange }) {
    this.#send = send;
    this.#onChange = onChange;
  }

  /** What the line that is being written reads now. @param {string} text */
  write(text) {
    this.#open.text = clean(text);
    this.#soon(COLLECT_MS);
  }

  /** Ends the line. @param {string} text */
  end(text) {
    this.#open.text = clean(text);
    if (this.#open.text.trim() === '' && this.#open.known.number === 0) return;
    this.#open.isEnded = true;
    this.#lines.push(begun());
    this.#tell();
    this.#soon(0);
  }

  /** Sends at once what collects, because the page goes. */
  hurry() {
    this.#step();
  }

  /** An own line as the server has it after an edit. @param {UtteranceView} view */
  hear(view) {
    const line = this.#lines.find(({ id }) => id === view.id);
    if (line) line.known = view;
  }

  /**
   * All lines that the server has, after a reconnect or a new room.
   *
   * @param {UtteranceView[]} views the own ones
   * @returns {string | null} what the person was writing before this page was loaded
   */
  replace(views) {
    const known = new Map(views.map((view) => [view.id, view]));
    for (const line of this.#lines) {
      const view = known.get(line.id);
      line.known = view ?? { number: 0, text: '' };
      // Ended by the server, which had waited for its end in vain: what is written goes on in another one.
      if (view?.ended_at && !line.isEnded) Object.assign(line, { id: newId(), known: { number: 0, text: '' } });
    }
    this.#lines = this.#lines.filter((line) => !(line.isEnded && known.get(line.id)?.ended_at));
    this.#lost = [...this.#ended.keys()].filter((id) => !known.has(id));
    for (const view of views) {
      if (view.ended_at) this.#ended.set(view.id, view.text);
    }
    const open = views.find((view) => view.ended_at === null && !this.#lines.some(({ id }) => id === view.id));
    const isFresh = this.#lines.length === 1 && this.#open.text === '' && this.#open.known.number === 0;
    if (open && isFresh) this.#lines = [{ id: open.id, text: open.text, isEnded: false, known: open }];
    this.#soon(0);
    return open && isFresh ? open.text : null;
  }

  /** Forgets everything, for the next call. */
  clear() {
    clearTimeout(this.#next);
    clearTimeout(this.#late);
    this.#next = this.#late = undefined;
    this.#call += 1;
    this.#isSending = false;
    this.#lines = [begun()];
    this.#ended.clear();
    this.#lost = [];
    this.#isLate = false;
    this.#tell();
  }

  get #open() {
    return /** @type {Line} */ (this.#lines.at(-1));
  }

  /** @param {number} wait_ms */
  #soon(wait_ms) {
    if (this.#next !== undefined && wait_ms > 0) return;
    clearTimeout(this.#next);
    this.#next = setTimeout(() => this.#step(), wait_ms);
    this.#late ??= setTimeout(() => this.#tell(true), LONG_MS);
  }

  #step() {
    clearTimeout(this.#next);
    this.#next = undefined;
    if (this.#isSending) return;
    const line = this.#lines.find((each) => piecesOf(each).length > 0);
    if (line) return void this.#deliver(line);
    const id = this.#lost[0];
    const text = id === undefined ? undefined : this.#ended.get(id);
    if (id === undefined || text === undefined) return this.#rest();
    // Told whole, so that it comes between others without ending the one that is being written.
    void this.#deliver({ id, text, isEnded: true, known: { number: 0, text: '' } });
  }

  /** @param {Line} line */
  async #deliver(line) {
    const pieces = piecesOf(line);
    const isAgain = !this.#lines.includes(line);
    const least = isAgain ? length(pieces.join('')) : length(pieces[0] ?? '');
    if (this.#pace.allowed < least) {
      this.#tell(true);
      return this.#soon(Math.max(COLLECT_MS, this.#pace.wait_ms(least)));
    }
    this.#late ??= setTimeout(() => this.#tell(true), LONG_MS);
    const edit = cut(pieces, Math.min(MAX_EDIT_CHARS, this.#pace.allowed));
    const number = line.known.number + 1;
    const call = this.#call;
    this.#isSending = true;
    try {
      this.#pace.take(length(edit));
      await this.#send({ type: 'live-text', utterance: line.id, number, edit });
      if (this.#call !== call) return;
      if (line.known.number < number) line.known = { number, text: applied(line.known.text, edit) };
      if (edit.endsWith(END_OF_LINE)) this.#delivered(line);
      this.#isSending = false;
      clearTimeout(this.#late);
      this.#late = undefined;
      this.#tell(false);
      this.#step();
    } catch (error) {
      const problem = error instanceof ProblemError ? error.problem : null;
      if (this.#call !== call) return;
      this.#isSending = false;
      // The call is over; or the server is only coming back and will tell all lines, from which this goes on.
      if (problem?.code === 'not-in-call') return;
      if (problem?.retry_after_s !== undefined) return this.#soon(problem.retry_after_s * 1_000);
      // Whoever types on tries again; so does the next connection.
      this.#tell(true, true);
    }
  }

  /** @param {Line} line */
  #delivered(line) {
    this.#lost = this.#lost.filter((id) => id !== line.id);
    this.#ended.set(line.id, line.text);
    this.#lines = this.#lines.filter((each) => each !== line);
    // Its beginning died with the server on the way: the whole of it is told once more.
    if (line.known.text.includes(LOST) && !line.text.includes(LOST)) {
      this.#lines.unshift({ ...begun(), text: line.text, isEnded: true });
    }
  }

  /** Everything is sent. */
  #rest() {
    clearTimeout(this.#late);
    this.#late = undefined;
    this.#tell(false);
  }

  #tell(isLate = this.#isLate, failed = false) {
    this.#isLate = isLate;
    const ended = this.#lines.filter((line) => line.isEnded);
    this.#onChange({ waits: isLate || ended.length > 1, lines: ended.map(({ id, text }) => ({ id, text })), failed });
  }
}

/** @returns {Line} */
function begun() {
  return { id: newId(), text: '', isEnded: false, known: { number: 0, text: '' } };
}

/** What makes of a line what it is to be. @param {Line} line */
function piecesOf({ text, isEnded, known }) {
  const pieces = difference(known.text, text);
  if (isEnded) pieces.push(END_OF_LINE);
  return pieces;
}
