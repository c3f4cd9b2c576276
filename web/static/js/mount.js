/**
 * Gives life to each `[data-module]`: imports `./modules/<name>.js` and makes its class with the element.
 *
 * The class is exported by name: `data-module="choose-matter"` means `export class ChooseMatter`. With
 * `data-module-base="../widget/modules/"` the file is looked for there, relative to this one. An element whose module
 * fails keeps what the server rendered; the others are not touched by it.
 *
 * @module mount
 */

// Every page needs it before the first press.
import './pressed-by.js';

/** A module that could not be given life: not found, without its class, or its constructor threw. */
export class ModuleError extends Error {
  /**
   * @param {string} name the module's name
   * @param {unknown} cause
   */
  constructor(name, cause) {
    super(`module "${name}" failed: ${cause instanceof Error ? cause.message : cause}`, { cause });
    this.name = 'ModuleError';
    this.module = name;
  }
}

/**
 * Mounts all modules below `root` that are not mounted yet.
 * @param {ParentNode} [root]
 * @returns {Promise<void>} when each is mounted or has failed
 */
export async function mount(root = document) {
  /** @type {NodeListOf<HTMLElement>} */
  const elements = root.querySelectorAll('[data-module]:not([data-module-state])');
  await Promise.all(Array.from(elements, mountOne));
}

/** @param {HTMLElement} element */
async function mountOne(element) {
  const name = element.dataset.module ?? '';
  element.dataset.moduleState = 'loading';
  try {
    if (!/^[a-z][a-z0-9-]*$/.test(name)) throw new TypeError('not a name in kebab-case');
    const base = new URL(element.dataset.moduleBase ?? './modules/', import.meta.url);
    const exports = await import(new URL(`${name}.js`, base).href);
    const Class = exports[pascalCase(name)];
    if (typeof Class !== 'function') throw new TypeError(`it exports no class ${pascalCase(name)}`);
    new Class(element);
    element.dataset.moduleState = 'ready';
  } catch (cause) {
    element.dataset.moduleState = 'failed';
    console.error(new ModuleError(name, cause));
    element.dispatchEvent(new CustomEvent('module-failed', { bubbles: true, detail: { name, cause } }));
  }
}

/**
 * @param {string} name such as `choose-matter`
 * @returns {string} such as `ChooseMatter`
 */
function pascalCase(name) {
  return name.replace(/(?:^|-)([a-z0-9])/g, (_, letter) => letter.toUpperCase());
}

// Not awaited: a module may import this file, and would wait for itself.
void mount();
