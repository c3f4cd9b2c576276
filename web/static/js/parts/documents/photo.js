/**
 * Photos before they are sent: without data on place, time and camera, upright, and in a format that everybody can
 * open. All of it happens in this browser.
 *
 * @module photo
 */

/** A page of A4 at 300 dots an inch is 2,480 × 3,508; more tells nobody more. */
const MAX_EDGE_PX = 3_508;
const QUALITY = 0.88;

/** Markers of a JPEG (ITU-T T.81, table B.1). */
const START = 0xffd8;
const SCAN = 0xffda;
const APP1 = 0xffe1;
const LAST_APP = 0xffef;
/** JFIF, colour profile and Adobe's colour transform say how the picture looks; the rest says where it comes from. */
const KEPT_APPS = new Set([0xffe0, 0xffe2, 0xffee]);
const COMMENT = 0xfffe;
/** The tag of Exif that says which side is up (CIPA DC-008 §4.6.4). */
const ORIENTATION = 0x0112;

/** The browser cannot read this picture. */
export class PictureError extends Error {
  /** @override */
  name = 'PictureError';
}

/** @param {File} file */
export function isPhoto(file) {
  return /\.(jpe?g|png|heic|heif)$/i.test(file.name) || /^image\/(jpeg|png|heic|heif)$/.test(file.type);
}

/** @param {File} file */
export function isHeic(file) {
  return /\.hei[cf]$/i.test(file.name) || /^image\/hei[cf]$/.test(file.type);
}

/**
 * A photo as it may be sent: HEIC becomes JPEG; a JPEG loses what is not picture, and stays the same picture to the
 * bit where it lies the right way up already. Other files are left alone.
 *
 * @param {File} file
 * @returns {Promise<{blob: Blob, name: string}>} rejects with {@link PictureError} for HEIC that this browser cannot read
 */
export async function cleaned(file) {
  if (isHeic(file)) return { blob: await toJpeg(file), name: file.name.replace(/\.hei[cf]$/i, '.jpg') };
  if (!/\.jpe?g$/i.test(file.name)) return { blob: file, name: file.name };
  const bytes = new Uint8Array(await file.arrayBuffer());
  const { plain, orientation } = withoutMetadata(bytes);
  if (plain === null) return { blob: file, name: file.name };
  if (orientation <= 1) return { blob: new Blob([plain], { type: 'image/jpeg' }), name: file.name };
  // Which side is up stood in what is taken out: the picture itself must be turned.
  const turned = await toJpeg(file).catch(() => null);
  return { blob: turned ?? new Blob([plain], { type: 'image/jpeg' }), name: file.name };
}

/**
 * A picture as JPEG, upright and at most as large as a page needs.
 *
 * @param {Blob} picture
 * @returns {Promise<Blob>}
 */
export async function toJpeg(picture) {
  const { canvas } = await drawn(picture);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new PictureError())), 'image/jpeg', QUALITY);
  });
}

/** @param {Blob} picture */
async function drawn(picture) {
  const image = await createImageBitmap(picture, { imageOrientation: 'from-image' }).catch(() => {
    throw new PictureError();
  });
  const scale = Math.min(1, MAX_EDGE_PX / Math.max(image.width, image.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  const pen = canvas.getContext('2d');
  if (!pen) throw new PictureError();
  // JPEG knows no transparency: what is seen through must be white, as paper is.
  pen.fillStyle = '#ffffff';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  return { canvas };
}

/**
 * A JPEG without its Exif, XMP, comments and makers' notes.
 *
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {{plain: Uint8Array<ArrayBuffer> | null, orientation: number}} `plain` is null for what is no JPEG, or broken
 */
export function withoutMetadata(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let orientation = 1;
  if (bytes.length < 4 || view.getUint16(0) !== START) return { plain: null, orientation };
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const kept = [bytes.subarray(0, 2)];
  let at = 2;
  while (at + 4 <= bytes.length) {
    const marker = view.getUint16(at);
    if (marker < 0xff00) return { plain: null, orientation };
    if (marker === SCAN) {
      kept.push(bytes.subarray(at));
      return { plain: joined(kept), orientation };
    }
    const end = at + 2 + view.getUint16(at + 2);
    if (end > bytes.length || end < at + 4) return { plain: null, orientation };
    const isApp = marker >= 0xffe0 && marker <= LAST_APP;
    if (marker === APP1) orientation = orientationOf(new DataView(bytes.buffer, bytes.byteOffset + at + 4, end - at - 4)) ?? orientation;
    if (marker !== COMMENT && (!isApp || KEPT_APPS.has(marker))) kept.push(bytes.subarray(at, end));
    at = end;
  }
  return { plain: null, orientation };
}

/**
 * @param {DataView} exif
 * @returns {number | null} 1 to 8
 */
function orientationOf(exif) {
  const header = 6;
  if (exif.byteLength < header + 14 || exif.getUint32(0) !== 0x45786966) return null;
  const little = exif.getUint16(header) === 0x4949;
  const directory = header + exif.getUint32(header + 4, little);
  if (directory + 2 > exif.byteLength) return null;
  const count = exif.getUint16(directory, little);
  for (let index = 0; index < count; index += 1) {
    const entry = directory + 2 + index * 12;
    if (entry + 12 > exif.byteLength) return null;
    if (exif.getUint16(entry, little) === ORIENTATION) return exif.getUint16(entry + 8, little);
  }
  return null;
}

/** @param {Uint8Array<ArrayBuffer>[]} parts */
function joined(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
