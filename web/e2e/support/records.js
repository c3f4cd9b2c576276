import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The tables of a server's database that hold a text now, by SQLite's own dump.
 * @param {import('./server.js').Server} server @param {string} text
 */
export function tablesWith(server, text) {
  const dump = execFileSync('sqlite3', ['-readonly', server.database, '.dump'], { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });
  // A statement may run over several lines; the next one begins with a word at the start of its line.
  const statements = dump.split(/^(?=INSERT INTO )/m).filter((statement) => statement.includes(text));
  return [...new Set(statements.map((statement) => /^INSERT INTO "?(\w+)/.exec(statement)?.[1] ?? statement.slice(0, 80)))].sort();
}

/**
 * The files below a server's folder, the database's own logs among them, whose bytes hold a text in any of the ways in
 * which one is written.
 * @param {import('./server.js').Server} server @param {string} text
 */
export function filesWith(server, text) {
  const forms = [Buffer.from(text), Buffer.from(text, 'utf16le'), Buffer.from(Buffer.from(text).toString('base64').slice(0, -4))];
  return readdirSync(server.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => { const bytes = readFileSync(path); return forms.some((form) => bytes.includes(form)); });
}
