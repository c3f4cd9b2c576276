import { layers } from '../../js/layers.js';
import { one, part } from './dom.js';

/** The choice of the page's language: a layer while it is open. In a frame another language takes this page's place. */
export class LanguageMenu {
  /** @type {(() => void) | null} */
  #closed = null;

  /**
   * @param {HTMLElement} body
   * @param {{leaveTo: ((address: string) => void) | null}} options how to go to another page; null: as links do
   */
  constructor(body, { leaveTo }) {
    const menu = part(body, 'languages', HTMLDetailsElement);
    const closed = () => {
      this.#closed?.();
      this.#closed = null;
    };
    // The event comes a little later than the change: what closes it from here must not wait for it.
    const close = () => {
      const hadFocus = menu.contains(document.activeElement);
      menu.open = false;
      closed();
      if (hadFocus) one(menu, 'summary').focus();
    };
    menu.addEventListener('toggle', () => {
      if (menu.open) this.#closed ??= layers.add(close);
      else closed();
    });
    document.addEventListener('pointerdown', ({ target }) => {
      if (!menu.open || (target instanceof Node && menu.contains(target))) return;
      menu.open = false;
      closed();
    });
    if (!leaveTo) return;
    menu.addEventListener('click', (event) => {
      const link = event.target instanceof Element ? event.target.closest('a') : null;
      if (!link) return;
      event.preventDefault();
      leaveTo(link.href);
    });
  }
}
