import { crc32, deflateRawSync } from 'node:zlib';

/**
 * Files as people have them, and as attackers make them.
 *
 * @typedef {{name: string, mimeType: string, buffer: Buffer}} TestFile as Playwright takes it
 */

/** @param {string} name @param {string} mimeType @param {Buffer | string} content @returns {TestFile} */
export function file(name, mimeType, content) {
  return { name, mimeType, buffer: Buffer.from(content) };
}

/**
 * A PDF with one page on which something is written; `size` bytes at least.
 *
 * @param {string} name
 * @param {{text?: string, size?: number, trailer?: string}} [options]
 */
export function pdf(name, { text = 'Wniosek', size = 0, trailer = '' } = {}) {
  const drawing = `BT /F 24 Tf 60 700 Td (${text}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Count 1 /Kids [3 0 R] >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>',
    `<< /Length ${drawing.length} >>\nstream\n${drawing}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let body = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const at = body.length;
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  if (body.length < size) body += `%${'x'.repeat(size - body.length)}\n`;
  const start = body.length;
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  body += `xref\n0 6\n0000000000 65535 f \n${rows}trailer\n<< /Size 6 /Root 1 0 R ${trailer} >>\nstartxref\n${start}\n%%EOF\n`;
  return file(name, 'application/pdf', Buffer.from(body, 'latin1'));
}

/** What every scanner knows and nothing is harmed by (eicar.org); written in two parts, so that this file is not it. */
export function eicar() {
  return `X5O!P%@AP[4\\PZX54(P^)7CC)7}$${'EICAR'}-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`;
}

/** A program for Windows, as far as its head. @param {string} name */
export function program(name) {
  return file(name, 'application/pdf', Buffer.concat([Buffer.from('MZ\x90\0', 'latin1'), Buffer.alloc(4_096)]));
}

/**
 * A ZIP package (APPNOTE 4.3).
 *
 * @param {Record<string, Buffer | string>} parts
 * @returns {Buffer}
 */
export function zip(parts) {
  /** @type {Buffer[]} */
  const locals = [];
  /** @type {Buffer[]} */
  const directory = [];
  let offset = 0;
  for (const [name, part] of Object.entries(parts)) {
    const content = Buffer.from(part);
    const packed = deflateRawSync(content);
    const label = Buffer.from(name);
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt16LE(8, 4);
    facts.writeUInt32LE(crc32(content), 10);
    facts.writeUInt32LE(packed.length, 14);
    facts.writeUInt32LE(content.length, 18);
    facts.writeUInt16LE(label.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), facts, label, packed]);
    const entry = Buffer.alloc(14);
    entry.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0', 'latin1'), facts, entry, label]));
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, central, end]);
}

const DOCX_TYPES = '<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>';

/** @param {string} name @param {Record<string, Buffer | string>} [more] */
export function docx(name, more = {}) {
  return file(name, 'application/octet-stream', zip({ '[Content_Types].xml': DOCX_TYPES, 'word/document.xml': '<w/>', ...more }));
}

/**
 * A photo as a phone makes it: with the place where it was taken in its Exif, and lying on its side.
 *
 * @param {import('playwright-core').Page} page any page that can draw
 * @param {string} name
 * @param {string} colour
 */
export async function photo(page, name, colour) {
  const drawn = await page.evaluate(async (fill) => {
    const canvas = document.createElement('canvas');
    canvas.width = 640;
    canvas.height = 480;
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    pen.fillStyle = fill;
    pen.fillRect(0, 0, 640, 480);
    return canvas.toDataURL('image/jpeg').split(',')[1] ?? '';
  }, colour);
  const jpeg = Buffer.from(drawn, 'base64');
  // Exif with one entry, orientation 6 (turn right), and a place in words behind it.
  const tiff = Buffer.from('MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0', 'latin1');
  const exif = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff, Buffer.from('GPS 51.107 N 17.038 E')]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(exif.length + 2);
  return file(name, 'image/jpeg', Buffer.concat([jpeg.subarray(0, 2), Buffer.from('\xff\xe1', 'latin1'), length, exif, jpeg.subarray(2)]));
}
