import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { chromium } from 'playwright-core';
import { chromiumWith } from '../support/browser.js';
import { Citizen } from '../support/citizen.js';
import { colourOf, isGroundOf, isVoiceOf, pitchOf } from '../support/media.js';
import { filesOf, PEOPLE } from '../support/people.js';

/**
 * What a newcomer does: clones, types the README's first command, and follows its steps to a call with themself in two
 * windows of one browser. Nothing of this copy is used but what is committed.
 */

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../../..');

/** How long a build from nothing may take on a busy machine. */
const BUILD_MS = 90 * 60_000;
/** How soon after the build a newcomer is in a call. A person reads and types slower than this test; most of it is theirs. */
const CALL_MS = 5 * 60_000;

/** A part of the README. @param {string} readme @param {string} heading */
function part(readme, heading) {
  const found = new RegExp(`^## ${heading}\\n([^]*?)(?=^## )`, 'm').exec(readme);
  if (!found) throw new Error(`the README has no part "${heading}"`);
  return found[1] ?? '';
}

/** Words that the README tells to look for. @param {string} steps @param {string} words */
function told(steps, words) {
  expect(steps.replace(/\s+/g, ' '), 'the README tells of it').toContain(words);
  return words;
}

/** The first command of a part. @param {string} text */
function command(text) {
  return /```sh\n([^]*?)\n```/.exec(text)?.[1] ?? '';
}

/** What a program has printed until now. */
class Printed {
  text = '';
  /** When it printed this, by Date.now(). @type {{words: RegExp, at: number}[]} */
  seen = [];

  /** @param {import('node:child_process').ChildProcess} program @param {RegExp[]} awaited */
  constructor(program, awaited) {
    const note = (/** @type {Buffer} */ bytes) => {
      this.text += String(bytes);
      for (const words of awaited) {
        if (words.test(this.text) && !this.seen.some((each) => each.words === words)) this.seen.push({ words, at: Date.now() });
      }
    };
    program.stdout?.on('data', note);
    program.stderr?.on('data', note);
  }

  /** @param {RegExp} words */
  when(words) {
    return this.seen.find((each) => each.words === words)?.at;
  }
}

test('a newcomer gets from a fresh clone to a call with themself by the README alone', async () => {
  test.setTimeout(BUILD_MS + 2 * CALL_MS);
  const folder = mkdtempSync(join(tmpdir(), 'okienko-newcomer-'));
  execFileSync('git', ['clone', '--quiet', '--no-local', ROOT, folder]);
  const steps = part(readFileSync(join(folder, 'README.md'), 'utf8'), 'Try it');
  expect(command(part(readFileSync(join(folder, 'README.md'), 'utf8'), 'Check it'))).toBe('./test');

  const typed = command(steps);
  expect(typed).toBe('cargo run --release');
  // A shell as a newcomer has it: none of the settings of whoever runs this test.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(OKIENKO|CARGO_TARGET|RUSTFLAGS|TEST_)/.test(name)));
  const program = spawn('sh', ['-c', `exec ${typed}`], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [built, ready] = [/Finished .*release/, /Ctrl\+C stops it/];
  const printed = new Printed(program, [built, ready]);
  let ended = false;
  program.on('exit', () => { ended = true; });
  const browser = await chromium.launch(chromiumWith(filesOf(PEOPLE.jadwiga)));
  try {
    await expect.poll(() => {
      if (ended) throw new Error(`it ended:\n${printed.text.slice(-4000)}`);
      return printed.when(ready) !== undefined;
    }, { message: 'the program says that it runs', timeout: BUILD_MS, intervals: [250] }).toBe(true);

    // What to open, and with which account, stands in the terminal.
    const address = /A city's page.*?(http\S+)/.exec(printed.text)?.[1] ?? '';
    const login = /For clerks.*?(http\S+)/.exec(printed.text)?.[1] ?? '';
    const password = /anna@demo\.example\s+(\S+)/.exec(printed.text)?.[1] ?? '';
    expect(address).toBe(told(steps, 'http://localhost:8080/'));
    expect(login).toBe(told(steps, 'http://localhost:8080/login'));

    const context = await browser.newContext({ locale: 'pl-PL', timezoneId: 'Europe/Warsaw' });
    context.setDefaultTimeout(60_000);
    const first = await context.newPage();
    const citizen = new Citizen(first, /** @type {any} */ (null));
    await first.goto(address);
    await expect(first.getByRole('button', { name: told(steps, 'Porozmawiaj z urzędnikiem') })).toBeVisible();

    const second = await context.newPage();
    await second.goto(login);
    await second.getByLabel(/E-mail/).fill(told(steps, 'anna@demo.example'));
    await second.getByLabel(/Hasło/).fill(password);
    await second.getByLabel(/Hasło/).press('Enter');
    await second.getByRole('radio', { name: told(steps, 'Przyjmuję'), exact: true }).check();

    await first.bringToFront();
    await first.getByRole('button', { name: 'Porozmawiaj z urzędnikiem' }).click();
    await citizen.join({ matter: told(steps, 'Informacja ogólna') });

    await second.bringToFront();
    await second.getByRole('button', { name: told(steps, 'Wywołaj następną osobę') }).click();
    await first.bringToFront();
    told(steps, 'Dołącz teraz');
    await citizen.accept();

    for (const page of [citizen.frame, second]) {
      await expect.poll(async () => isGroundOf(await colourOf(page, '[data-tile="other"] video'), PEOPLE.jadwiga),
        { message: 'a face' }).toBe(true);
      await expect.poll(async () => isVoiceOf(await pitchOf(page, 'audio, [data-tile="other"] video'), PEOPLE.jadwiga),
        { message: 'a voice' }).toBe(true);
    }
    const took_ms = Date.now() - (printed.when(built) ?? 0);
    console.log(`from the build's end to faces and voices in both windows: ${Math.round(took_ms / 1000)} s`);
    expect(took_ms).toBeLessThan(CALL_MS);

    program.kill('SIGINT');
    await expect.poll(() => ended, { message: 'Ctrl+C stops it', timeout: 60_000 }).toBe(true);
  } finally {
    program.kill('SIGKILL');
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
