/**
 * Looking at a document without saving it: a dialog with a sandboxed frame that has no cookies, no network and nothing
 * of this page. Nothing opens by itself.
 *
 * @typedef {import('./document-row.js').Shown} Shown
 * @typedef {import('../../protocol.js').DocumentKind} DocumentKind
 */

import { t } from '../../i18n.js';
import { openDialog } from '../../layers.js';
import { element, setText } from '../element.js';
import { icon } from '../icon.js';
import { isolate, nodesOf } from '../people-words.js';
import { SandboxFrame } from './sandbox-frame.js';

let lastId = 0;

export class Preview {
  #onGet;
  /** @type {HTMLDialogElement | null} */
  #dialog = null;
  #state = element('p', { class: 'preview-state', role: 'status' });
  /** @type {SandboxFrame | null} */
  #frame = null;

  /** @param {(shown: Shown) => void} onGet the document is to be saved */
  constructor(onGet) {
    this.#onGet = onGet;
  }

  /** Opens the dialog; what is seen in it comes by `fill`. @param {Shown} shown */
  open(shown) {
    this.close();
    const name = shown.seen?.name ?? '';
    const heading = element('h2', { id: `preview-heading-${++lastId}`, class: 'preview-heading' }, ...nodesOf(t('documents.preview.heading', { name: isolate(name) })));
    const frame = new SandboxFrame(t('documents.preview.frame'));
    frame.element.classList.add('preview-frame');
    setText(this.#state, t('documents.preview.loading'));
    this.#state.hidden = false;
    const dialog = element('dialog', { class: 'dialog preview', 'aria-labelledby': heading.id },
      heading, this.#state, frame.element,
      element('div', { class: 'actions' },
        element('button', { type: 'button', class: 'btn', click: () => this.#onGet(shown) }, icon('get'), t('documents.action.get')),
        element('button', { type: 'button', class: 'btn primary', click: () => dialog.close() }, t('documents.preview.close'))));
    dialog.addEventListener('close', () => { if (this.#dialog === dialog) this.close(); });
    document.body.append(dialog);
    this.#dialog = dialog;
    this.#frame = frame;
    openDialog(dialog);
  }

  /**
   * @param {Blob} blob
   * @param {DocumentKind} kind
   */
  async fill(blob, kind) {
    const frame = this.#frame;
    if (!frame) return;
    const words = { page: t('documents.preview.page', { page: '{page}', pages: '{pages}' }), picture: t('documents.preview.picture') };
    const answer = await frame.ask({ kind: 'show', type: kind, bytes: await blob.arrayBuffer(), words });
    if (this.#frame !== frame) return;
    if (answer?.kind === 'shown') this.#state.hidden = true;
    else {
      frame.element.hidden = true;
      setText(this.#state, t('documents.preview.failed'));
    }
  }

  close() {
    const dialog = this.#dialog;
    this.#dialog = null;
    this.#frame?.close();
    this.#frame = null;
    if (dialog?.open) dialog.close();
    dialog?.remove();
  }
}
