/**
 * A few panels of which one is seen, chosen by tabs above them (W3C APG, tabs with automatic activation).
 *
 *     const tabs = new Tabs({ label, tabs: [{ id: 'chat', label, panel }, …], onChange });
 *     head.append(tabs.element);
 *
 * @typedef {{id: string, label: string, panel: HTMLElement}} Tab
 */

import { element, setText } from './element.js';

let lastId = 0;

export class Tabs {
  element;
  #tabs;
  #onChange;
  /** @type {Map<string, HTMLButtonElement>} */
  #buttons = new Map();
  #current = '';

  /**
   * @param {object} options
   * @param {string} options.label names the group
   * @param {Tab[]} options.tabs the first one is seen at first
   * @param {(id: string) => void} [options.onChange] the person has chosen another one
   */
  constructor({ label, tabs, onChange = () => {} }) {
    this.#tabs = tabs;
    this.#onChange = onChange;
    this.element = element('div', {
      class: 'tabs', role: 'tablist', 'aria-label': label, keydown: (event) => this.#onKey(/** @type {KeyboardEvent} */ (event)),
    });
    for (const tab of tabs) {
      const id = `tab-${++lastId}`;
      tab.panel.id ||= `${id}-panel`;
      tab.panel.setAttribute('role', 'tabpanel');
      tab.panel.setAttribute('aria-labelledby', id);
      const button = element('button', {
        type: 'button', role: 'tab', id, class: 'tab', 'aria-controls': tab.panel.id, click: () => this.#choose(tab.id),
      }, tab.label);
      this.#buttons.set(tab.id, button);
      this.element.append(button);
    }
    this.show(tabs[0]?.id ?? '');
  }

  get current() {
    return this.#current;
  }

  /** Shows one of the panels. @param {string} id */
  show(id) {
    this.#current = id;
    for (const tab of this.#tabs) {
      const chosen = tab.id === id;
      tab.panel.hidden = !chosen;
      const button = this.#buttons.get(tab.id);
      button?.setAttribute('aria-selected', String(chosen));
      if (button) button.tabIndex = chosen ? 0 : -1;
    }
  }

  /** Changes the words of a tab, such as a count in it. @param {string} id @param {string} label */
  rename(id, label) {
    const button = this.#buttons.get(id);
    if (button) setText(button, label);
  }

  /** Puts the focus on the tab that is chosen. */
  focus() {
    this.#buttons.get(this.#current)?.focus();
  }

  /** @param {string} id */
  #choose(id) {
    if (id === this.#current) return;
    this.show(id);
    this.#onChange(id);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const at = this.#tabs.findIndex(({ id }) => id === this.#current);
    const last = this.#tabs.length - 1;
    const next = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last }[event.key];
    const tab = next === undefined ? undefined : this.#tabs[next];
    if (!tab) return;
    event.preventDefault();
    this.#choose(tab.id);
    this.focus();
  }
}
