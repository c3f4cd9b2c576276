/**
 * What axe leaves undecided of contrasts is measured here: text on the grounds that it has itself, whatever lies over it
 * just now, and over a moving picture with that as white and as black as it can be (WCAG 2.2 SC 1.4.3). These functions
 * run in pages: they use nothing from here.
 */

/**
 * What axe finds, without the contrasts that it could not decide and that are good by measure.
 * @param {Document} root @param {import('axe-core').RunOptions} options
 */
export async function lookAt(root, options) {
  /** @type {any} */
  const page = globalThis;
  const { violations, incomplete } = await page.axe.run(root, { ...options, elementRef: true });
  for (const result of incomplete) {
    if (result.id !== 'color-contrast') continue;
    result.nodes = result.nodes.filter((/** @type {any} */ node) => {
      // What is drawn anew each second may be another element by now: the same words at the same place.
      const again = () => {
        const selector = node.target.flat().at(-1);
        const shadows = [...root.querySelectorAll('*')].flatMap(({ shadowRoot }) => shadowRoot ?? []);
        return [root, ...shadows].map((at) => at.querySelector(selector)).find(Boolean);
      };
      const element = node.element.isConnected ? node.element : again();
      const measured = element ? page.leastContrast(element) : { why: 'it has gone' };
      node.failureSummary += `; measured: ${measured.ratio?.toFixed(2) ?? measured.why}`;
      return !(measured.ratio >= measured.needed);
    });
  }
  for (const node of [...violations, ...incomplete].flatMap((result) => result.nodes)) {
    delete node.element;
    for (const check of [...node.any, ...node.all, ...node.none]) delete check.relatedNodes;
  }
  return { violations, incomplete: incomplete.filter((/** @type {any} */ result) => result.nodes.length > 0) };
}

/**
 * The least contrast of an element's text, and the one that it needs; or why it cannot be told.
 * @param {Element} element
 * @returns {{ratio?: number, needed: number, why?: string}}
 */
export function leastContrast(element) {
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true }));
  const read = (/** @type {string} */ colour) => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0, alpha = 0] = context.getImageData(0, 0, 1, 1).data;
    return { channels: [red, green, blue], share: alpha / 255 };
  };
  const over = (/** @type {{channels: number[], share: number}} */ { channels, share }, /** @type {number[]} */ lower) =>
    channels.map((channel, at) => channel * share + (lower[at] ?? 0) * (1 - share));
  const luminance = (/** @type {number[]} */ channels) => channels.map((channel) => {
    const value = channel / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }).reduce((sum, value, at) => sum + value * [0.2126, 0.7152, 0.0722][at], 0);

  const style = getComputedStyle(element);
  const size_px = Number.parseFloat(style.fontSize);
  // Large text is of 18 pt, or of 14 pt and bold.
  const isLarge = size_px >= 24 || (size_px >= 18.66 && Number(style.fontWeight) >= 700);
  const needed = isLarge ? 3 : 4.5;

  /** @type {{channels: number[], share: number}[]} */
  const layers = [];
  /** What may lie under them all. */
  let lowest = [[255, 255, 255]];
  for (/** @type {Element | null} */ let at = element; at; at = at.parentElement ?? /** @type {ShadowRoot} */ (at.getRootNode()).host ?? null) {
    const { opacity, backgroundImage, backgroundColor } = getComputedStyle(at);
    if (Number(opacity) < 1) return { needed, why: `an opacity of ${opacity}` };
    if (backgroundImage !== 'none') {
      // Between two colours of a course no mixture is lighter than the lighter, nor darker than the darker one.
      const stops = (/-gradient\(/.test(backgroundImage) && backgroundImage.match(/rgba?\([^)]*\)/g) || []).map(read);
      if (/url\(|color\(|lab\(|lch\(/.test(backgroundImage)) return { needed, why: `the ground ${backgroundImage}` };
      if (stops.length === 0 || stops.some(({ share }) => share < 1)) return { needed, why: `the ground ${backgroundImage}` };
      lowest = stops.map(({ channels }) => channels);
      break;
    }
    const layer = read(backgroundColor);
    if (layer.share > 0) layers.push(layer);
    if (layer.share === 1) break;
    if (at.matches('.stage, .tile, .video')) {
      lowest = [[255, 255, 255], [0, 0, 0]];
      break;
    }
  }
  const ratios = lowest.map((under) => {
    const ground = layers.reduceRight((lower, layer) => over(layer, lower), under);
    const [one, other] = [luminance(over(read(style.color), ground)), luminance(ground)];
    return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  });
  return { ratio: Math.min(...ratios), needed };
}
