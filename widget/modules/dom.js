/**
 * Finding the parts of a screen that the server rendered. A part that is missing is a mistake in a template, so it
 * throws at once instead of failing later and elsewhere.
 *
 * @module dom
 */

export { element, setText } from '../../js/parts/element.js';
export { icon } from '../../js/parts/icon.js';

/**
 * The element with `data-part="name"`.
 *
 * @template {Element} [T=HTMLElement]
 * @param {ParentNode} root
 * @param {string} name
 * @param {new (...args: any[]) => T} [type]
 * @returns {T}
 */
export function part(root, name, type) {
  return one(root, `[data-part="${name}"]`, type);
}

/**
 * The first element that a selector finds.
 *
 * @template {Element} [T=HTMLElement]
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new (...args: any[]) => T} [type]
 * @returns {T}
 */
export function one(root, selector, type) {
  const found = root.querySelector(selector);
  const wanted = type ?? HTMLElement;
  if (!(found instanceof wanted)) throw new TypeError(`no ${wanted.name} ${selector} in this screen`);
  return /** @type {T} */ (found);
}

/**
 * Calls the handler of a pressed `[data-action]`; an action without one is left alone.
 *
 * @param {HTMLElement} root
 * @param {Record<string, (button: HTMLButtonElement) => unknown>} handlers
 */
export function onAction(root, handlers) {
  root.addEventListener('click', (event) => {
    if (!(event.target instanceof Element)) return;
    const button = event.target.closest('[data-action]');
    if (!(button instanceof HTMLButtonElement) || button.getAttribute('aria-disabled') === 'true') return;
    handlers[button.dataset.action ?? '']?.(button);
  });
}

/**
 * Keeps a button from being pressed twice while its work goes on. It stays focusable, so that no focus is lost.
 *
 * @param {HTMLButtonElement} button
 * @param {() => Promise<unknown>} work
 */
export async function busyWhile(button, work) {
  if (button.getAttribute('aria-disabled') === 'true') return;
  button.setAttribute('aria-disabled', 'true');
  button.setAttribute('aria-busy', 'true');
  try {
    await work();
  } finally {
    button.removeAttribute('aria-disabled');
    button.removeAttribute('aria-busy');
  }
}
