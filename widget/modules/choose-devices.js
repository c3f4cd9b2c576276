import { t } from '../../js/i18n.js';
import { openDialog } from '../../js/layers.js';
import { adviceFor } from '../../js/parts/device-advice.js';
import { element, one, part, setText } from './dom.js';

/** @typedef {import('../../js/devices.js').Devices} Devices */

/**
 * The dialog in which another camera or microphone is chosen during a call. Only what is on can be changed.
 *
 * @param {Devices} devices
 */
export async function chooseDevices(devices) {
  const dialog = one(document, 'dialog[data-dialog="devices"]', HTMLDialogElement);
  const listening = new AbortController();
  const problem = part(dialog, 'text');
  problem.hidden = true;
  for (const kind of /** @type {const} */ (['camera', 'microphone'])) {
    const select = one(dialog, `[data-device="${kind}"]`, HTMLSelectElement);
    const choices = await devices.choices(kind);
    select.replaceChildren(
      ...choices.map(({ id, label }, index) =>
        element('option', { value: id }, label || t('panel.check.device_number', { number: index + 1 }))),
    );
    select.value = devices.idOf(kind) ?? '';
    part(dialog, `${kind}-field`).hidden = devices[kind] === null || choices.length === 0;
    select.addEventListener('change', async () => {
      const [found] = await devices.choose(kind, select.value);
      problem.hidden = !found;
      if (found) setText(problem, adviceFor(found).title);
    }, { signal: listening.signal });
  }
  part(dialog, 'none').hidden = devices.camera !== null || devices.microphone !== null;
  dialog.addEventListener('close', () => listening.abort(), { once: true });
  openDialog(dialog);
}
