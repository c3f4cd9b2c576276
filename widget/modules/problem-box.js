import { announce } from '../../js/announce.js';
import { t } from '../../js/i18n.js';
import { ProblemError } from '../../js/socket.js';
import { element, one, part, setText } from './dom.js';

/** @typedef {{title: string, detail?: string, passing?: boolean}} Told what happened; what is kept and what to do; whether it will be over by itself */
/** @typedef {{label: string, press: () => unknown, primary?: boolean, href?: string}} Way a button that leads on, or a link into a new tab */

/** Boxes that tell of something that passes. @type {Set<HTMLElement>} */
const passingBoxes = new Set();

/** The server works again: what was told of it is over. */
export function forgetPassing() {
  for (const box of passingBoxes) box.hidden = true;
  passingBoxes.clear();
}

/** The box of a screen that says what went wrong and what can be done, in view and by voice. */
export class ProblemBox {
  #screen;
  #box;

  /** @param {HTMLElement} screen */
  constructor(screen) {
    this.#screen = screen;
    this.#box = part(screen, 'problem');
  }

  /** Does something; if that fails, says why. @param {() => Promise<unknown>} action */
  async attempt(action) {
    this.hide();
    try {
      await action();
    } catch (error) {
      this.show(toldOf(error), waysOn(error));
    }
  }

  /**
   * @param {Told} told
   * @param {Way[]} [ways]
   */
  show({ title, detail = '', passing = false }, ways = []) {
    if (passing) passingBoxes.add(this.#box);
    else passingBoxes.delete(this.#box);
    setText(part(this.#box, 'problem-title'), title);
    const details = part(this.#box, 'problem-detail');
    setText(details, detail);
    details.hidden = detail === '';
    const actions = part(this.#box, 'problem-actions');
    actions.replaceChildren(
      ...ways.map(({ label, press, primary, href }) => {
        const common = { class: primary ? 'btn primary' : 'btn', click: () => press() };
        return href === undefined
          ? element('button', { type: 'button', ...common }, label)
          : element('a', { href, target: '_blank', rel: 'noopener', ...common }, label);
      }),
    );
    actions.hidden = ways.length === 0;
    this.#box.hidden = false;
    this.#box.scrollIntoView({ block: 'nearest' });
    announce.alert(`${title} ${detail}`.trim(), { force: true });
  }

  hide() {
    passingBoxes.delete(this.#box);
    this.#box.hidden = true;
  }

  /** Puts the box away; the focus goes on to the screen's heading. @type {Way} */
  get dismissal() {
    return { label: t('panel.problem.dismiss'), press: () => { this.hide(); one(this.#screen, 'h1').focus(); } };
  }

  /** The first way on, for the focus. @type {HTMLElement | null} */
  get first() {
    return this.#box.querySelector('button, a');
  }
}

/**
 * The buttons that lead on after something that failed.
 *
 * @param {unknown} error
 * @returns {Way[]}
 */
export function waysOn(error) {
  if (!(error instanceof ProblemError) || error.problem.code !== 'notice-outdated') return [];
  return [{ label: t('panel.problem.reload'), primary: true, press: () => location.reload() }];
}

/**
 * What to tell about something that failed.
 *
 * @param {unknown} error
 * @returns {Told}
 */
export function toldOf(error) {
  if (error instanceof ProblemError) {
    const { title, detail = '', retry_after_s } = error.problem;
    return { title, detail, passing: retry_after_s !== undefined };
  }
  console.error(error);
  return { title: t('panel.problem.heading'), detail: t('panel.problem.text') };
}
