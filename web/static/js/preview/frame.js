/**
 * Draws a document inside the sandboxed frame: a picture as it is, a PDF page by page. The page around hands in the
 * bytes and the words; nothing else comes in, and nothing but "it is drawn" goes out.
 *
 * @typedef {{kind: 'show', type: string, bytes: ArrayBuffer, words: {page: string, picture: string}}} ShowMessage
 * @typedef {{kind: 'inspect', bytes: ArrayBuffer}} InspectMessage
 */

import { inspectPdf, openPdf } from './pdf.js';

/** Pages further down are drawn when somebody comes near them. */
const NEAR = '800px';
const MAX_SCALE = 2;
const TYPES = { jpeg: 'image/jpeg', png: 'image/png' };

const pages = /** @type {HTMLElement} */ (document.getElementById('pages'));

addEventListener('message', ({ source, data }) => {
  if (source !== window.parent) return;
  if (data?.kind === 'show') void show(data).then(() => tell({ kind: 'shown' }), failed);
  if (data?.kind === 'inspect') void inspectPdf(data.bytes).then((found) => tell({ kind: 'inspected', found }), failed);
});
tell({ kind: 'ready' });

/** @param {object} message */
function tell(message) {
  // Whoever holds this frame has handed in the document: there is nothing to keep from them.
  window.parent.postMessage(message, '*');
}

/** @param {unknown} error */
function failed(error) {
  console.warn('preview: the document could not be drawn', error);
  tell({ kind: 'failed' });
}

/** @param {ShowMessage} message */
async function show({ type, bytes, words }) {
  pages.replaceChildren();
  if (type === 'pdf') return showPdf(bytes, words);
  const media = TYPES[/** @type {keyof typeof TYPES} */ (type)];
  if (!media) throw new TypeError(`no preview of ${type}`);
  const image = new Image();
  image.alt = words.picture;
  image.src = URL.createObjectURL(new Blob([bytes], { type: media }));
  await image.decode();
  figure().append(image);
}

/**
 * @param {ArrayBuffer} bytes
 * @param {{page: string}} words
 */
async function showPdf(bytes, words) {
  const pdf = await openPdf(bytes);
  const width = pages.clientWidth - 24;
  /** @type {Promise<void> | null} */
  let first = null;
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      seen.unobserve(entry.target);
      void draw(/** @type {HTMLElement} */ (entry.target)).catch(failed);
    }
  }, { rootMargin: NEAR });

  /** @param {HTMLElement} place */
  const draw = async (place) => {
    const number = Number(place.dataset.page);
    const page = await pdf.getPage(number);
    const plain = page.getViewport({ scale: 1 });
    const scale = Math.min(MAX_SCALE, width / plain.width);
    const viewport = page.getViewport({ scale: scale * Math.min(2, devicePixelRatio) });
    const canvas = document.createElement('canvas');
    canvas.width = viewport.width;
    canvas.height = viewport.height;
    canvas.style.width = `${plain.width * scale}px`;
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', words.page.replace('{page}', String(number)).replace('{pages}', String(pdf.numPages)));
    await page.render({ canvasContext: /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d')), viewport }).promise;
    place.style.minHeight = '';
    place.replaceChildren(canvas, await textOf(page));
  };

  for (let number = 1; number <= pdf.numPages; number += 1) {
    const place = figure();
    place.dataset.page = String(number);
    if (number === 1) first = draw(place);
    else {
      place.style.width = `${Math.min(width, 595)}px`;
      place.style.minHeight = '50vh';
      seen.observe(place);
    }
  }
  await first;
}

/** What is written on a page, for those who listen. @param {any} page */
async function textOf(page) {
  const { items } = await page.getTextContent();
  const words = document.createElement('p');
  words.className = 'words';
  words.textContent = items.map((/** @type {any} */ item) => `${item.str ?? ''}${item.hasEOL ? '\n' : ''}`).join('');
  return words;
}

function figure() {
  const place = document.createElement('figure');
  place.className = 'page';
  pages.append(place);
  return place;
}
