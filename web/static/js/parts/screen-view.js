/**
 * The screen that another member shows: whole, never cut, with a word whose it is.
 *
 * @typedef {import('../protocol.js').MemberView} MemberView
 */

import { t } from '../i18n.js';
import { element } from './element.js';
import { isolate, plain, setWords } from './people-words.js';

export class ScreenView {
  /** For the owner to place. */
  element;
  #video = element('video', { playsinline: true, autoplay: true, muted: true, class: 'screen-video' });
  #plate = element('p', { class: 'tile-plate' });

  constructor() {
    this.#video.muted = true;
    this.element = element('div', { class: 'stage-screen', 'data-screen-view': '', hidden: true }, this.#video, this.#plate);
  }

  /** The picture itself, while there is one to be seen. */
  get video() {
    return this.#video.srcObject !== null && this.#video.videoWidth > 0 ? this.#video : null;
  }

  /**
   * @param {MemberView | null} member who shows it; null for nobody
   * @param {MediaStream | null} stream
   */
  show(member, stream) {
    this.element.hidden = member === null;
    if (member) {
      const label = t('call.screen.of', { name: isolate(member.name ?? t(`call.role.${member.role}`)) });
      setWords(this.#plate, label);
      this.#video.setAttribute('aria-label', plain(label));
    }
    const shown = member ? stream : null;
    if (this.#video.srcObject === shown) return;
    this.#video.srcObject = shown;
    if (shown) this.#video.play().catch(() => {});
  }
}
