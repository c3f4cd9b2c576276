/**
 * What lies over the page: questions, menus. The innermost came last; Back and Esc close that one first.
 *
 *     const closed = layers.add(() => menu.close());   // when it opens
 *     closed();                                        // when it is closed, whoever did it
 *
 * @module layers
 */

class Layers extends EventTarget {
  /** @type {(() => void)[]} */
  #open = [];

  get count() {
    return this.#open.length;
  }

  /**
   * @param {() => void} close closes it from outside
   * @returns {() => void} to be called once it is closed
   */
  add(close) {
    this.#open.push(close);
    this.#tell();
    return () => {
      const at = this.#open.indexOf(close);
      if (at < 0) return;
      this.#open.splice(at, 1);
      this.#tell();
    };
  }

  /** Closes the innermost layer. @returns {boolean} whether there was one */
  closeInnermost() {
    // Gone from here at once: a dialog tells that it is closed a little later.
    const close = this.#open.pop();
    close?.();
    if (close) this.#tell();
    return close !== undefined;
  }

  closeAll() {
    while (this.closeInnermost());
  }

  #tell() {
    this.dispatchEvent(new Event('change'));
  }
}

/** Those of this page. Event `change`: one was opened or closed. */
export const layers = new Layers();

/**
 * Opens a dialog over everything else; Esc and Back mean "no".
 *
 * @param {HTMLDialogElement} dialog
 */
export function openDialog(dialog) {
  dialog.returnValue = 'no';
  dialog.showModal();
  const closed = layers.add(() => dialog.close('no'));
  dialog.addEventListener('close', closed, { once: true });
}
