import { formatNumber, t } from '../../i18n.js';

/** A megabyte as file managers show it. */
const MEGABYTE = 1024 * 1024;

/**
 * A size in words, as file managers write it.
 *
 * @param {number} size_bytes
 * @returns {string} such as `1,8 MB` or `240 KB`
 */
export function formatSize(size_bytes) {
  if (size_bytes < MEGABYTE) return t('documents.size_kb', { size: formatNumber(Math.max(1, Math.round(size_bytes / 1024))) });
  return t('documents.size_mb', { size: formatNumber(Math.round((size_bytes / MEGABYTE) * 10) / 10) });
}

/**
 * The size of a file that is too large: rounded up, so that it is never said to be as large as the limit.
 *
 * @param {number} size_bytes
 */
export function formatTooLarge(size_bytes) {
  const megabytes = size_bytes / MEGABYTE;
  const rounded = megabytes >= 30 ? Math.ceil(megabytes) : Math.ceil(megabytes * 10) / 10;
  return t('documents.size_mb', { size: formatNumber(rounded) });
}

/** 32 hexadecimal digits; not `randomUUID()`, which pages without TLS lack. */
export function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
