import { t } from '../../js/i18n.js';
import { toldOf, waysOn } from './problem-box.js';

/** @typedef {import('./site.js').Handover} Handover */
/** @typedef {import('./problem-box.js').ProblemBox} ProblemBox */

/**
 * The step out of the host page's frame into a window of one's own, with the same place or call. The session goes over
 * as onto a telephone (`ToPhone`), by a code that works once: so the window gets a cookie of its own, which a reload
 * survives, and no secret that lasts stands in an address.
 */
export class OwnWindow {
  #page;
  #offer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #running;

  /**
   * @param {string} page address of the panel as a page of its own
   * @param {(matter: string | null) => Promise<Handover>} offer asks the server for a code
   */
  constructor(page, offer) {
    this.#page = page;
    this.#offer = offer;
  }

  /**
   * To be called while a press is handled.
   *
   * @param {ProblemBox} problem tells what went wrong
   * @param {string | null} [matter] what was chosen by whoever is in no queue yet
   */
  async open(problem, matter = null) {
    problem.hide();
    clearTimeout(this.#running);
    // A window that is opened after the answer would count as unasked for: it is opened now, empty, and led on then.
    const opened = window.open('', '_blank');
    try {
      const { url, valid_s } = await this.#offer(matter);
      const address = new URL(this.#page, location.href);
      address.hash = new URL(url).hash;
      if (opened === null) return this.#blocked(problem, address.href, valid_s);
      if (opened.closed) return;
      opened.opener = null;
      opened.location.replace(address.href);
    } catch (error) {
      opened?.close();
      problem.show(toldOf(error), waysOn(error));
    }
  }

  /**
   * No window may be opened by a script here; a link that is pressed may open one.
   *
   * @param {ProblemBox} problem
   * @param {string} href
   * @param {number} valid_s
   */
  #blocked(problem, href, valid_s) {
    const told = { title: t('panel.own_window.blocked'), detail: t('panel.own_window.blocked_text') };
    const link = `${t('panel.header.own_window')} ${t('common.new_tab')}`;
    problem.show(told, [{ label: link, primary: true, href, press: () => problem.hide() }, problem.dismissal]);
    // The link is worth nothing once its code has run out.
    this.#running = setTimeout(() => problem.hide(), valid_s * 1_000);
  }
}
