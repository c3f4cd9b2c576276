/**
 * PDFs by PDF.js (vendored, see docs/decisions/0002-dependencies.md), which is loaded when the first one is opened.
 *
 * @module preview/pdf
 */

const LIBRARY = new URL('../../vendor/pdfjs-dist@4.10.38/pdf.min.mjs', import.meta.url).href;
const WORKER = new URL('../../vendor/pdfjs-dist@4.10.38/pdf.worker.min.mjs', import.meta.url).href;
/** A text layer is looked for on so many pages. */
const LOOK_AT_PAGES = 3;

/**
 * @param {ArrayBuffer} bytes
 * @returns {Promise<any>} a `PDFDocumentProxy`
 */
export async function openPdf(bytes) {
  const library = await import(LIBRARY);
  library.GlobalWorkerOptions.workerSrc = WORKER;
  return library.getDocument({
    data: new Uint8Array(bytes),
    // Nothing in a document runs, and nothing is fetched for it.
    isEvalSupported: false, enableXfa: false, disableFontFace: true, useWorkerFetch: false, useSystemFonts: false,
    disableAutoFetch: true, disableStream: true, stopAtErrors: false,
  }).promise;
}

/**
 * What makes a PDF usable with a screen reader: tags, a language, a title, and text that is text.
 *
 * @param {ArrayBuffer} bytes
 * @returns {Promise<{tagged: boolean, language: boolean, title: boolean, text: boolean}>}
 */
export async function inspectPdf(bytes) {
  const pdf = await openPdf(bytes);
  const [marks, { info }] = await Promise.all([pdf.getMarkInfo(), pdf.getMetadata()]);
  let text = false;
  for (let number = 1; number <= Math.min(LOOK_AT_PAGES, pdf.numPages) && !text; number += 1) {
    const { items } = await (await pdf.getPage(number)).getTextContent();
    text = items.some((/** @type {any} */ item) => (item.str ?? '').trim() !== '');
  }
  const found = {
    tagged: marks?.Marked === true, language: Boolean(info?.Language), title: Boolean(info?.Title?.trim()), text,
  };
  await pdf.destroy();
  return found;
}
