/**
 * The part of the page that the template marks `data-part="name"`. One that is missing is a mistake in the template,
 * so it throws at once instead of failing later and elsewhere.
 *
 * @template {Element} [T=HTMLElement]
 * @param {string} name
 * @param {new (...args: any[]) => T} [type]
 * @returns {T}
 */
export function part(name, type) {
  const found = document.querySelector(`[data-part="${name}"]`);
  const wanted = type ?? HTMLElement;
  if (!(found instanceof wanted)) throw new TypeError(`this page has no ${wanted.name} "${name}"`);
  return /** @type {T} */ (found);
}

/**
 * Calls something when a button is pressed; not while it cannot be. Such a button keeps the focus and says why, which
 * a disabled one could not.
 *
 * @param {HTMLElement} button
 * @param {() => unknown} press
 */
export function onPress(button, press) {
  button.addEventListener('click', () => {
    if (button.getAttribute('aria-disabled') !== 'true') press();
  });
}

/**
 * @param {HTMLElement} button
 * @param {boolean} may
 */
export function setPressable(button, may) {
  if (may) button.removeAttribute('aria-disabled');
  else button.setAttribute('aria-disabled', 'true');
}

/** Whether an element is in the page and can be seen, so that a focus on it means something. @param {Element | null} element */
export function isSeen(element) {
  return element instanceof HTMLElement && element !== document.body && element.isConnected && element.getClientRects().length > 0;
}
