import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OWN = join(dirname(fileURLToPath(import.meta.url)), '../.cache/clamav/usr/sbin/clamd');

/** How long the daemon may take to start on a busy machine. */
const START_MS = 60_000;

/** ClamAV's daemon with one signature: the test file that harms nobody. */
export class Clamd {
  #process;
  #said = '';
  #folder = mkdtempSync(join(tmpdir(), 'okienko-clamd-'));

  constructor() {
    const binary = existsSync(OWN) ? OWN : '/usr/sbin/clamd';
    if (!existsSync(binary)) throw new Error('there is no clamd: ./test e2e gets it');
    const database = join(this.#folder, 'database');
    mkdirSync(database);
    const text = Buffer.from(`${'EICAR'}-STANDARD-ANTIVIRUS-TEST-FILE`).toString('hex');
    writeFileSync(join(database, 'okienko.ndb'), `Okienko.Test.Eicar:0:*:${text}\n`);
    const settings = join(this.#folder, 'clamd.conf');
    writeFileSync(settings, `LocalSocket ${this.#folder}/clamd.ctl\nDatabaseDirectory ${database}\nForeground yes\n`);
    this.#process = spawn(binary, ['--config-file', settings, '--foreground'], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process.stdout.on('data', (words) => { this.#said += words; });
    this.#process.stderr.on('data', (words) => { this.#said += words; });
  }

  /** The setting that leads the server to it. */
  get address() {
    return `unix:${this.#folder}/clamd.ctl`;
  }

  /** Resolves when it listens. */
  async ready() {
    const until = Date.now() + START_MS;
    while (!existsSync(join(this.#folder, 'clamd.ctl'))) {
      if (Date.now() > until || this.#process.exitCode !== null) throw new Error(`clamd does not listen:\n${this.#said}`);
      await new Promise((resolve) => { setTimeout(resolve, 50); });
    }
  }

  /** It goes on existing, and says nothing any more. */
  hang() {
    this.#process.kill('SIGSTOP');
  }

  stop() {
    this.#process.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
