import { element } from './dom.js';

/** More segments than this are no longer told apart; then each stands for several people. */
const MAX_SEGMENTS = 12;

/**
 * How far the queue has moved since we joined, as a line of segments: gone, still ahead, ourselves. Decoration only;
 * the sentence beside it says the same.
 */
export class QueueProgress {
  #line;
  #ticket = '';
  #longest = 0;

  /** @param {HTMLElement} line */
  constructor(line) {
    this.#line = line;
  }

  /**
   * @param {string} ticket
   * @param {number} ahead
   */
  show(ticket, ahead) {
    if (ticket !== this.#ticket) this.#longest = 0;
    this.#ticket = ticket;
    this.#longest = Math.max(this.#longest, ahead);
    const scale = Math.min(1, (MAX_SEGMENTS - 1) / Math.max(1, this.#longest));
    const gone = Math.round((this.#longest - ahead) * scale);
    const left = Math.max(ahead > 0 ? 1 : 0, Math.round(this.#longest * scale) - gone);
    this.#line.replaceChildren(
      ...Array.from({ length: gone }, () => element('li', { class: 'gone' })),
      ...Array.from({ length: left }, () => element('li')),
      element('li', { class: 'me' }),
    );
    this.#line.hidden = this.#longest === 0;
  }
}
