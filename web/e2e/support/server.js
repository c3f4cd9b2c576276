import { execFileSync, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../../..');

/** Where cargo puts its output: `CARGO_TARGET_DIR` or `target`. */
const PROGRAMS = join(process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target'), 'debug');

/**
 * The server as it is shipped, or the one in which failures can be brought about (docs/FAILURE-POINTS.md).
 * @typedef {'okienko' | 'okienko-faults'} Program
 */

/** A question after which the connection is not kept, so that none is left over when the test looks. */
const ONCE = { headers: { connection: 'close' } };

/** How long a start may take on a busy machine. */
const START_MS = 60_000;

/** The demo accounts' password in tests. */
export const PASSWORD = 'browser-tests-only';

/** Two calls at one time that have the same ticket, or the same clerk. */
const DOUBLE_CALLS = `
  SELECT a.id || ' and ' || b.id FROM calls a
  JOIN calls b ON a.id < b.id AND (a.ticket_id = b.ticket_id OR a.clerk_id = b.clerk_id)
  WHERE a.called_at < coalesce(b.ended_at, 9e18) AND b.called_at < coalesce(a.ended_at, 9e18)`;

/** The kernel's word for a TCP socket that awaits connections. */
const LISTENING = '0A';

/** A running server with a database of its own. */
export class Server {
  #process;
  #log = '';
  /** The sockets that it had when it was ready, by inode. @type {Set<string>} */
  #standing = new Set();
  /** Resolves with the exit code. @type {Promise<number|null>} */
  exited;

  /**
   * @param {{program: Program, port: number, mediaPort: number, folder: string, env: Record<string, string>, disk?: string}} options
   *   disk: the size of a disk of its own for the folder, such as 16m; it goes with the process
   */
  constructor({ program, port, mediaPort, folder, env, disk }) {
    this.program = program;
    this.port = port;
    this.mediaPort = mediaPort;
    this.folder = folder;
    this.env = env;
    this.disk = disk;
    this.database = join(folder, 'okienko.db');
    /** The host page's origin. */
    this.host = `http://localhost:${port}`;
    /** The widget's origin: another one than the host page's. */
    this.widget = `http://127.0.0.1:${port}`;
    const binary = join(PROGRAMS, program);
    const [first = binary, ...words] = disk ? [...onASmallDisk(folder, disk), binary] : [];
    this.#process = spawn(first, words, {
      cwd: folder,
      env: {
        PATH: process.env.PATH ?? '',
        OKIENKO__HTTP__LISTEN: `127.0.0.1:${port}`,
        OKIENKO__DATABASE__URL: `sqlite:${this.database}`,
        OKIENKO__MEDIA__UDP_PORT: String(mediaPort),
        OKIENKO__DEMO__PASSWORD: PASSWORD,
        OKIENKO__LOG__FORMAT: 'json',
        // How full this machine's disk is must not matter.
        OKIENKO__DOCUMENTS__MIN_FREE_PERCENT: '0',
        RUST_BACKTRACE: '0',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process.stdout.on('data', (text) => { this.#log += text; });
    this.#process.stderr.on('data', (text) => { this.#log += text; });
    this.exited = new Promise((resolve) => { this.#process.on('exit', (code) => resolve(code)); });
  }

  /** All that the server printed. */
  get log() {
    return this.#log;
  }

  /** Resolves when the server answers that it is ready. */
  async ready() {
    const until = Date.now() + START_MS;
    let gone = false;
    void this.exited.then(() => { gone = true; });
    while (Date.now() < until && !gone) {
      const answer = await fetch(`${this.widget}/readyz`, ONCE).catch(() => null);
      if (answer?.ok) {
        const accepted = new Set(this.#rows(['tcp', 'tcp6']).filter(({ state }) => state !== LISTENING).map(({ inode }) => inode));
        this.#standing = new Set([...this.#sockets()].filter((inode) => !accepted.has(inode)));
        return;
      }
      await new Promise((resolve) => { setTimeout(resolve, 50); });
    }
    throw new Error(`the server did not become ready:\n${this.#log}`);
  }

  /** @param {NodeJS.Signals} signal */
  kill(signal = 'SIGTERM') {
    this.#process.kill(signal);
  }

  get pid() {
    return this.#process.pid;
  }

  /** A file of the server's folder, as the server sees it. @param {string} name */
  fileOf(name) {
    return this.disk ? `/proc/${this.pid}/root${join(this.folder, name)}` : join(this.folder, name);
  }

  /** Resident memory in bytes. */
  memory() {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
  }

  /** The files on disk that the process holds open. @returns {string[]} */
  openFiles() {
    const folder = `/proc/${this.pid}/fd`;
    const links = readdirSync(folder).map((each) => { try { return readlinkSync(join(folder, each)); } catch { return ''; } });
    return [...new Set(links.filter((link) => link.startsWith('/') && !link.startsWith('/dev/')))].sort();
  }

  /** The UDP ports that are open in the server's network, by the kernel's table, and belong to this process. */
  udpPorts() {
    return [...new Set(this.#rows(['udp', 'udp6']).map(({ port }) => port))];
  }

  /**
   * The sockets that are there because somebody came: none, once they are gone. What the server itself opens to a
   * database or a scanner is its own to keep.
   */
  leftOpen() {
    const outgoing = new Set(this.#rows(['tcp', 'tcp6']).filter(({ port }) => port !== this.port).map(({ inode }) => inode));
    // Nobody comes by a Unix socket: those lead to a database on this machine (proc(5): the inode is the seventh column).
    for (const line of readFileSync(`/proc/${this.pid}/net/unix`, 'utf8').split('\n')) outgoing.add(line.trim().split(/\s+/)[6] ?? '');
    return [...this.#sockets()].filter((inode) => !this.#standing.has(inode) && !outgoing.has(inode));
  }

  /** What stands in the database that must never: two calls at one time with the same ticket or clerk. @returns {string[]} */
  doubleCalls() {
    if (this.env.OKIENKO__DATABASE__URL !== undefined) return [];
    const [program = '', ...words] = [...(this.disk ? where(this.pid) : []), 'sqlite3', '-readonly', this.database, DOUBLE_CALLS];
    return execFileSync(program, words, { encoding: 'utf8' }).split('\n').filter(Boolean);
  }

  /** The inodes of this process's sockets. @returns {Set<string>} */
  #sockets() {
    const folder = `/proc/${this.pid}/fd`;
    const inodes = readdirSync(folder).map((each) => {
      try { return /^socket:\[(\d+)\]$/.exec(readlinkSync(join(folder, each)))?.[1] ?? ''; } catch { return ''; }
    });
    return new Set(inodes.filter(Boolean));
  }

  /** This process's rows of the kernel's tables. @param {string[]} tables such as `tcp6` */
  #rows(tables) {
    const sockets = this.#sockets();
    const rows = tables.flatMap((table) => readFileSync(`/proc/${this.pid}/net/${table}`, 'utf8').trim().split('\n').slice(1));
    return rows.map((row) => row.trim().split(/\s+/)).filter((row) => sockets.has(row[9] ?? '')).map((row) => ({
      inode: row[9] ?? '', state: row[3] ?? '', port: Number.parseInt(row[1]?.split(':')[1] ?? '0', 16),
    }));
  }

  /** One value of /metrics, summed over its labels. @param {string} name */
  async metric(name) {
    const text = await (await fetch(`${this.widget}/metrics`, ONCE)).text();
    const lines = text.split('\n').filter((line) => new RegExp(`^${name}(\\{|\\s)`).test(line));
    if (lines.length === 0) throw new Error(`no metric ${name} in:\n${text}`);
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  }

  /** Arms a failure point, such as `room.handler@CALL:panic`; every actor then handles a message. @param {string} rule */
  async arm(rule) {
    const answer = await fetch(`${this.widget}/failures`, { method: 'POST', body: rule });
    if (answer.status !== 204) throw new Error(`${rule}: ${answer.status} ${await answer.text()}`);
  }

  async stop() {
    this.kill('SIGTERM');
    const forced = setTimeout(() => this.kill('SIGKILL'), 15_000);
    await this.exited;
    clearTimeout(forced);
  }

  /** Removes the database too. */
  async remove() {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What a program begins with that sees this folder as a disk of this size. @param {string} folder @param {string} size */
function onASmallDisk(folder, size) {
  const mount = `mount -t tmpfs -o size=${size} tmpfs "$0" && cd "$0" && exec "$@"`;
  return ['unshare', '--mount', ...(isRoot() ? [] : ['--map-root-user']), 'sh', '-c', mount, folder];
}

/** What a program begins with that sees the disks of another process (SQLite looks behind /proc/PID/root). @param {number | undefined} pid */
function where(pid) {
  return ['nsenter', `--target=${pid}`, '--mount', ...(isRoot() ? [] : ['--user', '--preserve-credentials'])];
}

function isRoot() {
  return process.getuid?.() === 0;
}

/** Ports below those that systems give to clients, with room for the next one that a message proposes. */
const PORTS = { first: 12_000, last: 31_000 };

/**
 * A port of 127.0.0.1 that is free for TCP and UDP. No browser comes to sit on it, neither before the server does nor
 * while that is down: clients get theirs from above. It is drawn, as several tests look for one at a time.
 * @returns {Promise<number>}
 */
export async function freePort() {
  for (;;) {
    const port = PORTS.first + Math.floor(Math.random() * (PORTS.last - PORTS.first));
    if (await isFreeForTcp(port) && await isFreeForUdp(port)) return port;
  }
}

/** @param {number} port @returns {Promise<boolean>} */
function isFreeForTcp(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => { probe.close(() => resolve(true)); });
  });
}

/** On all addresses, as the server opens its port of media. @param {number} port @returns {Promise<boolean>} */
function isFreeForUdp(port) {
  return new Promise((resolve) => {
    const probe = createSocket('udp4');
    probe.once('error', () => { probe.close(); resolve(false); });
    probe.bind(port, '0.0.0.0', () => { probe.close(() => resolve(true)); });
  });
}

/**
 * Starts a server on a free port with an empty database, or again on an old one's folder and port, with its settings.
 * @param {{program?: Program, env?: Record<string, string>, disk?: string, again?: Server}} [options]
 */
export async function startServer({ again, disk, program = again?.program ?? 'okienko', env = again?.env ?? {} } = {}) {
  const port = again?.port ?? await freePort();
  const folder = again?.folder ?? mkdtempSync(join(tmpdir(), 'okienko-e2e-'));
  const server = new Server({ program, port, mediaPort: await freePort(), folder, env, disk });
  await server.ready();
  return server;
}
