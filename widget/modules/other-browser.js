import { announce } from '../../js/announce.js';
import { t } from '../../js/i18n.js';
import { canCall, isInApp } from '../../js/parts/device-advice.js';
import { onAction, part, setText } from './dom.js';

/** The way into a browser that can do more than this one (EC-46): why, and the address to take there. */
export class OtherBrowser {
  #notice;
  #address;

  /**
   * @param {HTMLElement} screen
   * @param {string} address of this page outside the host page's frame
   */
  constructor(screen, address) {
    this.#notice = part(screen, 'other-browser');
    this.#address = new URL(address, location.href).href;
    onAction(this.#notice, { 'copy-address': () => void this.copy() });
    if (canCall() && !isInApp()) return;
    setText(part(this.#notice, 'other-browser-text'), t(isInApp() ? 'panel.check.in_app' : 'panel.check.only_text'));
    this.#notice.hidden = false;
  }

  /** Copies the address, or shows it where that is forbidden; either is said. */
  async copy() {
    const copied = await copy(this.#address);
    const told = part(this.#notice, 'copied');
    setText(told, copied ? t('panel.check.copied') : t('panel.check.not_copied', { address: this.#address }));
    told.hidden = false;
    this.#notice.hidden = false;
    announce.status(told.textContent ?? '', { force: true });
  }
}

/** @param {string} text @returns {Promise<boolean>} whether it is in the clipboard */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyTheOldWay(text);
  }
}

/**
 * In a frame of another origin, and in the windows of applications, the clipboard is often closed to scripts, but not to
 * the command that copies what is selected.
 *
 * @param {string} text
 */
function copyTheOldWay(text) {
  const focused = document.activeElement;
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'visually-hidden';
  document.body.append(field);
  field.select();
  const copied = document.execCommand('copy');
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return copied;
}
