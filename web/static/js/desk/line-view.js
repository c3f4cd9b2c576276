/**
 * The line: who waits, in order, and whom one press would call. Rows are kept and moved around the one that has the
 * focus; when that one goes, the focus goes to its neighbour.
 *
 * @typedef {import('../protocol.js').LineFrame} LineFrame
 * @typedef {import('../protocol.js').LineRow} LineRow
 * @typedef {'offline' | 'state' | 'calling' | 'in-call' | 'after-call' | null} Hindrance why nobody can be called now
 */

import { announce } from '../announce.js';
import { t } from '../i18n.js';
import { setText } from '../parts/element.js';
import { arrange } from './arrange.js';
import { onPress, part, setPressable } from './dom.js';
import { LineRowView } from './line-row.js';

const TICK_MS = 1_000;

export class LineView {
  #onCall;
  #count = part('count');
  #button = part('call-next');
  #who = part('next-who');
  #why = part('why-not');
  #list = part('rows');
  #empty = part('empty');
  #emptyAbout = part('empty-about');
  #beyond = part('beyond');
  #fold = part('fold');
  #body = part('line-body');
  #heading = /** @type {HTMLElement} */ (document.getElementById('line-heading'));
  /** @type {Map<string, LineRowView>} */
  #rows = new Map();
  /** @type {LineFrame | null} */
  #frame = null;
  /** @type {Hindrance} */
  #hindrance = null;

  /**
   * @param {object} options
   * @param {(ticket: string) => void} options.onCall "call" on a row
   * @param {() => void} options.onCallNext "call the next person"
   */
  constructor({ onCall, onCallNext }) {
    this.#onCall = onCall;
    onPress(this.#button, onCallNext);
    this.#button.addEventListener('click', () => {
      // Who cannot see that the button cannot be pressed is told why nothing happens.
      if (this.#button.getAttribute('aria-disabled') === 'true') announce.status(this.#reason(), { force: true });
    });
    onPress(this.#fold, () => this.fold(!this.#body.hidden));
    this.fold(false);
    setInterval(() => this.#tick(), TICK_MS);
  }

  /** @returns {LineRow[]} */
  get rows() {
    return this.#frame?.rows ?? [];
  }

  /** @param {LineFrame} frame */
  show(frame) {
    this.#frame = frame;
    part('line').hidden = false;
    setText(this.#count, t('desk.line.people', { count: frame.waiting }));
    const beyond = frame.waiting - frame.rows.length;
    this.#beyond.hidden = beyond <= 0;
    if (beyond > 0) setText(this.#beyond, t('desk.line.beyond', { count: beyond }));
    this.#empty.hidden = frame.rows.length > 0;
    this.#list.hidden = frame.rows.length === 0;
    this.#keepFocus(() => this.#place(frame.rows));
    this.#showNext();
  }

  /** Says what keeps the clerk from calling; null if nothing does. @param {Hindrance} hindrance */
  hinder(hindrance) {
    this.#hindrance = hindrance;
    this.#keepFocus(() => {
      for (const view of this.#rows.values()) view.show(view.row, this.#calling());
    });
    this.#showNext();
  }

  /** Puts the rows away where there is no room for them, or shows them again. @param {boolean} folded */
  fold(folded) {
    this.#body.hidden = folded;
    this.#fold.setAttribute('aria-expanded', String(!folded));
    setText(this.#fold, t(folded ? 'desk.line.unfold' : 'desk.line.fold'));
  }

  /** Puts the focus where work with the line begins. */
  focus() {
    if (this.#body.hidden) this.fold(false);
    this.#button.focus();
  }

  #calling() {
    const offered = this.#hindrance === null || this.#hindrance === 'offline';
    return { offered, pressable: this.#hindrance === null };
  }

  #reason() {
    if (this.rows.length === 0 && this.#hindrance === null) return t('desk.line.empty');
    return t(`desk.why.${this.#hindrance ?? 'nobody'}`);
  }

  #showNext() {
    const next = this.rows.find((row) => row.next);
    const hindrance = this.#hindrance ?? (next ? null : 'nobody');
    setPressable(this.#button, hindrance === null);
    setText(this.#who, next && hindrance === null ? t('desk.line.next_who', { number: next.number, matter: next.matter_name }) : '');
    this.#who.hidden = this.#who.textContent === '';
    // An empty line says enough by itself.
    const silent = hindrance === null || (hindrance === 'nobody' && this.rows.length === 0);
    this.#why.hidden = silent;
    setText(this.#why, silent ? '' : this.#reason());
    setText(this.#emptyAbout, t(hindrance === 'state' ? 'desk.line.empty_off' : 'desk.line.empty_about'));
  }

  /** @param {LineRow[]} rows */
  #place(rows) {
    const present = new Set(rows.map((row) => row.ticket));
    for (const [ticket, view] of this.#rows) {
      if (present.has(ticket)) continue;
      view.element.remove();
      this.#rows.delete(ticket);
    }
    const calling = this.#calling();
    const wanted = rows.map((row) => {
      let view = this.#rows.get(row.ticket);
      if (!view) {
        view = new LineRowView(row, ({ ticket }) => this.#onCall(ticket));
        this.#rows.set(row.ticket, view);
      }
      view.show(row, calling);
      return view.element;
    });
    arrange(this.#list, wanted);
  }

  /**
   * Lets the rows change and then makes sure that the focus is not lost: it goes to the nearest row that can still be
   * called, or to the button above them.
   *
   * @param {() => void} change
   */
  #keepFocus(change) {
    const focused = document.activeElement;
    const views = [...this.#list.children];
    const at = views.findIndex((row) => row.contains(focused));
    change();
    if (at < 0) return;
    if (focused instanceof HTMLElement && focused.isConnected && !focused.hidden) return;
    const order = [...this.#list.children];
    const near = [...order.slice(at), ...order.slice(0, at).reverse()];
    const button = near.map((row) => row.querySelector('button:not([hidden])')).find(Boolean);
    if (button instanceof HTMLElement) button.focus();
    else if (!this.#body.hidden) this.#button.focus();
    else this.#heading.focus();
  }

  #tick() {
    for (const view of this.#rows.values()) view.tick();
  }
}
