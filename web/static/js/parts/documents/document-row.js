/**
 * One document in a list: what it is, where it is, and what can be done with it.
 *
 * @typedef {import('../../protocol.js').DocumentView} DocumentView
 * @typedef {import('./own-documents.js').Own} Own
 * @typedef {object} Shown what a row is about: a document of the server's, one of ours, or both
 * @property {string} key
 * @property {DocumentView | null} seen
 * @property {Own | null} own
 * @typedef {object} Deeds what the buttons do; a button without a deed is not there
 * @property {(shown: Shown) => void} get
 * @property {(shown: Shown) => void} preview
 * @property {(shown: Shown) => void} stop gives up sending
 * @property {(shown: Shown) => void} takeBack
 * @property {(shown: Shown) => void} again chooses the file anew after a reload
 * @property {(shown: Shown) => void} dismiss
 */

import { t } from '../../i18n.js';
import { element, setText } from '../element.js';
import { icon } from '../icon.js';
import { faultInWords } from './own-documents.js';
import { formatSize } from './sizes.js';

const PREVIEWED = new Set(['jpeg', 'png', 'pdf']);
/** Their words and deeds, in the order they stand. */
const BUTTONS = /** @type {const} */ (['preview', 'get', 'stop', 'again', 'take_back', 'dismiss']);

export class DocumentRow {
  element = element('li', { class: 'document' });
  #deeds;
  #name = element('bdi', { class: 'document-name' });
  #facts = element('span', { class: 'document-facts' });
  #state = element('p', { class: 'document-state' });
  #bar = element('progress', { max: '100', hidden: true });
  #actions = element('div', { class: 'document-actions' });
  /** @type {Map<string, HTMLButtonElement>} */
  #buttons = new Map();
  /** @type {Shown | null} */
  #shown = null;
  #kept = false;

  /** @param {Deeds} deeds */
  constructor(deeds) {
    this.#deeds = deeds;
    this.element.append(
      element('div', { class: 'document-head' }, icon('doc'),
        element('div', { class: 'document-words' }, this.#name, this.#facts)),
      this.#bar, this.#state, this.#actions);
  }

  /**
   * @param {Shown} shown
   * @param {{open: boolean}} call whether documents may still be sent
   */
  show(shown, { open }) {
    this.#shown = shown;
    this.#kept = !open;
    const { seen, own } = shown;
    const name = seen?.name ?? own?.name ?? null;
    const state = stateOf(shown);
    const isNews = this.element.dataset.state !== state && (state === 'offered' || state === 'refused') && own !== null;
    this.element.dataset.state = state;
    this.element.toggleAttribute('data-scanned', seen?.scanned ?? false);
    setText(this.#name, name ?? nameless(seen));
    setText(this.#facts, factsOf(shown));
    setText(this.#state, stateInWords(shown, state));
    const percent = own && own.blob.size > 0 ? Math.floor((own.sent_bytes / own.blob.size) * 100) : 0;
    this.#bar.hidden = !['offered', 'sending', 'paused'].includes(state) || own === null;
    this.#bar.value = percent;
    this.#bar.setAttribute('aria-label', name ?? '');
    this.#offer(state, name ?? '');
    // What one has just sent, or why it was not, must not stay out of sight.
    if (isNews) this.element.scrollIntoView({ block: 'nearest' });
  }

  /** @param {string} state @param {string} name */
  #offer(state, name) {
    const { seen, own } = this.#shown ?? {};
    const offered = new Set();
    if (seen?.download) offered.add('get');
    if (seen?.download && PREVIEWED.has(seen.kind ?? '')) offered.add('preview');
    if (['offered', 'sending', 'paused'].includes(state) && own) offered.add('stop');
    if (state === 'lost_page') offered.add('again').add('take_back');
    if (state === 'sent' && seen?.id && !this.#kept) offered.add('take_back');
    if (state === 'refused' && own) offered.add('dismiss');
    const focused = document.activeElement;
    for (const which of BUTTONS) {
      const button = this.#buttons.get(which);
      if (offered.has(which)) this.#actions.append(button ?? this.#button(which));
      else button?.remove();
    }
    for (const which of offered) {
      const about = this.#buttons.get(which)?.querySelector('.visually-hidden');
      if (about) setText(about, ` ${name}`);
    }
    this.#actions.hidden = offered.size === 0;
    // A button that has gone must not take the focus with it.
    if (focused instanceof HTMLElement && !focused.isConnected && this.element.isConnected) {
      this.element.tabIndex = -1;
      this.element.focus();
    }
  }

  /** @param {typeof BUTTONS[number]} which */
  #button(which) {
    const deed = which === 'take_back' ? 'takeBack' : which;
    const button = element('button', {
      type: 'button', class: which === 'get' || which === 'preview' ? 'btn' : 'btn quiet', 'data-document-action': which,
      click: () => { if (this.#shown) this.#deeds[deed](this.#shown); },
    }, t(`documents.action.${which}`), element('span', { class: 'visually-hidden' }));
    this.#buttons.set(which, button);
    return button;
  }
}

/** @param {Shown} shown */
function stateOf({ seen, own }) {
  if (own?.state === 'refused') return 'refused';
  if (!seen) return own?.state ?? 'offered';
  if (seen.state === 'sending') return own ? own.state : seen.id === null ? 'coming' : 'lost_page';
  if (seen.state === 'ready') return seen.id === null ? 'there' : seen.opened ? 'opened' : 'sent';
  return seen.state;
}

/** @param {DocumentView | null} seen */
function nameless(seen) {
  if (seen?.state === 'refused') return t('documents.other.refused');
  if (seen?.state === 'taken-back') return t('documents.other.taken_back');
  return t('documents.other.sending');
}

/** @param {Shown} shown */
function factsOf({ seen, own }) {
  const kind = seen?.kind ? t(`documents.kind.${seen.kind}`) : null;
  const size_bytes = seen?.size_bytes ?? own?.blob.size ?? 0;
  const from = seen && seen.id === null ? t(`documents.from.${seen.role}`) : t('documents.from.you');
  return [kind, size_bytes > 0 ? formatSize(size_bytes) : null, from].filter((part) => part !== null).join(', ');
}

/**
 * @param {Shown} shown
 * @param {string} state
 */
function stateInWords({ seen, own }, state) {
  const percent = own && own.blob.size > 0 ? Math.floor((own.sent_bytes / own.blob.size) * 100) : 0;
  switch (state) {
    case 'sending':
    case 'paused':
      return t(`documents.state.${state}`, { percent });
    case 'there':
      return t(seen?.scanned ? 'documents.state.scanned' : 'documents.state.not_scanned');
    case 'refused': {
      if (seen && seen.id === null) return '';
      const reason = own?.reason || (seen?.fault ? faultInWords(seen.fault) : '');
      return `${t('documents.state.refused')}. ${reason}`.trim();
    }
    case 'taken-back':
      return seen?.id === null ? '' : t('documents.state.taken_back');
    case 'coming':
      return '';
    case 'checking':
      return seen?.id === null ? '' : t('documents.state.checking');
    default:
      return t(`documents.state.${state}`);
  }
}
