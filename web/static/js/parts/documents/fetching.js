/**
 * Documents on their way to this device: saved, or looked at. The address is all that is needed: no cookie goes with it.
 *
 * @typedef {import('./document-row.js').Shown} Shown
 */

import { announce } from '../../announce.js';
import { t } from '../../i18n.js';
import { element } from '../element.js';
import { isolate } from '../people-words.js';
import { Preview } from './preview.js';

/** A browser has begun to read what it saves long before; at once would be too early for some. */
const READ_WITHIN_MS = 60_000;

/** The document is gone: taken back, or deleted by rule. */
class GoneError extends Error {
  /** @override */
  name = 'GoneError';
}

export class Fetching {
  #say;
  #onGone;
  /** Documents that were not there any more when somebody asked for them. @type {Set<string>} */
  #gone = new Set();
  #preview = new Preview((shown) => void this.get(shown));

  /**
   * @param {object} on
   * @param {(text: string | null) => void} on.say a problem in words; null when there is none any more
   * @param {() => void} on.gone a document is not there any more, as `isGone` tells from now on
   */
  constructor({ say, gone }) {
    this.#say = say;
    this.#onGone = gone;
  }

  /** Whether it was asked for and was not there any more: a server that began anew has none of before. @param {string} document */
  isGone(document) {
    return this.#gone.has(document);
  }

  /** Has a document saved under its name. @param {Shown} shown */
  async get({ seen }) {
    if (!seen?.download) return;
    const name = seen.name ?? '';
    const blob = await this.#fetch(seen);
    if (!blob) return;
    save(blob, name);
    announce.status(t('documents.said.downloaded', { name }), { force: true });
  }

  /** Lets a document be looked at. @param {Shown} shown */
  async show(shown) {
    const { seen } = shown;
    if (!seen?.download || !seen.kind) return;
    this.#preview.open(shown);
    const blob = await this.#fetch(seen);
    if (blob) await this.#preview.fill(blob, seen.kind);
    else this.#preview.close();
  }

  close() {
    this.#preview.close();
  }

  /** @param {import('../../protocol.js').DocumentView} seen one with an address such as `/d/9a41…` */
  async #fetch({ document, download, name }) {
    this.#say(null);
    try {
      const answer = await fetch(download ?? '', { credentials: 'omit', cache: 'no-store', referrerPolicy: 'no-referrer' });
      if (answer.status === 404) throw new GoneError();
      if (!answer.ok) throw new Error(`fetching a document: ${answer.status}`);
      return await answer.blob();
    } catch (error) {
      if (!(error instanceof GoneError)) {
        this.#say(t('documents.offline'));
        return null;
      }
      this.#say(t('documents.said.gone', { name: isolate(name ?? '') }));
      this.#gone.add(document);
      this.#onGone();
      return null;
    }
  }
}

/**
 * @param {Blob} blob
 * @param {string} name
 */
function save(blob, name) {
  // Without its type no browser tries to show it instead.
  const url = URL.createObjectURL(new Blob([blob], { type: 'application/octet-stream' }));
  element('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), READ_WITHIN_MS);
}
