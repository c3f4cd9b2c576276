import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { textsOf } from './support/words.js';

/** docs/SCREENS.md says what is so: the screens, their words, and that each is looked at and has its picture. */

const HERE = dirname(fileURLToPath(import.meta.url));
const PARTIALS = join(HERE, '../../widget/partials');

/** The rows of a table, found by its heading. @param {string} first  what its first column is called @returns {string[][]} */
function table(first) {
  const lines = readFileSync(join(HERE, '../../docs/SCREENS.md'), 'utf8').split('\n');
  const from = lines.findIndex((line) => line.startsWith(`| ${first} |`)) + 2;
  const rows = lines.slice(from, lines.findIndex((line, index) => index >= from && !line.startsWith('|')));
  return rows.map((row) => row.split('|').slice(1, -1).map((cell) => cell.trim()));
}

/** What calls in some files name. @param {string[]} files @param {RegExp} call  its first group is the name */
function named(files, call) {
  const names = files.flatMap((file) => [...readFileSync(join(HERE, file), 'utf8').matchAll(call)].map(([, name]) => name ?? ''));
  return new Set(names.map((name) => name.replaceAll(/[^a-z]+/g, '-').replace(/^-/, '')));
}

const CITIZEN = table('screen');
const DESK = table('state');
const STATES = [...CITIZEN, ...DESK].map(([name = '']) => name);
/** The same page under another name, as `problem` is the page of a problem. @type {Record<string, string>} */
const PICTURES = { problem: 'panel-problem' };

test('every screen of the panel has its row, and every row its screen', () => {
  const screens = readdirSync(PARTIALS).flatMap((file) =>
    [...readFileSync(join(PARTIALS, file), 'utf8').matchAll(/data-screen="([a-z]+)"/g)].map(([, name]) => name));
  const rows = CITIZEN.map(([name]) => name);

  const faces = ['missed-dropped', 'call-live-text', 'ended-broken-off', 'no-script', 'start-closed', 'start-full', 'start-too-late'];
  expect([...screens, ...faces].sort()).toEqual(rows.sort());
});

for (const [screen = '', , heading = '', action = ''] of CITIZEN) {
  test(`the words of ${screen} are the catalogue's`, () => {
    const panel = textsOf('pl', 'panel');
    const headings = [...panel].filter(([key]) => key.startsWith(`${screen.replace('no-script', 'noscript').replace(/-.*/, '')}.`) && key.endsWith('heading'));
    expect(headings.map(([, text]) => text)).toContain(heading);
    if (/^–$|^none/.test(action)) return;
    const texts = [...panel.values(), ...textsOf('pl', 'common').values()];
    expect(texts.filter((text) => text === action || text.startsWith(`${action}: {`)), action).not.toEqual([]);
  });
}

for (const [state = '', , , action = ''] of DESK) {
  test(`the words of ${state} are the catalogue's`, () => {
    const texts = [...textsOf('pl', 'desk').values(), '–'];
    expect(texts).toContain(action);
  });
}

test('every state is looked at with axe', () => {
  const specs = readdirSync(HERE).filter((file) => /^a11y.*\.spec\.js$/.test(file));
  const walked = named(specs, /walk\([^']*'([^']+)'/g);
  for (const path of readFileSync(join(HERE, 'a11y.spec.js'), 'utf8').matchAll(/'\/([a-z]+)'/g)) walked.add(path[1] ?? '');

  expect(STATES.filter((state) => !walked.has(state))).toEqual([]);
});

test('every state has its picture', () => {
  const shot = named(['screens/screens.js'], /shoot\([^']*'([^']+)'/g);
  for (const [, name = ''] of readFileSync(join(HERE, 'screens/screens.js'), 'utf8').matchAll(/\['([a-z-]+)', '\//g)) shot.add(name);

  expect(STATES.filter((state) => !shot.has(PICTURES[state] ?? state))).toEqual([]);
});
