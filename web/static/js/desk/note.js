/**
 * The clerk's note after a call: what it came to and a text, saved by itself as it is written (product.md II.12).
 */

import { formatTime, t } from '../i18n.js';
import { setText } from '../parts/element.js';
import { NamedTimers } from '../parts/named-timers.js';
import { part } from './dom.js';

/** A draft is saved at most so long after a change. */
const SAVE_AFTER_MS = 5_000;
const RETRY_MS = 5_000;

export class Note {
  #root = part('note');
  #outcome = part('note-outcome', HTMLSelectElement);
  #text = part('note-text', HTMLTextAreaElement);
  #state = part('note-state');
  #warning = part('note-warning');
  #timers = new NamedTimers();
  /** The ticket whose note this is; empty for none. */
  #ticket = '';
  #changed = false;
  /** One request at a time, so that an older text never overtakes a newer one. */
  #saving = Promise.resolve();

  constructor() {
    for (const field of [this.#outcome, this.#text]) {
      field.addEventListener('input', () => this.#change());
      field.addEventListener('blur', () => this.save());
    }
    addEventListener('pagehide', () => this.save());
  }

  /** The call with this ticket is over. @param {string} ticket */
  show(ticket) {
    if (ticket === this.#ticket) return;
    this.save();
    this.#ticket = ticket;
    this.#outcome.value = '';
    this.#text.value = '';
    this.#changed = false;
    setText(this.#state, '');
    this.#warn([]);
    void this.#load(ticket);
  }

  /** Saves what is not saved yet. */
  save() {
    this.#timers.cancel('save');
    if (!this.#changed || this.#ticket === '') return;
    this.#changed = false;
    const [ticket, body] = [this.#ticket, JSON.stringify({ outcome: this.#outcome.value || null, text: this.#text.value })];
    this.#saving = this.#saving.then(() => this.#put(ticket, body));
  }

  #change() {
    this.#changed = true;
    setText(this.#state, t('desk.note.writing'));
    if (!this.#timers.has('save')) this.#timers.after('save', SAVE_AFTER_MS, () => this.save());
  }

  /** @param {string} ticket */
  async #load(ticket) {
    try {
      const response = await fetch(address(ticket), { cache: 'no-store' });
      if (!response.ok || ticket !== this.#ticket || this.#changed) return;
      const { outcome, text, saved_at, personal } = await response.json();
      if (ticket !== this.#ticket || this.#changed || saved_at === null) return;
      this.#outcome.value = outcome ?? '';
      this.#text.value = text;
      this.#told(saved_at, personal);
    } catch {
      // Nothing was there, or it will be found with the first save.
    }
  }

  /**
   * @param {string} ticket
   * @param {string} body
   */
  async #put(ticket, body) {
    try {
      const response = await fetch(address(ticket), {
        method: 'PUT', headers: { 'content-type': 'application/json' }, body, keepalive: true,
      });
      if (response.status === 413 || response.status === 422) {
        if (ticket === this.#ticket) setText(this.#state, (await response.json()).title);
        return;
      }
      if (!response.ok) throw new TypeError(String(response.status));
      const { saved_at, personal } = await response.json();
      if (ticket === this.#ticket) this.#told(saved_at, personal);
    } catch {
      if (ticket !== this.#ticket) return;
      this.#changed = true;
      setText(this.#state, t('desk.note.failed'));
      this.#timers.after('save', RETRY_MS, () => this.save());
    }
  }

  /**
   * @param {string} saved_at
   * @param {string[]} personal
   */
  #told(saved_at, personal) {
    if (!this.#changed) setText(this.#state, t('desk.note.saved', { time: formatTime(saved_at) }));
    this.#warn(personal);
  }

  /** @param {string[]} personal */
  #warn(personal) {
    this.#warning.hidden = personal.length === 0;
    setText(this.#warning, personal.length === 0 ? '' : t('desk.note.personal', { what: personal.map((kind) => t(`desk.note.kind.${kind}`)).join(', ') }));
    this.#root.classList.toggle('note-warned', personal.length > 0);
  }
}

/** @param {string} ticket */
function address(ticket) {
  return `/api/v1/desk/notes/${encodeURIComponent(ticket)}`;
}
