import { serverNow } from '../clock.js';
import { formatDuration, formatTime, t } from '../i18n.js';
import { element } from '../parts/element.js';
import { part } from './dom.js';
import { languageName, readinessOf } from './ticket-chips.js';

/** @typedef {import('../protocol.js').LineRow} LineRow */

/** All that is known about the person who is called or served. */
export class TicketFacts {
  #box = part('facts');
  #list = part('facts-list');
  #shown = '';

  /** @param {LineRow | null} row */
  show(row) {
    this.#box.hidden = row === null;
    if (!row) return;
    const key = JSON.stringify(row);
    if (key === this.#shown) return;
    this.#shown = key;
    const needs = row.needs.map((need) => t(`desk.need.${need}`));
    /** @type {[string, string][]} */
    const facts = [
      ['number', row.number],
      ['matter', row.matter_name],
      ['name', row.name ?? t('desk.facts.no_name')],
      ['mode', t(`desk.mode.${row.mode}`)],
      ['language', languageName(row.language)],
    ];
    const ready = readinessOf(row);
    if (ready !== null) facts.push(['ready', ready]);
    if (needs.length > 0) facts.push(['needs', needs.join(', ')]);
    if (row.visit_at !== null) facts.push(['visit', formatTime(row.visit_at)]);
    // Frozen when the ticket is called: what counts is how long the person had to wait.
    const waited_s = (Math.min(serverNow(), Date.parse(row.since)) - Date.parse(row.joined_at)) / 1_000;
    const time = formatTime(row.joined_at);
    facts.push(['waited', waited_s < 60 ? t('desk.facts.waited_short', { time }) : t('desk.facts.waited_value', { time, length: formatDuration(waited_s) })]);
    this.#list.replaceChildren(...facts.flatMap(([name, value]) => [element('dt', {}, t(`desk.facts.${name}`)), element('dd', {}, element('bdi', {}, value))]));
  }
}
