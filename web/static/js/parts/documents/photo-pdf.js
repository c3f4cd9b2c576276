/**
 * Several photos as one PDF: a page for each, with the JPEG as it is inside (ISO 32000-1 §7.4.8) and nothing else: no
 * author, no dates, no names.
 *
 * @module photo-pdf
 */

import { toJpeg } from './photo.js';

/** A4 in points. */
const SHORT = 595;
const LONG = 842;
const MARGIN = 18;

/**
 * @param {Blob[]} photos in the order of the pages
 * @returns {Promise<Blob>} rejects with `PictureError` for a picture that this browser cannot read
 */
export async function photosToPdf(photos) {
  const pages = [];
  // One after the other: each is a large bitmap while it is drawn, and phones have little memory.
  for (const photo of photos) {
    const jpeg = new Uint8Array(await (await toJpeg(photo)).arrayBuffer());
    pages.push({ jpeg, ...dimensions(jpeg) });
  }
  return pdfOf(pages);
}

/** @param {{jpeg: Uint8Array<ArrayBuffer>, width: number, height: number}[]} pages */
function pdfOf(pages) {
  const file = new Writer();
  const idOf = (/** @type {number} */ page, /** @type {number} */ part) => 3 + page * 3 + part;
  file.object(1, '<< /Type /Catalog /Pages 2 0 R >>');
  file.object(2, `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, page) => `${idOf(page, 0)} 0 R`).join(' ')}] >>`);
  pages.forEach(({ jpeg, width, height }, page) => {
    const [paperWidth, paperHeight] = width > height ? [LONG, SHORT] : [SHORT, LONG];
    const scale = Math.min((paperWidth - 2 * MARGIN) / width, (paperHeight - 2 * MARGIN) / height);
    const [w, h] = [width * scale, height * scale];
    const [x, y] = [(paperWidth - w) / 2, (paperHeight - h) / 2];
    const drawing = `q ${w.toFixed(2)} 0 0 ${h.toFixed(2)} ${x.toFixed(2)} ${y.toFixed(2)} cm /P Do Q`;
    file.object(idOf(page, 0),
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${paperWidth} ${paperHeight}]`
      + ` /Resources << /XObject << /P ${idOf(page, 2)} 0 R >> >> /Contents ${idOf(page, 1)} 0 R >>`);
    file.stream(idOf(page, 1), '', new TextEncoder().encode(drawing));
    file.stream(idOf(page, 2),
      `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode`, jpeg);
  });
  return file.finish();
}

/** The size that a JPEG's frame header says (ITU-T T.81 §B.2.2). @param {Uint8Array<ArrayBuffer>} jpeg */
function dimensions(jpeg) {
  const view = new DataView(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  let at = 2;
  while (at + 9 < jpeg.length) {
    const marker = view.getUint16(at);
    const isFrame = marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker);
    if (isFrame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    at += 2 + view.getUint16(at + 2);
  }
  throw new RangeError('a JPEG without a frame');
}

/** Writes the objects of a PDF and remembers where each of them begins. */
class Writer {
  /** @type {BlobPart[]} */
  #parts = [];
  #length = 0;
  /** @type {number[]} */
  #offsets = [];

  constructor() {
    // Four bytes above 127 tell programs that copy files that this one is not text (§7.5.2).
    this.#write('%PDF-1.4\n%');
    this.#write(new Uint8Array([0xe2, 0xe3, 0xcf, 0xd3]));
    this.#write('\n');
  }

  /** @param {number} id @param {string} content */
  object(id, content) {
    this.#begin(id);
    this.#write(`${content}\nendobj\n`);
  }

  /** @param {number} id @param {string} dictionary @param {Uint8Array<ArrayBuffer>} bytes */
  stream(id, dictionary, bytes) {
    this.#begin(id);
    this.#write(`<< ${dictionary} /Length ${bytes.length} >>\nstream\n`);
    this.#write(bytes);
    this.#write('\nendstream\nendobj\n');
  }

  finish() {
    const start = this.#length;
    const rows = this.#offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`);
    const size = this.#offsets.length + 1;
    this.#write(`xref\n0 ${size}\n0000000000 65535 f \n${rows.join('')}`);
    this.#write(`trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`);
    return new Blob(this.#parts, { type: 'application/pdf' });
  }

  /** @param {number} id */
  #begin(id) {
    this.#offsets[id - 1] = this.#length;
    this.#write(`${id} 0 obj\n`);
  }

  /** @param {string | Uint8Array<ArrayBuffer>} part */
  #write(part) {
    const bytes = typeof part === 'string' ? new TextEncoder().encode(part) : part;
    this.#parts.push(bytes);
    this.#length += bytes.length;
  }
}
