import { PASSWORD } from './server.js';

/** A clerk at the console, by the words they read. */
export class Desk {
  /** @param {import('playwright-core').Page} page @param {import('./server.js').Server} server */
  constructor(page, server) {
    this.page = page;
    this.server = server;
  }

  /** @param {string | RegExp} name */
  button(name) {
    return this.page.getByRole('button', { name });
  }

  /** @param {string} email @param {string} [password] */
  async signIn(email, password = PASSWORD) {
    await this.page.goto(`${this.server.widget}/login`);
    await this.page.getByLabel(/E-mail/).fill(email);
    await this.page.getByLabel(/Hasło/).fill(password);
    await this.button(/Zaloguj/).click();
    await this.page.waitForURL('**/desk');
  }

  /** Starts to receive people. */
  async receive() {
    await this.page.getByRole('radio', { name: 'Przyjmuję', exact: true }).check();
  }

  /** Ends a call or takes an invitation back. @returns {Promise<boolean>} whether there was one */
  async finish() {
    if (this.page.isClosed()) return false;
    const soon = { timeout: 2_000 };
    const dialog = this.page.getByRole('dialog');
    // While somebody lost is awaited there is a second such button beside the question.
    const end = this.page.locator('[data-part="stage"]').getByRole('button', { name: 'Zakończ rozmowę' }).last();
    const cancel = this.button('Cofnij wywołanie');
    /** What vanished meanwhile needs no press. @param {import('playwright-core').Locator} button */
    const press = (button) => button.click(soon).catch(() => undefined);
    const busy = await cancel.isVisible() || await end.isVisible() || await dialog.isVisible();
    if (await cancel.isVisible()) await press(cancel);
    if (!(await dialog.isVisible()) && await end.isVisible()) await press(end);
    if (await dialog.isVisible()) await press(dialog.getByRole('button', { name: 'Zakończ rozmowę' }));
    return busy;
  }

  async callNext() {
    await this.button(/^Wywołaj następną osobę/).click();
  }
}
