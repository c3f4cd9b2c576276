import { t } from '../i18n.js';
import { element } from './element.js';

/** Only these two schemes: a `javascript:` link in a chat would be an attack. */
const ADDRESS = /https?:\/\/[^\s<>"]+/g;
/** What usually ends the sentence and not the address. */
const TRAILING = /[.,;:!?)\]}'”»]+$/;

/**
 * A text with its web addresses as links. Behind each stands its real domain, because an address may be dressed up to
 * look like another (`https://gov.pl@elsewhere.example`).
 *
 * @param {string} text
 * @returns {(Node | string)[]}
 */
export function linked(text) {
  /** @type {(Node | string)[]} */
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = match[0].replace(TRAILING, '');
    const url = URL.parse?.(address) ?? parsed(address);
    if (!url) continue;
    parts.push(text.slice(from, match.index));
    parts.push(
      element('a', { href: url.href, target: '_blank', rel: 'noopener noreferrer nofollow' }, address), ' ',
      element('span', { class: 'chat-domain' }, t('call.chat.domain', { domain: url.hostname })),
    );
    from = match.index + address.length;
  }
  parts.push(text.slice(from));
  return parts;
}

/** @param {string} address */
function parsed(address) {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}
