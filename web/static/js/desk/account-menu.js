/** The menu of whoever is signed in: Esc closes it and leads back to its button, a press anywhere else closes it too. */

import { part } from './dom.js';

export class AccountMenu {
  #menu = part('me', HTMLDetailsElement);

  constructor() {
    document.addEventListener('keydown', (event) => {
      const isHere = event.target === document.body || (event.target instanceof Node && this.#menu.contains(event.target));
      if (event.key !== 'Escape' || !this.#menu.open || !isHere) return;
      this.#menu.open = false;
      this.#menu.querySelector('summary')?.focus();
    });
    document.addEventListener('pointerdown', (event) => {
      if (event.target instanceof Node && !this.#menu.contains(event.target)) this.#menu.open = false;
    });
  }
}
