import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './server.js';

const SCRIPT = join(dirname(fileURLToPath(import.meta.url)), '../../../src/tests/store/postgres/cluster');

/** A throw-away PostgreSQL server; goes with the process that asked for it. */
export class Cluster {
  #process;
  #lines;

  /** @param {number} port */
  constructor(port) {
    this.port = port;
    this.folder = '';
    this.#process = spawn(SCRIPT, [String(port)], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  static async start() {
    const cluster = new Cluster(await freePort());
    cluster.folder = (await cluster.#hear()).replace(/^ready /, '');
    return cluster;
  }

  async #hear() {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error('the PostgreSQL server of the tests is gone');
    return /** @type {string} */ (value);
  }

  /** The address of the one database that these tests need. */
  get url() {
    return `postgres://admin@${encodeURIComponent(this.folder)}:${this.port}/postgres`;
  }

  /** Stops or starts it, and awaits that. @param {'stop' | 'start'} word */
  async order(word) {
    this.#process.stdin.write(`${word}\n`);
    const said = await this.#hear();
    if (said !== 'done') throw new Error(`${word}: ${said}`);
  }

  async remove() {
    const gone = new Promise((resolve) => { this.#process.on('exit', resolve); });
    this.#process.stdin.end();
    await gone;
  }
}
