/**
 * The ways in which files come into this page: the chooser, the phone's camera, dragging and pasting.
 *
 * @module intake
 */

import { t } from '../../i18n.js';
import { element } from '../element.js';
import { ACCEPT } from './early.js';

/** A chooser, or a camera, that stays on the page; the same file may be chosen twice. */
export class Chooser {
  element;
  /** @type {(files: File[]) => void} */
  #take = () => {};

  /** @param {{camera?: boolean, many?: boolean}} [options] */
  constructor({ camera = false, many = true } = {}) {
    this.element = element('input', {
      type: 'file', hidden: true, multiple: many && !camera, accept: camera ? 'image/*' : ACCEPT,
      change: () => {
        const files = [...(this.element.files ?? [])];
        this.element.value = '';
        if (files.length > 0) this.#take(files);
      },
    });
    // Only phones make something of it; others open the chooser.
    if (camera) this.element.setAttribute('capture', 'environment');
  }

  /** @param {(files: File[]) => void} take */
  open(take) {
    this.#take = take;
    this.element.click();
  }
}

/**
 * Takes files that are dropped anywhere on the page, and pasted ones. Without this a dropped file would replace the page,
 * and the call with it.
 *
 * @param {object} options
 * @param {HTMLElement} options.zone shows that a file is over the page
 * @param {() => boolean} options.isOpen whether files can be taken now
 * @param {(files: File[]) => void} options.take
 * @param {AbortSignal} options.signal
 */
export function listenForFiles({ zone, isOpen, take, signal }) {
  const hold = (/** @type {DragEvent} */ event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = isOpen() ? 'copy' : 'none';
    zone.toggleAttribute('data-over', isOpen());
  };
  document.addEventListener('dragenter', hold, { signal });
  document.addEventListener('dragover', hold, { signal });
  document.addEventListener('dragleave', (event) => {
    // Leaving an element for one inside it is no leaving of the page.
    if (event.relatedTarget === null) zone.removeAttribute('data-over');
  }, { signal });
  document.addEventListener('drop', (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    zone.removeAttribute('data-over');
    const files = [...event.dataTransfer.files];
    if (isOpen() && files.length > 0) take(files);
  }, { signal });
  document.addEventListener('paste', (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    // What is copied from an office program is a text with a picture of it: then the text is meant.
    if (files.length === 0 || event.clipboardData?.types.includes('text/plain') || !isOpen()) return;
    event.preventDefault();
    take(files.map(named));
  }, { signal });
}

/** A picture from the clipboard is called `image.png`, whatever it shows. @param {File} file */
function named(file) {
  return file.name === 'image.png' ? new File([file], t('documents.pasted'), { type: file.type }) : file;
}
