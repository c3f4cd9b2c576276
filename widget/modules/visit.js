/** @typedef {import('./site.js').Matter} Matter */
/** @typedef {import('../../js/protocol.js').Mode} Mode */
/** @typedef {import('../../js/protocol.js').Need} Need */
/** @typedef {import('../../js/protocol.js').Readiness} Readiness */
/** @typedef {import('../../js/protocol.js').JoinCommand} JoinCommand */

/** What the person has chosen on the way to the queue; kept while they go back and forth. */
export class Visit {
  /** Came by the button for sign language. */
  sign = false;
  /** @type {Matter | null} */
  matter = null;
  language = 'pl';
  moreTime = false;

  /** @param {import('./choose-matter.js').Choice} choice */
  choose({ matter, language, sign, moreTime }) {
    this.matter = matter;
    this.language = language;
    this.sign = sign;
    this.moreTime = moreTime;
  }

  /**
   * The command that joins the line with all this.
   *
   * @param {{mode: Mode, name: string | null, ready: Readiness | null}} how
   * @param {string} notice the version of the data notice that was shown
   * @returns {JoinCommand}
   */
  join({ mode, name, ready }, notice) {
    if (!this.matter) throw new TypeError('no matter is chosen yet');
    /** @type {Need[]} */
    const needs = [];
    if (this.sign || mode === 'sign') needs.push('sign-language');
    if (this.moreTime) needs.push('more-time');
    return { type: 'join', matter: this.matter.id, mode, needs, language: this.language, name, notice, ready };
  }
}
