/**
 * What was chosen and is not sent yet: it can be looked through, put in order, and taken off. Several photos become one
 * PDF. Knows no socket.
 *
 * @typedef {{file: File, request: {id: string, name: string} | null, row: HTMLLIElement, picture: string | null}} Chosen
 * @typedef {{blob: Blob, name: string, request: string | null}} Ready
 */

import { announce } from '../../announce.js';
import { t } from '../../i18n.js';
import { element, setText } from '../element.js';
import { icon } from '../icon.js';
import { isolate, nodesOf } from '../people-words.js';
import { isAccessiblePdf } from './accessible-pdf.js';
import { cleaned, isHeic, isPhoto, PictureError } from './photo.js';
import { photosToPdf } from './photo-pdf.js';
import { formatSize } from './sizes.js';

let lastId = 0;

export class Tray {
  element;
  #list = element('ul', { class: 'tray-list' });
  #join = element('input', { type: 'checkbox' });
  #joinBox;
  #send;
  #onReady;
  #onRefused;
  #onEmpty;
  #warns;
  /** @type {Chosen[]} */
  #chosen = [];
  #busy = false;

  /**
   * @param {object} options
   * @param {(ready: Ready) => void} options.onReady a document is to be sent
   * @param {(name: string, reason: string) => void} options.onRefused a picture could not be made ready
   * @param {() => void} options.onEmpty the last row has gone: the focus needs a place
   * @param {'h3' | 'h4'} options.level of its heading
   * @param {boolean} options.warns of PDFs that a screen reader cannot use: an office's documents are for everybody
   */
  constructor({ onReady, onRefused, onEmpty, level, warns }) {
    this.#onReady = onReady;
    this.#onRefused = onRefused;
    this.#onEmpty = onEmpty;
    this.#warns = warns;
    const heading = element(level, { class: 'tray-heading', id: `tray-heading-${++lastId}` }, t('documents.tray.heading'));
    const about = element('p', { class: 'hint', id: `tray-join-${lastId}` }, t('documents.tray.join_about'));
    this.#join.setAttribute('aria-describedby', about.id);
    this.#joinBox = element('div', { hidden: true },
      element('label', { class: 'check' }, this.#join, element('span', {}, t('documents.tray.join'))), about);
    this.#send = element('button', { type: 'button', class: 'btn primary wide', click: () => void this.#ship() });
    this.element = element('section', { class: 'tray', 'aria-labelledby': heading.id, hidden: true },
      heading, this.#list, this.#joinBox, this.#send);
    this.#join.addEventListener('change', () => this.#show());
  }

  /** How many documents these would become. */
  get count() {
    const photos = this.#photos.length;
    return this.#joins ? this.#chosen.length - photos + 1 : this.#chosen.length;
  }

  /**
   * @param {File[]} files
   * @param {{id: string, name: string} | null} request
   */
  add(files, request) {
    const photosBefore = this.#photos.length;
    for (const file of files) this.#add(file, request);
    // Pages of one document are usually photographed together.
    if (photosBefore < 2 && this.#photos.length >= 2) this.#join.checked = true;
    this.#show();
    const names = files.map(({ name }) => name).join(', ');
    if (files.length > 0) announce.status(t('documents.said.chosen', { name: names }), { force: true });
  }

  /** Puts the focus on "send". */
  focus() {
    this.#send.focus();
  }

  clear() {
    for (const chosen of [...this.#chosen]) this.#drop(chosen);
    this.#show();
  }

  get #photos() {
    return this.#chosen.filter(({ file }) => isPhoto(file));
  }

  get #joins() {
    return this.#join.checked && this.#photos.length >= 2;
  }

  /**
   * @param {File} file
   * @param {{id: string, name: string} | null} request
   */
  #add(file, request) {
    // HEIC is shown by few browsers; the others would show a broken picture.
    const picture = isPhoto(file) && !isHeic(file) ? URL.createObjectURL(file) : null;
    const row = element('li', { class: 'tray-row' });
    /** @type {Chosen} */
    const chosen = { file, request, row, picture };
    const name = element('bdi', { class: 'tray-name' }, file.name);
    const facts = element('span', { class: 'tray-facts' }, formatSize(file.size));
    const words = element('span', { class: 'tray-words' }, name, facts);
    if (request) words.append(element('span', { class: 'tray-facts' }, ...nodesOf(t('documents.tray.for', { name: isolate(request.name) }))));
    row.append(
      picture ? element('img', { class: 'tray-picture', src: picture, alt: t('documents.tray.picture', { name: file.name }) }) : icon('doc'),
      words,
      element('button', { type: 'button', class: 'btn quiet tray-earlier', click: () => this.#earlier(chosen) },
        t('documents.tray.earlier'), element('span', { class: 'visually-hidden' }, ` ${file.name}`)),
      element('button', { type: 'button', class: 'btn quiet tray-remove', click: () => this.#remove(chosen) },
        t('documents.tray.remove'), element('span', { class: 'visually-hidden' }, ` ${file.name}`)));
    this.#chosen.push(chosen);
    this.#list.append(row);
    if (this.#warns && /\.pdf$/i.test(file.name)) void this.#warn(chosen);
  }

  /** @param {Chosen} chosen */
  async #warn({ file, row }) {
    const isAccessible = await isAccessiblePdf(file).catch(() => null);
    if (isAccessible !== false || !row.isConnected) return;
    const text = t('documents.tray.inaccessible');
    row.append(element('p', { class: 'tray-warning' }, text));
    announce.status(text, { force: true });
  }

  /** @param {Chosen} chosen */
  #drop(chosen) {
    if (chosen.picture) URL.revokeObjectURL(chosen.picture);
    chosen.row.remove();
    this.#chosen = this.#chosen.filter((other) => other !== chosen);
  }

  /** @param {Chosen} chosen */
  #remove(chosen) {
    const next = chosen.row.nextElementSibling ?? chosen.row.previousElementSibling;
    this.#drop(chosen);
    this.#show();
    const button = next?.querySelector('.tray-remove');
    if (button instanceof HTMLElement) button.focus();
    else this.#onEmpty();
  }

  /** @param {Chosen} chosen */
  #earlier(chosen) {
    const at = this.#chosen.indexOf(chosen);
    if (at <= 0) return;
    const before = this.#chosen[at - 1];
    if (!before) return;
    this.#chosen.splice(at - 1, 2, chosen, before);
    this.#list.insertBefore(chosen.row, before.row);
    this.#show();
    const button = chosen.row.querySelector(at === 1 ? '.tray-remove' : '.tray-earlier');
    if (button instanceof HTMLElement) button.focus();
  }

  #show() {
    this.element.hidden = this.#chosen.length === 0;
    this.#joinBox.hidden = this.#photos.length < 2;
    if (this.#photos.length < 2) this.#join.checked = false;
    this.#chosen.forEach(({ row }, index) => {
      const earlier = row.querySelector('.tray-earlier');
      // An order means something between pages only.
      if (earlier instanceof HTMLElement) earlier.hidden = index === 0 || !this.#joins;
    });
    setText(this.#send, this.#busy ? t('documents.tray.preparing') : t('documents.tray.send', { count: this.count }));
    this.#send.toggleAttribute('aria-disabled', this.#busy);
    if (this.#busy) this.#send.setAttribute('aria-disabled', 'true');
  }

  /** Makes everything ready and hands it on. */
  async #ship() {
    if (this.#busy || this.#chosen.length === 0) return;
    this.#busy = true;
    this.#show();
    const chosen = [...this.#chosen];
    const photos = this.#joins ? this.#photos : [];
    const joined = new Set(photos);
    try {
      if (photos.length > 0) await this.#shipPages(photos);
      for (const one of chosen.filter((other) => !joined.has(other))) await this.#shipOne(one);
    } finally {
      this.#busy = false;
      for (const one of chosen) this.#drop(one);
      this.#show();
      if (this.#chosen.length === 0) this.#onEmpty();
    }
  }

  /** @param {Chosen[]} photos */
  async #shipPages(photos) {
    const request = photos.find((photo) => photo.request)?.request ?? null;
    const name = request ? `${request.name.replace(/[\\/.\p{Cc}]/gu, ' ').trim()}.pdf` : t('documents.photos_file');
    try {
      this.#onReady({ blob: await photosToPdf(photos.map(({ file }) => file)), name, request: request?.id ?? null });
    } catch (error) {
      if (!(error instanceof PictureError)) throw error;
      // One of them cannot be read here: those that can go as they are.
      for (const photo of photos) await this.#shipOne(photo);
    }
  }

  /** @param {Chosen} chosen */
  async #shipOne({ file, request }) {
    try {
      const { blob, name } = await cleaned(file);
      this.#onReady({ blob, name: name.normalize('NFC'), request: request?.id ?? null });
    } catch (error) {
      const code = error instanceof PictureError ? 'document-heic' : null;
      const reason = code ? `${t(`problem.${code}.title`)} ${t(`problem.${code}.detail`)}` : t('documents.early.unreadable');
      this.#onRefused(file.name, reason);
    }
  }
}
