/**
 * The gallery (demo only): shows each `.sample` in three themes, and fills those whose components are made by script.
 *
 * The themes are not written again for it: they are read from the sheets that the pages use, so the gallery cannot
 * show other colours than the product has.
 */

import { serverNow } from '../clock.js';
import { LineRowView } from '../desk/line-row.js';
import { formatNumber, t } from '../i18n.js';
import { ChatLog } from '../parts/chat-log.js';
import { Controls } from '../parts/controls.js';
import { element } from '../parts/element.js';
import { Stage } from '../parts/stage.js';

const THEMES = /** @type {const} */ (['light', 'dark', 'forced']);
/** Attributes that name other elements of the sample. */
const REFERENCES = ['id', 'for', 'name', 'aria-labelledby', 'aria-describedby', 'aria-controls'];
/** Text on its ground: at least 4.5 to 1 each. */
const PAIRS = [
  ['--ink', '--paper'], ['--ink', '--surface'], ['--ink-2', '--paper'], ['--ink-2', '--surface'], ['--on-brand', '--brand'],
  ['--brand-ink', '--paper'], ['--brand-ink', '--surface'], ['--brand-ink', '--brand-soft'], ['--on-head', '--head'],
  ['--ok', '--ok-soft'], ['--warn', '--warn-soft'], ['--bad', '--bad-soft'], ['--bad', '--paper'], ['--on-bad', '--bad'], ['--on-stage', '--stage'],
];

export class Gallery {
  /** @param {HTMLElement} root */
  constructor(root) {
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, themes()];
    const contents = root.querySelector('[data-part="contents"]');
    for (const section of root.querySelectorAll('section[id]')) {
      contents?.append(element('li', {}, element('a', { href: `#${section.id}` }, section.querySelector('h2')?.textContent ?? '')));
    }
    /** @type {NodeListOf<HTMLElement>} */
    const samples = root.querySelectorAll('.sample');
    samples.forEach(spread);
    root.querySelectorAll('[data-build="icons"]').forEach((place) => void icons(place, root.dataset.sprite ?? ''));
    root.addEventListener('click', onClick);
    root.addEventListener('submit', (event) => event.preventDefault());
  }
}

/**
 * Puts a sample into each theme.
 * @param {HTMLElement} sample
 */
function spread(sample) {
  const figures = THEMES.map((theme) => {
    const copy = /** @type {HTMLElement} */ (sample.cloneNode(true));
    copy.dataset.theme = theme;
    for (const node of copy.querySelectorAll('*')) {
      for (const name of REFERENCES) {
        const value = node.getAttribute(name);
        if (value) node.setAttribute(name, value.split(' ').map((id) => `${theme}-${id}`).join(' '));
      }
    }
    for (const link of copy.querySelectorAll('a[href^="#field-"]')) link.setAttribute('href', `#${theme}-${link.getAttribute('href')?.slice(1)}`);
    return element('figure', {}, element('figcaption', {}, t(`gallery.theme.${theme}`)), copy);
  });
  const samples = element('div', { class: 'samples' }, ...figures);
  sample.replaceWith(samples);
  /** @type {NodeListOf<HTMLElement>} */
  const places = samples.querySelectorAll('[data-build]');
  for (const place of places) BUILDERS[/** @type {keyof typeof BUILDERS} */ (place.dataset.build)]?.(place);
}

const BUILDERS = { colours, tiles, controls, chat, line };

/** @param {HTMLElement} place */
function colours(place) {
  const list = element('ul', { class: 'colours' });
  place.append(list);
  const style = getComputedStyle(place);
  for (const [text = '', ground = ''] of PAIRS) {
    const item = element('li', {}, `${text.slice(2)} / ${ground.slice(2)}`);
    item.style.color = style.getPropertyValue(text);
    item.style.backgroundColor = style.getPropertyValue(ground);
    list.append(item);
    const { color, backgroundColor } = getComputedStyle(item);
    const ratio = Math.floor(contrast(color, backgroundColor) * 10) / 10;
    item.append(element('span', { class: 'num' }, t('gallery.text.ratio', { ratio: formatNumber(ratio) })));
  }
}

/** @param {HTMLElement} place */
function tiles(place) {
  const clerk = member('clerk', 'Anna K.', { microphone: true });
  const me = member('citizen', null, { camera: true, microphone: false });
  const interpreter = member('interpreter', 'Tomasz', { microphone: false });
  const states = [
    { name: 'one', members: [clerk, me], quality: /** @type {const} */ ('good'), speaks: clerk },
    { name: 'two', members: [interpreter, clerk, me], quality: /** @type {const} */ ('poor'), speaks: clerk },
    { name: 'slow', members: [clerk, { ...me, sees: false }], quality: /** @type {const} */ ('poor'), speaks: clerk },
    { name: 'lost', members: [{ ...clerk, connected: false }, me], quality: null, speaks: null },
  ];
  for (const { name, members, quality, speaks } of states) {
    const root = element('div');
    place.append(element('p', { class: 'small muted' }, t(`gallery.tile.${name}`)), root);
    const stage = new Stage(root);
    stage.showMembers(members, me.member);
    stage.showFacts({ title: t('gallery.tile.facts'), live_at: null, quality });
    if (speaks) stage.showSpeaking(new Set([speaks.member]));
    else stage.showNote(t('gallery.tile.lost_note'));
  }
}

/** @param {HTMLElement} place */
function controls(place) {
  for (const on of [true, false]) {
    const root = element('div');
    place.append(element('div', { class: 'stage-for-controls' }, root));
    const none = () => {};
    const bar = new Controls(root, { press: { microphone: none, camera: none, chat: none, end: none } });
    bar.show({ microphone: on, camera: on, chat: false, unread: on ? 2 : 0 });
  }
}

/** @param {HTMLElement} place */
function chat(place) {
  const root = element('div');
  place.append(root);
  const at = new Date(serverNow()).toISOString();
  const log = new ChatLog(root, { me: 'citizen', send: () => Promise.resolve() });
  log.replace([
    { id: '1', member: 'clerk', role: 'clerk', at, text: t('gallery.chat.hello') },
    { id: '2', member: 'citizen', role: 'citizen', at, text: t('gallery.chat.answer') },
  ]);
}

/** @param {HTMLElement} place */
function line(place) {
  const list = element('ol', { class: 'line-rows' });
  place.append(list);
  const until = iso(200);
  const rows = [
    row('A 027', { needs: ['more-time'], ready: { camera: true, microphone: true, link: 'good' }, next: true, name: 'Jadwiga' }, 540),
    row('B 011', { mode: 'sign', needs: ['sign-language'], language: 'uk' }, 720),
    row('A 028', { state: 'away', until }, 200),
    row('A 029', { state: 'called', until, called_by: 'Marek N.' }, 100),
    row('C 004', { state: 'deferred', until }, 60),
    row('C 003', { state: 'missed', until, mine: false }, 900),
  ];
  for (const each of rows) {
    const view = new LineRowView(each, () => {});
    view.show(each, { offered: true, pressable: true });
    list.append(view.element);
  }
}

/**
 * @param {Element} place
 * @param {string} sprite
 */
async function icons(place, sprite) {
  const text = await (await fetch(sprite)).text();
  const list = element('ul', { class: 'icons' });
  for (const [, name] of text.matchAll(/id="i-([a-z]+)"/g)) {
    const picture = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
    picture.setAttribute('class', 'icon');
    picture.setAttribute('aria-hidden', 'true');
    use.setAttribute('href', `${sprite}#i-${name}`);
    picture.append(use);
    list.append(element('li', {}, picture, name ?? ''));
  }
  place.append(list);
}

/** @param {Event} event */
function onClick(event) {
  const button = /** @type {Element} */ (event.target).closest('button');
  if (button?.hasAttribute('data-toggle')) {
    const [words, state] = [button.querySelector('span'), button.nextElementSibling];
    const { other = '', otherState = '' } = button.dataset;
    button.dataset.other = words?.textContent ?? '';
    button.dataset.otherState = state?.textContent ?? '';
    words?.replaceChildren(other);
    state?.replaceChildren(otherState);
  }
  const dialog = button?.parentElement?.querySelector('dialog') ?? button?.closest('dialog');
  if (button?.hasAttribute('data-opens')) {
    dialog?.close();
    dialog?.showModal();
  } else if (dialog) {
    dialog.close();
    dialog.show();
  }
}

/**
 * @param {import('../protocol.js').Role} role
 * @param {string|null} name
 * @param {Partial<import('../protocol.js').MemberView>} more
 * @returns {import('../protocol.js').MemberView}
 */
function member(role, name, more) {
  return { member: role, role, name, microphone: false, camera: false, screen: false, connected: true, sees: true,
    turned_off: [], live_text: false, ...more };
}

/**
 * @param {string} number
 * @param {Partial<import('../protocol.js').LineRow>} more
 * @param {number} waits_s
 * @returns {import('../protocol.js').LineRow}
 */
function row(number, more, waits_s) {
  return {
    ticket: number, number, matter_name: t('gallery.card.faq_text'), mode: 'video', needs: [], language: 'pl', name: null, ready: null, joined_at: iso(-waits_s),
    visit_at: null, state: 'waiting', since: iso(-waits_s), until: null, called_by: null, extensions: 0, mine: true, next: false, ...more,
  };
}

/** @param {number} from_now_s */
function iso(from_now_s) {
  return new Date(serverNow() + from_now_s * 1000).toISOString();
}

/** The page's own themes, for elements with `data-theme` instead of the whole page. */
function themes() {
  const rules = Array.from(document.styleSheets, (sheet) => Array.from(sheet.cssRules)).flat();
  const text = rules.map((rule) => {
    if (rule instanceof CSSStyleRule && rule.selectorText === ':root') return `.sample { ${rule.style.cssText} }`;
    const isLight = rule instanceof CSSSupportsRule || (rule instanceof CSSMediaRule && rule.conditionText.startsWith('not all'));
    if (isLight) return inside(rule, (style) => (style.selectorText === ':root' ? `.sample { ${style.style.cssText} }` : ''));
    if (!(rule instanceof CSSMediaRule)) return '';
    if (rule.conditionText.includes('prefers-color-scheme: dark')) {
      return inside(rule, (style) => (style.selectorText.startsWith(':root') ? `.sample[data-theme="dark"] { ${style.style.cssText} }` : ''));
    }
    if (!rule.conditionText.includes('forced-colors')) return '';
    // Pseudo-elements may not stand in :is().
    return inside(rule, ({ selectorText, style }) => (selectorText.includes('::') ? '' : `[data-theme="forced"] :is(${selectorText}) { ${style.cssText} }`));
  });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text.join('\n'));
  return sheet;
}

/**
 * @param {CSSGroupingRule} group
 * @param {(rule: CSSStyleRule) => string} write
 */
function inside(group, write) {
  return Array.from(group.cssRules, (rule) => (rule instanceof CSSStyleRule ? write(rule) : '')).join('\n');
}

/**
 * WCAG 2.1's contrast of two opaque colours.
 * @param {string} a as computed
 * @param {string} b
 */
function contrast(a, b) {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

/** @param {string} colour `rgb(…)` of 0–255, or `color(srgb …)` of 0–1 as a mixed colour is computed */
function luminance(colour) {
  const scale = colour.startsWith('color(') ? 1 : 255;
  const channels = (colour.replace('srgb', '').match(/[\d.]+/g) ?? []).slice(0, 3).map((channel) => {
    const value = Number(channel) / scale;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const [red = 0, green = 0, blue = 0] = channels;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
