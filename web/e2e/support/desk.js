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

  /** Ends a call or takes an invitation back, if there is one. */
  async finish() {
    if (this.page.isClosed()) return;
    const end = this.button('Zakończ rozmowę');
    const cancel = this.button('Cofnij wywołanie');
    if (await cancel.isVisible()) await cancel.click();
    else if (await end.isVisible()) {
      await end.click();
      await this.page.getByRole('dialog').getByRole('button', { name: 'Zakończ rozmowę' }).click();
    }
  }

  async callNext() {
    await this.button(/^Wywołaj następną osobę/).click();
  }
}
