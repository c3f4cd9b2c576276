import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from './support/fixtures.js';

const CHECKER = createRequire(import.meta.url).resolve('vnu-jar/build/dist/vnu.jar');
const DOCS = join(dirname(fileURLToPath(import.meta.url)), '../../docs');
const LANGUAGES = ['pl', 'en', 'uk'];

/** All codes of problems: a test of the server compares docs/ERRORS.md with its table. */
const CODES = [...readFileSync(join(DOCS, 'ERRORS.md'), 'utf8').matchAll(/^### `([a-z-]+)`/gm)].map(([, code]) => code);

/** All that is asked for with GET: a test of the server compares docs/API.md with its table. */
const ROUTES = [...readFileSync(join(DOCS, 'API.md'), 'utf8').matchAll(/^\| `GET (\S+)`/gm)].map(([, route]) => route);

/** What to ask for to see every page that a route makes. @type {Record<string, string[]>} */
const PAGES = {
  '/': ['/'],
  '/gallery': ['/gallery'],
  '/w/{site}': ['/w/wroclaw', '/w/wroclaw-bip', '/w/nie-ma'],
  '/w/{site}/preview': ['/w/wroclaw/preview'],
  '/talk/{site}': ['/talk/wroclaw', '/talk/wroclaw-bip', '/talk/nie-ma'],
  '/privacy/{site}': ['/privacy/wroclaw'],
  '/terms/{site}': ['/terms/wroclaw'],
  '/accessibility/{site}': ['/accessibility/wroclaw'],
  '/faq/{site}': ['/faq/wroclaw', '/faq/wroclaw?q=dowod', '/faq/wroclaw?q=hipopotam'],
  '/faq/{site}/{slug}': ['/faq/wroclaw/kolejnosc', '/faq/wroclaw/nie-ma'],
  '/login': ['/login'],
  '/problems/{code}': CODES.map((code) => `/problems/${code}`),
};

/** Pages for those who have signed in. @type {Record<string, string[]>} */
const STAFF_PAGES = { '/desk': ['/desk'], '/desk/preview': ['/desk/preview'] };

/** Pages for those who lead others. @type {Record<string, string[]>} */
const MANAGERS_PAGES = { '/manage': ['/manage'], '/manage/blocks': ['/manage/blocks', '/manage/blocks?done=lifted', '/manage/blocks?done=gone'] };

/** What is no page. */
const NO_PAGE = /^\/(api|ws|assets)\/|^\/manage\/blocks\/\{block\}\/lift$|^\/w\/\{site\}\/look\.css$|^\/d\/|^\/(okienko\.js|favicon\.ico|robots\.txt|healthz|readyz|metrics)$/;

/** What a person sees who comes to an address that no route takes. */
const NOWHERE = '/nie-ma-takiej-strony';

/** What the checker finds wrong in files. @param {string[]} files @returns {string[]} */
function errorsIn(files) {
  try {
    execFileSync('java', ['-jar', CHECKER, '--format', 'json', '--stdout', ...files], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
    return [];
  } catch (error) {
    const { status, stdout } = /** @type {{status?: number, stdout?: string}} */ (error);
    // So it ends where it found errors; any other end means that it has not looked.
    if (status !== 1 || !stdout) throw error;
    /** @type {{messages: {type: string, url?: string, lastLine?: number, message?: string}[]}} */
    const { messages } = JSON.parse(stdout);
    const errors = messages.filter(({ type }) => type !== 'info').map(({ type, url, lastLine, message }) => `${type}: ${message} (${url}, line ${lastLine})`);
    expect(errors, 'what the checker ended with').not.toEqual([]);
    return errors;
  }
}

/** Pages as they were sent, each in a file of its own. */
class Sent {
  folder = mkdtempSync(join(tmpdir(), 'okienko-html-'));
  /** @type {string[]} */
  files = [];

  /** @param {string} name @param {string} html */
  keep(name, html) {
    const file = join(this.folder, `${name.replaceAll(/[^\w-]/g, '_')}.html`);
    writeFileSync(file, html);
    this.files.push(file);
  }
}

/** An address in one language. @param {string} path @param {string} lang */
function inLanguage(path, lang) {
  return `${path}${path.includes('?') ? '&' : '?'}lang=${lang}`;
}

test('every route is a page that is checked, or no page', () => {
  const known = Object.keys({ ...PAGES, ...STAFF_PAGES, ...MANAGERS_PAGES });
  expect(ROUTES.filter((route) => !NO_PAGE.test(route)).sort()).toEqual(known.sort());
  expect(CODES.length).toBeGreaterThan(30);
});

test('the HTML checker finds no error on any page', async ({ office }) => {
  test.slow();
  const sent = new Sent();
  sent.keep('bad', '<!doctype html><html lang="pl"><head><title>Z błędem</title></head><body><p><img src="a.png"></p></body></html>');
  expect(errorsIn(sent.files)).toEqual([expect.stringMatching(/element must have an .alt. attribute/)]);
  sent.files = [];

  for (const lang of LANGUAGES) {
    for (const path of [...Object.values(PAGES).flat(), NOWHERE]) {
      const answer = await fetch(`${office.server.widget}${inLanguage(path, lang)}`, { headers: { accept: 'text/html' } });
      expect(answer.headers.get('content-type'), path).toContain('text/html');
      const html = await answer.text();
      expect(html, path).toContain(`<html lang="${lang}"`);
      sent.keep(`${lang} ${path}`, html);
    }
  }
  const desk = await office.desk('anna');
  const manager = await office.desk('kierownik', { person: null });
  const stranger = await office.page({ person: null });
  for (const lang of LANGUAGES) {
    // Refused: both fields empty, and a password that is not theirs.
    for (const [name, fields] of Object.entries({ empty: { email: '', password: '' }, wrong: { email: 'anna@demo.example', password: 'nie' } })) {
      const form = await (await stranger.request.get(`${office.server.widget}/login`)).text();
      const csrf = /name="csrf" value="([^"]+)"/.exec(form)?.[1] ?? '';
      const answer = await stranger.request.post(`${office.server.widget}/login?lang=${lang}`, { form: { csrf, ...fields } });
      const html = await answer.text();
      expect(html, `${name} login`).toContain('aria-invalid="true"');
      sent.keep(`${lang} login ${name}`, html);
    }
    for (const [path, { page }] of [
      ...Object.values(STAFF_PAGES).flat().map((path) => /** @type {const} */ ([path, desk])),
      ...Object.values(MANAGERS_PAGES).flat().map((path) => /** @type {const} */ ([path, manager])),
    ]) {
      const answer = await page.request.get(`${office.server.widget}${inLanguage(path, lang)}`, { headers: { accept: 'text/html' } });
      expect(answer.status(), path).toBe(200);
      expect(answer.headers()['content-type'], path).toContain('text/html');
      sent.keep(`${lang} staff ${path}`, await answer.text());
    }
  }

  expect(errorsIn(sent.files)).toEqual([]);
  rmSync(sent.folder, { recursive: true });
});
