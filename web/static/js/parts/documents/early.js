import { t } from '../../i18n.js';
import { formatSize, formatTooLarge } from './sizes.js';

/** What the file chooser offers: the kinds that are taken, and photos of phones, which are turned into JPEG here. */
export const ACCEPT = '.pdf,.jpg,.jpeg,.png,.heic,.heif,.tif,.tiff,.docx,.xlsx,.odt,.ods,.txt,.xml';

const KINDS = /\.(pdf|jpe?g|png|tiff?|docx|xlsx|odt|ods|txt|xml|heic|heif)$/i;

/**
 * Why a file cannot be sent, as far as it can be told without looking into it; the server looks again.
 *
 * @param {{name: string, size: number}} file
 * @param {{max_bytes: number}} limits
 * @returns {string | null} in words
 */
export function refusalOf({ name, size }, { max_bytes }) {
  if (size === 0) return inCatalogue('document-empty');
  if (size > max_bytes) return t('documents.early.too_large', { size: formatTooLarge(size), limit: formatSize(max_bytes) });
  // A name with two endings has words of its own, which the server knows.
  if (!KINDS.test(name) && !/\.\w+\.\w+$/.test(name)) return inCatalogue('document-kind-unknown');
  return null;
}

/** @param {string} code */
function inCatalogue(code) {
  return `${t(`problem.${code}.title`)} ${t(`problem.${code}.detail`)}`;
}
