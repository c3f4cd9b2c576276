import { announce } from '../../js/announce.js';
import { t } from '../../js/i18n.js';
import { openDialog } from '../../js/layers.js';
import { busyWhile, one, onAction, part } from './dom.js';
import { ProblemBox, toldOf } from './problem-box.js';

/** @typedef {import('./site.js').Handover} Handover */

/** Whether this is a device with a mouse: a telephone needs no other one. */
export const MAY_GO_ON = matchMedia('(any-pointer: fine)').matches;

/** Modules of quiet on each side, without which cameras do not find a code (ISO/IEC 18004). */
const QUIET = 4;

/** The code by which the visit goes on on a telephone, with the same place: it works once and for some minutes. */
export class ToPhone {
  #dialog;
  #offer;
  #problem;
  /** Which code it is about: a slow answer for an earlier one is thrown away. */
  #about = 0;
  /** @type {string | null} */
  #matter = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #running;

  /** @param {(matter: string | null) => Promise<Handover>} offer asks the server for a code */
  constructor(offer) {
    this.#offer = offer;
    this.#dialog = one(document, 'dialog[data-dialog="to-phone"]', HTMLDialogElement);
    this.#problem = new ProblemBox(this.#dialog);
    this.#dialog.addEventListener('close', () => this.#forget());
    onAction(this.#dialog, { renew: (button) => void busyWhile(button, () => this.#draw(this.#matter)) });
  }

  /** Opens the window with a new code. @param {string | null} [matter] what was chosen by whoever is in no queue yet */
  async open(matter = null) {
    this.#matter = matter;
    this.#hideCode();
    openDialog(this.#dialog);
    await this.#draw(matter);
  }

  /** The visit goes on elsewhere, or is over. @returns {boolean} whether a code was on the screen */
  close() {
    const wasOpen = this.#dialog.open;
    if (wasOpen) this.#dialog.close('no');
    return wasOpen;
  }

  /** @param {string | null} matter */
  async #draw(matter) {
    const about = ++this.#about;
    this.#problem.hide();
    part(this.#dialog, 'over').hidden = true;
    try {
      const { qr, valid_s } = await this.#offer(matter);
      if (about !== this.#about) return;
      this.#show(qr);
      clearTimeout(this.#running);
      this.#running = setTimeout(() => this.#runOut(), valid_s * 1_000);
    } catch (error) {
      if (about === this.#about) this.#problem.show(toldOf(error));
    }
    part(this.#dialog, 'renew').hidden = !part(this.#dialog, 'code').hidden;
  }

  /** @param {Handover['qr']} qr */
  #show({ size, path }) {
    const side = size + 2 * QUIET;
    one(this.#dialog, '[data-part="code"] svg', SVGSVGElement).setAttribute('viewBox', `-${QUIET} -${QUIET} ${side} ${side}`);
    one(this.#dialog, '[data-part="code"] path', SVGPathElement).setAttribute('d', path);
    part(this.#dialog, 'code').hidden = false;
    announce.status(t('panel.to_phone.ready'), { force: true });
  }

  #hideCode() {
    part(this.#dialog, 'code').hidden = true;
    part(this.#dialog, 'over').hidden = true;
    part(this.#dialog, 'renew').hidden = true;
  }

  #runOut() {
    this.#hideCode();
    part(this.#dialog, 'over').hidden = false;
    part(this.#dialog, 'renew').hidden = false;
    announce.status(t('panel.to_phone.over'), { force: true });
  }

  /** The code is shown to nobody any more. */
  #forget() {
    this.#about += 1;
    clearTimeout(this.#running);
    this.#hideCode();
    one(this.#dialog, '[data-part="code"] path', SVGPathElement).setAttribute('d', '');
  }
}
