import { expect } from '@playwright/test';

/**
 * A citizen at the office's page, by the words they read.
 * @typedef {import('playwright-core').Page} Page
 * @typedef {import('playwright-core').FrameLocator} FrameLocator
 * @typedef {'Wideo' | 'Sam głos' | 'Sam tekst' | 'PJM'} Way
 */

export const OPEN_MATTER = 'Informacja ogólna';

export class Citizen {
  /** @param {Page} page @param {import('./server.js').Server} server */
  constructor(page, server) {
    this.page = page;
    this.server = server;
  }

  /** The panel inside the host page. @returns {FrameLocator} */
  get panel() {
    return this.page.frameLocator('iframe[title="Wideorozmowa z urzędem"]');
  }

  /** The panel's own document. */
  get frame() {
    const frame = this.page.frames().find((each) => each.url().includes('/w/') || each.url().includes('/talk/'));
    if (!frame) throw new Error('the panel is not open');
    return frame;
  }

  /** @param {string | RegExp} name */
  button(name) {
    return this.panel.getByRole('button', { name });
  }

  /** @param {string | RegExp} name */
  heading(name) {
    return this.panel.getByRole('heading', { level: 1, name });
  }

  /** Opens the office's page and the window in it. @param {string} [path] */
  async open(path = '/') {
    await this.page.goto(`${this.server.host}${path}`);
    await this.page.getByRole('button', { name: /Porozmawiaj z urzędnikiem/ }).click();
    await expect(this.heading('Porozmawiaj z urzędnikiem')).toBeVisible();
  }

  /** From the start to the device check. @param {{matter?: string}} [options] */
  async toDeviceCheck({ matter = OPEN_MATTER } = {}) {
    await this.button(/^Porozmawiaj teraz/).click();
    await expect(this.heading('Wybierz sprawę')).toBeVisible();
    await this.panel.getByRole('radio', { name: new RegExp(matter) }).check();
    await this.button('Dalej').click();
    await expect(this.heading('Twoje dane w tej rozmowie')).toBeVisible();
    await this.button('Rozumiem, dalej').click();
    await expect(this.heading('Jak chcesz rozmawiać?')).toBeVisible();
  }

  /** Joins the line in one of the ways. @param {{way?: Way, name?: string, matter?: string}} [options] */
  async join({ way = 'Wideo', name, matter } = {}) {
    await this.toDeviceCheck({ matter });
    await this.panel.getByRole('radio', { name: new RegExp(`^${way}`) }).check();
    if (way !== 'Sam tekst') {
      await this.button(/^Sprawdź (kamerę|mikrofon)/).click();
      await expect(this.panel.getByText(/Kamera działa|Mikrofon działa/).first()).toBeVisible();
    }
    if (name) await this.panel.getByLabel(/Jak się do Ciebie zwracać/).fill(name);
    await this.button('Dołącz do kolejki').click();
    await expect(this.panel.getByText(/Numer w kolejce/).first()).toBeVisible();
  }

  /** The place as the panel shows it: 1 for the head of the line. */
  async place() {
    const text = await this.panel.locator('body').innerText();
    if (/Jesteś na początku kolejki/.test(text)) return 1;
    return Number(/Twoje miejsce w kolejce:\s*(\d+)/.exec(text)?.[1] ?? 0);
  }

  async accept() {
    await expect(this.heading('Zapraszamy do rozmowy')).toBeVisible();
    await this.button('Dołącz teraz').click();
  }
}
