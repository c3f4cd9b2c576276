import { ProblemError } from '../../js/socket.js';

/**
 * One matter as the site offers it now.
 * @typedef {object} Matter
 * @property {string} id
 * @property {string} letter
 * @property {string} name
 * @property {string} summary
 * @property {string[]} prepare
 * @property {boolean} open may be joined now
 * @property {string} reason_text why not; empty while open
 * @property {number} receiving
 * @property {string[]} languages
 * @property {boolean} sign somebody who signs receives
 * @property {boolean} [general] for people who do not know which matter theirs is
 * @property {number} waiting
 * @property {import('../../js/protocol.js').WaitRange | null} wait
 */

/**
 * What the site offers now.
 * @typedef {object} Overview
 * @property {boolean} open
 * @property {string} closes_text
 * @property {string} closed_heading when it opens next; empty while open
 * @property {string} closed_text the same as a sentence, with the reason on a day off
 * @property {'full' | 'too_late' | 'nobody' | null} refusal why no matter may be joined though it is open
 * @property {string} refusal_heading the same as a heading; empty without
 * @property {string} refusal_text what to expect then, as a sentence; empty without
 * @property {number} waiting
 * @property {import('../../js/protocol.js').WaitRange | null} wait
 * @property {number} receiving
 * @property {Matter[]} matters
 */

/**
 * The rating of the last conversation.
 * @typedef {{may_rate: boolean, stars: number | null, comment: string | null}} Rated
 */

/**
 * The way onto another device or into another window: the panel's address with a code behind `#`, the same for a camera.
 * @typedef {{url: string, qr: {size: number, path: string}, valid_s: number}} Handover size in modules, path as in SVG
 */

/**
 * A session: which, and its secret.
 * @typedef {{session: string, token: string}} Begun
 */

/** A slow answer is worth no more than none. */
const ANSWER_WITHIN_MS = 10_000;

/** The site's part of the HTTP API. */
export class Site {
  #key;
  #language;

  /**
   * @param {string} key such as `wroclaw`
   * @param {string} language
   */
  constructor(key, language) {
    this.#key = key;
    this.#language = language;
  }

  /** @returns {Promise<Overview>} */
  async overview() {
    const path = `/api/v1/sites/${encodeURIComponent(this.#key)}/matters?lang=${encodeURIComponent(this.#language)}`;
    return await answer(path, { cache: 'no-store' });
  }

  /**
   * Begins a session. The cookie that comes with it is the key; the token is for browsers that refuse the cookie and
   * is kept in memory only.
   *
   * @param {string} notice the version of the data notice that was shown
   * @returns {Promise<Begun>}
   */
  async begin(notice) {
    return await answer('/api/v1/sessions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ site: this.#key, language: this.#language, notice }),
    });
  }

  /**
   * A code by which another device has this session too.
   *
   * @param {string | null} token
   * @param {string | null} matter the one that was chosen, by whoever is in no queue yet
   * @returns {Promise<Handover>}
   */
  async offer(token, matter) {
    return await answer(`/api/v1/sessions/me/handover?lang=${encodeURIComponent(this.#language)}`, {
      method: 'POST', headers: { 'content-type': 'application/json', ...bearer(token) }, body: JSON.stringify({ matter }),
    });
  }

  /** Takes over the session that another device or window offered. @param {string} code @returns {Promise<Begun>} */
  async take(code) {
    return await answer('/api/v1/handovers', {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ code }),
    });
  }

  /** Which session the browser's cookie opens. @returns {Promise<string | null>} null where it kept none */
  async remembered() {
    const { session } = await answer('/api/v1/sessions/me', { cache: 'no-store' });
    return session;
  }

  /**
   * @param {string | null} token
   * @returns {Promise<Rated>}
   */
  async rating(token) {
    return await answer('/api/v1/rating', { cache: 'no-store', headers: bearer(token) });
  }

  /**
   * @param {{stars: number, comment: string}} rating
   * @param {string | null} token
   * @returns {Promise<Rated>} as it is stored
   */
  async rate(rating, token) {
    return await answer('/api/v1/rating', {
      method: 'PUT', headers: { 'content-type': 'application/json', ...bearer(token) }, body: JSON.stringify(rating),
    });
  }

  /** @param {string} typed @returns {Promise<string[]>} the matters that fit, by id, the best first */
  async findMatters(typed) {
    const query = new URLSearchParams({ q: typed, lang: this.#language });
    const { ids } = await answer(`/api/v1/sites/${encodeURIComponent(this.#key)}/matters/search?${query}`, { cache: 'no-store' });
    return ids;
  }

  /** @param {string} typed @returns {Promise<string[]>} the questions that fit, the best first */
  async findQuestions(typed) {
    const query = new URLSearchParams({ q: typed, lang: this.#language });
    const { slugs } = await answer(`/api/v1/sites/${encodeURIComponent(this.#key)}/questions?${query}`, { cache: 'no-store' });
    return slugs;
  }

  /** @param {string} slug @param {boolean} helped */
  async voteOnAnswer(slug, helped) {
    const path = `/api/v1/sites/${encodeURIComponent(this.#key)}/questions/${encodeURIComponent(slug)}/votes`;
    const response = await fetch(path, {
      method: 'POST', credentials: 'same-origin', signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      headers: { 'content-type': 'application/json' }, body: JSON.stringify({ helped }),
    });
    if (!response.ok) throw new TypeError(`${path} answered ${response.status}`);
  }

  /** The cookie lives as long as its session again. */
  async keep() {
    const response = await fetch('/api/v1/sessions/me', {
      method: 'POST', credentials: 'same-origin', signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    if (!response.ok) throw new TypeError(`the session was not kept: ${response.status}`);
  }

  /** The server forgets the session, and the browser its cookie. @param {string | null} token */
  async forget(token) {
    const response = await fetch('/api/v1/sessions/me', {
      method: 'DELETE', credentials: 'same-origin', signal: AbortSignal.timeout(ANSWER_WITHIN_MS), headers: bearer(token),
    });
    if (!response.ok) throw new TypeError(`the session was not forgotten: ${response.status}`);
  }
}

/** For browsers that keep no cookie in a frame. @param {string | null} token @returns {Record<string, string>} */
function bearer(token) {
  return token === null ? {} : { authorization: `Bearer ${token}` };
}

/**
 * @param {string} path
 * @param {RequestInit} request
 */
async function answer(path, request) {
  const response = await fetch(path, {
    credentials: 'same-origin',
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    ...request,
  });
  const body = await response.json().catch(() => null);
  if (response.ok && body !== null) return body;
  if (typeof body?.title === 'string') throw new ProblemError({ fatal: false, ...body });
  throw new TypeError(`${path} answered ${response.status}`);
}
