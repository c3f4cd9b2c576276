import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from './support/fixtures.js';

const CHECKER = createRequire(import.meta.url).resolve('vnu-jar/build/dist/vnu.jar');

/** Every page the server makes, as sent: in three languages. */
const PAGES = [
  '/', '/gallery', '/w/wroclaw', '/talk/wroclaw', '/talk/wroclaw-bip', '/privacy/wroclaw', '/terms/wroclaw',
  '/accessibility/wroclaw', '/login', '/nie-ma-takiej-strony',
];

test('the HTML checker finds no error on any page', async ({ office }) => {
  const folder = mkdtempSync(join(tmpdir(), 'okienko-html-'));
  const files = [];
  for (const lang of ['pl', 'en', 'uk']) {
    for (const path of PAGES) {
      const answer = await fetch(`${office.server.widget}${path}?lang=${lang}`, { headers: { accept: 'text/html' } });
      expect(answer.headers.get('content-type'), path).toContain('text/html');
      const file = join(folder, `${lang}${path.replaceAll('/', '_')}.html`);
      writeFileSync(file, await answer.text());
      files.push(file);
    }
  }
  const desk = await office.desk('anna');
  const file = join(folder, 'desk.html');
  writeFileSync(file, await (await desk.page.request.get(`${office.server.widget}/desk`)).text());
  files.push(file);

  let report = '';
  try {
    execFileSync('java', ['-jar', CHECKER, '--format', 'text', '--stdout', ...files], { encoding: 'utf8' });
  } catch (error) {
    report = String(/** @type {{stdout?: string}} */ (error).stdout ?? error);
  }

  const errors = report.split('\n').filter((line) => /error:/.test(line));
  expect(errors).toEqual([]);
  rmSync(folder, { recursive: true });
});
