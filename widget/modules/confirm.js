import { openDialog } from '../../js/layers.js';
import { one, part, setText } from './dom.js';

/**
 * Asks before something ends (pattern T5): a native dialog, so Esc means no and the focus goes back by itself.
 *
 * @param {'leave' | 'hang-up'} name
 * @param {string} [text] instead of the one that stands there
 * @returns {Promise<boolean>} whether it was confirmed
 */
export function confirm(name, text) {
  const dialog = one(document, `dialog[data-dialog="${name}"]`, HTMLDialogElement);
  if (text !== undefined) setText(part(dialog, 'text'), text);
  openDialog(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  });
}

/** Closes the question when what it asked about is over. @param {'leave' | 'hang-up'} name */
export function withdraw(name) {
  const dialog = one(document, `dialog[data-dialog="${name}"]`, HTMLDialogElement);
  if (dialog.open) dialog.close('no');
}
