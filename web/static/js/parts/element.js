/**
 * Makes an element. Texts become text nodes; there is no way to put markup in.
 *
 * @template {keyof HTMLElementTagNameMap} N
 * @param {N} name
 * @param {Record<string, string | boolean | EventListener>} [attributes] `true` sets it empty, `false` leaves it out; a function listens to the event of that name
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[N]}
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(attribute, value);
    else if (typeof value === 'string') made.setAttribute(attribute, value);
    else if (value) made.setAttribute(attribute, '');
  }
  made.append(...children);
  return made;
}

/**
 * Changes a text only if it is another, so that nothing is read out or laid out again for nothing.
 *
 * @param {Node} node
 * @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
