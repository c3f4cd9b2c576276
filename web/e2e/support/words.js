import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CATALOGUES = join(dirname(fileURLToPath(import.meta.url)), '../../i18n');

/** The files of an area: one, or a folder of them. @param {string} language @param {string} area */
function filesOf(language, area) {
  const one = join(CATALOGUES, language, `${area}.toml`);
  if (existsSync(one)) return [one];
  const folder = join(CATALOGUES, language, area);
  return readdirSync(folder).map((name) => join(folder, name));
}

/**
 * The texts of one language by their keys, read from a catalogue: `[section]` and `key = "text"` lines are all that is
 * looked at.
 * @param {string} language @param {string} area  such as `panel`
 */
export function textsOf(language, area) {
  /** @type {Map<string, string>} */
  const texts = new Map();
  let section = '';
  for (const line of filesOf(language, area).flatMap((file) => readFileSync(file, 'utf8').split('\n'))) {
    const heading = /^\[(.+)\]$/.exec(line);
    if (heading) section = `${heading[1]}.`;
    const pair = /^([\w-]+) = (".*")$/.exec(line);
    if (pair) texts.set(section + pair[1], JSON.parse(/** @type {string} */ (pair[2])));
  }
  return texts;
}

/**
 * The words of one language.
 * @param {string} language @param {string} area  such as `panel`
 * @returns {(key: string) => string} the text of a key such as `start.heading`
 */
export function wordsOf(language, area) {
  const texts = textsOf(language, area);
  return (key) => {
    const text = texts.get(key);
    if (text === undefined) throw new Error(`${language}/${area} has no ${key}`);
    return text;
  };
}
