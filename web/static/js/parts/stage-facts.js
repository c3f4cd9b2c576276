import { formatTimer, t } from '../i18n.js';
import { serverNow } from '../clock.js';
import { element, setText } from './element.js';
import { icon } from './icon.js';

/** What stands over the picture of a call: the matter, how long it lasts, the link in a word, that nothing is recorded. */
export class StageFacts {
  #title = fact('stage-title');
  #timer = fact('stage-timer');
  #quality = fact('stage-quality');
  #quality_word = element('span');
  /** @type {string | null} */
  #live_at = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #clock;

  /** @param {HTMLElement} list */
  constructor(list) {
    this.#quality.append(icon('signal'), this.#quality_word);
    const unrecorded = element('li', { class: 'stage-fact' }, t('call.stage.not_recorded'));
    list.append(this.#title, this.#timer, this.#quality, unrecorded);
    for (const item of [this.#title, this.#timer, this.#quality]) item.hidden = true;
  }

  /** @param {{title?: string | null, live_at?: string | null, quality?: 'good' | 'fair' | 'poor' | null}} facts */
  show({ title, live_at, quality }) {
    if (title !== undefined) {
      this.#title.hidden = title === null;
      setText(this.#title, title ?? '');
    }
    if (live_at !== undefined) {
      this.#live_at = live_at;
      this.#timer.hidden = live_at === null;
      clearInterval(this.#clock);
      this.#clock = live_at === null ? undefined : setInterval(() => this.#tick(), 1_000);
      this.#tick();
    }
    if (quality !== undefined) {
      this.#quality.hidden = quality === null;
      this.#quality.dataset.word = quality ?? '';
      if (quality !== null) setText(this.#quality_word, t(`call.quality.${quality}`));
    }
  }

  close() {
    this.show({ title: null, live_at: null, quality: null });
  }

  #tick() {
    if (this.#live_at === null) return;
    setText(this.#timer, formatTimer((serverNow() - Date.parse(this.#live_at)) / 1_000));
  }
}

/** @param {string} name */
function fact(name) {
  return element('li', { class: `stage-fact ${name}` });
}
