/** The sprite of this asset tree; relative, so that it inherits the tree's hash. */
const SPRITE = new URL('../../icons.svg', import.meta.url).href;
const SVG = 'http://www.w3.org/2000/svg';

/**
 * A picture beside a text: never the only thing that tells something.
 *
 * @param {string} name such as `mic`
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('focusable', 'false');
  svg.append(document.createElementNS(SVG, 'use'));
  changeIcon(svg, name);
  return svg;
}

/**
 * Shows another picture in the same place.
 *
 * @param {Element} svg
 * @param {string} name
 */
export function changeIcon(svg, name) {
  const address = `${SPRITE}#i-${name}`;
  const use = svg.querySelector('use');
  if (use?.getAttribute('href') !== address) use?.setAttribute('href', address);
}
