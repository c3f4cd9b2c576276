import { test as base, expect } from '@playwright/test';
import { chromium } from 'playwright-core';
import { chromiumWith } from './browser.js';
import { Citizen } from './citizen.js';
import { Desk } from './desk.js';
import { filesOf, PEOPLE } from './people.js';
import { PASSWORD, startServer } from './server.js';

/**
 * @typedef {import('./people.js').Person} Person
 * @typedef {import('playwright-core').Page} Page
 * @typedef {object} Opening
 * @property {Person | null} [person]  who sits before the camera; null: a microphone and no camera
 * @property {'allow' | 'deny' | 'camera' | 'microphone'} [answer]  to the browser's question, or the one device allowed for good
 * @property {import('playwright-core').BrowserContextOptions} [context]
 * @property {boolean} [shared]  one browser for all such pages, each in a profile of its own: for those without camera
 */

/** What a browser says of an answer that refuses something, or fails. */
const REFUSED = /^Failed to load resource: the server responded with a status of [45]\d\d/;

/** Everything of one test: its server, its browsers, and what went wrong on the way. */
export class Office {
  /** @type {import('playwright-core').Browser[]} */
  #browsers = [];
  /** @type {import('playwright-core').Browser | null} */
  #shared = null;
  /** @type {Desk[]} */
  #desks = [];
  /** @type {string[]} */
  complaints = [];
  /** @type {string[]} */
  #refused = [];
  /** How many actors of each kind a test has let die. @type {Record<string, number>} */
  deaths = {};

  /** @param {import('./server.js').Server} server */
  constructor(server) {
    this.server = server;
  }

  /** A page in a browser of its own. @param {Opening} [opening] @returns {Promise<Page>} */
  async page({ person = PEOPLE.jadwiga, answer = 'allow', context = {}, shared = false } = {}) {
    const browser = (shared ? this.#shared : null)
      ?? await chromium.launch(chromiumWith(person ? filesOf(person) : null, answer));
    if (shared) this.#shared = browser;
    if (!this.#browsers.includes(browser)) this.#browsers.push(browser);
    const permissions = answer === 'camera' || answer === 'microphone' ? [answer] : undefined;
    const page = await (await browser.newContext({
      locale: 'pl-PL', timezoneId: 'Europe/Warsaw', viewport: { width: 1440, height: 900 }, permissions, ...context,
    })).newPage();
    this.watch(page);
    return page;
  }

  /**
   * From here on answers from these addresses may refuse something: the test asks for that and asserts it. An answer of
   * any other address that does is an error of the page.
   * @param {...string} paths how they begin
   */
  expectRefused(...paths) {
    this.#refused.push(...paths);
  }

  /** Notes each error of a page. @param {Page} page */
  watch(page) {
    page.on('console', (message) => {
      const { url } = message.location();
      const text = `${message.text()} (${url})`;
      const bad = message.type() === 'error' || /Content Security Policy/.test(text);
      const isExpected = REFUSED.test(text) && this.#refused.some((path) => url !== '' && new URL(url).pathname.startsWith(path));
      if (bad && !isExpected) this.complaints.push(text);
    });
    // Who asks for choosers only when one is about to come may ask a frame of another process too late.
    page.on('filechooser', () => {});
    page.on('pageerror', (error) => this.complaints.push(String(error.stack ?? error)));
  }

  /** A citizen on the office's own page. @param {Opening} [opening] */
  async citizen(opening = {}) {
    return this.at(await this.page(opening));
  }

  /** The citizen at a page. @param {Page} page */
  at(page) {
    return new Citizen(page, this.server);
  }

  /** A signed-in clerk. @param {string} [account] @param {Opening} [opening] */
  async desk(account = 'anna', opening = {}) {
    return this.deskAt(await this.page({ person: PEOPLE[account], ...opening }), account);
  }

  /** The same at a page that is there. @param {Page} page @param {string} account */
  async deskAt(page, account) {
    const desk = new Desk(page, this.server);
    await desk.signIn(`${account}@demo.example`);
    this.#desks.push(desk);
    return desk;
  }

  /** Ends what is still going on, so that nobody waits for people who are gone. */
  async finish() {
    // A call may be on its way to another state just now: what was not there a moment ago is ended the next time.
    let quiet = 0;
    await expect.poll(async () => {
      let busy = false;
      for (const desk of this.#desks) busy = await desk.finish() || busy;
      quiet = busy ? 0 : quiet + 1;
      return quiet;
    }, { message: 'calls that cannot be ended', timeout: 45_000, intervals: [300] }).toBeGreaterThanOrEqual(3);
  }

  async close() {
    await Promise.all(this.#browsers.map((browser) => browser.close()));
  }
}

/** Asserts what must hold after every test. @param {Office} office */
async function assertInvariants(office) {
  expect(office.complaints, 'errors in the browsers').toEqual([]);
  if (Object.keys(office.deaths).length === 0) {
    const panics = office.server.log.split('\n').filter((line) => /panicked/.test(line));
    expect(panics, 'panics in the server').toEqual([]);
  }
  // Names and words that tests use as canaries, passwords, descriptions of sessions: none may reach the log.
  expect(office.server.log).not.toMatch(/kanarek/i);
  expect(office.server.log).not.toMatch(/a=ice-ufrag|a=candidate|v=0\\r/);
  expect(office.server.log.split('\n').filter((line) => line.startsWith('{')).join('\n')).not.toContain(PASSWORD);
  for (const kind of ['session', 'queue', 'presence', 'room']) {
    expect(await office.server.metric(`okienko_${kind}_restarts(_total)?`), `${kind} restarts`).toBe(office.deaths[kind] ?? 0);
  }
  await expect.poll(() => office.server.metric('okienko_rooms'), { message: 'rooms left behind' }).toBe(0);
  await expect.poll(() => office.server.leftOpen(), { message: 'sockets left open' }).toEqual([]);
  expect(office.server.doubleCalls(), 'two calls at one time').toEqual([]);
}

export const test = /** @type {import('@playwright/test').TestType<
  import('@playwright/test').PlaywrightTestArgs & import('@playwright/test').PlaywrightTestOptions & {
    office: Office, serverProgram: import('./server.js').Program, serverEnv: Record<string, string>, serverDisk: string | undefined }, {}>} */ (base.extend({
  serverProgram: ['okienko', { option: true }],
  serverEnv: [{}, { option: true }],
  serverDisk: [undefined, { option: true }],
  office: async ({ serverProgram, serverEnv, serverDisk }, use) => {
    const server = await startServer({ program: serverProgram, env: serverEnv, disk: serverDisk });
    const office = new Office(server);
    try {
      await use(office);
      await office.finish();
      await office.close();
      await assertInvariants(office);
    } finally {
      await office.close();
      await office.server.remove();
    }
  },
}));

export { expect, PEOPLE };
