import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import { leastContrast, lookAt } from './contrast.js';
import { UNDECIDED } from './undecided.js';

const AXE = `if (!window.axe) { ${readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')} }`;

/** Defines `lookAt` in a page, which needs axe there. */
const MEASURE = `globalThis.lookAt ??= ${lookAt}; globalThis.leastContrast ??= ${leastContrast};`;

/** Rules that axe has switched off by default and this project wants. */
const EXTRA_RULES = [
  'label-content-name-mismatch', 'css-orientation-lock', 'p-as-heading', 'table-fake-caption', 'td-has-header',
  'focus-order-semantics',
];

/**
 * Each frame is looked at by itself: left to itself axe asks frames by message and gives them a second, which a busy
 * machine does not keep, and passes over those that did not answer.
 *
 * @type {import('axe-core').RunOptions}
 */
const OPTIONS = {
  iframes: false,
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  rules: { ...Object.fromEntries(EXTRA_RULES.map((rule) => [rule, { enabled: true }])), 'frame-tested': { enabled: false } },
  resultTypes: ['violations', 'incomplete'],
};

/** The sizes at which each state is looked at. */
export const SIZES = [
  { name: 'desktop', width: 1440, height: 900 },
  { name: 'phone', width: 390, height: 844 },
  { name: 'narrow', width: 320, height: 640 },
];

/**
 * Asserts that axe finds nothing on a page and in its frames, and leaves nothing undecided that no person has looked at.
 * @param {import('playwright-core').Page} page @param {string} state
 */
export async function expectNoViolations(page, state) {
  const found = await look(page);
  const known = (/** @type {string} */ rule, /** @type {string} */ target) => UNDECIDED.some((each) =>
    each.rule === rule && each.state.test(state) && each.target.test(target));
  const undecided = found.incomplete.map((result) => ({
    ...result, nodes: result.nodes.filter((node) => !known(result.id, node.target.join(' '))),
  })).filter(({ nodes }) => nodes.length > 0);
  expect(found.violations.map(inWords), `axe on ${state}`).toEqual([]);
  expect(undecided.map(inWords), `what axe leaves undecided on ${state}`).toEqual([]);
}

/** What axe finds in a page and in each of its frames. @param {import('playwright-core').Page} page */
async function look(page) {
  /** @type {Pick<import('axe-core').AxeResults, 'violations' | 'incomplete'>} */
  const found = { violations: [], incomplete: [] };
  for (const frame of page.frames()) {
    await frame.evaluate(AXE);
    await frame.evaluate(MEASURE);
    const { violations, incomplete } = await frame.evaluate(
      (options) => /** @type {any} */ (globalThis).lookAt(document, options), OPTIONS);
    found.violations.push(...violations);
    found.incomplete.push(...incomplete);
  }
  return found;
}

/** @param {import('axe-core').Result} result */
function inWords({ id, help, nodes }) {
  return `${id}: ${help}\n${nodes.map((node) => `    ${node.target.join(' ')}  ${node.failureSummary ?? ''}`).join('\n')}`;
}

/**
 * Asserts that nothing is wider than the window.
 * @param {import('playwright-core').Page | import('playwright-core').Frame} page @param {string} state
 */
export async function expectNoSidewaysScroll(page, state) {
  const { content, window } = await page.evaluate(() => ({
    content: document.documentElement.scrollWidth, window: document.documentElement.clientWidth,
  }));
  expect(content, `width of ${state}`).toBeLessThanOrEqual(window);
}

/**
 * Resolves when a page and its frames show a colour scheme, with each movement at its end: it is put there, as time stands
 * still in a frame that is out of sight. A frame from another origin learns of the scheme a little later than the page.
 * @param {import('playwright-core').Page} page @param {'light' | 'dark'} scheme
 */
export async function settled(page, scheme) {
  await expect.poll(async () => {
    const restless = [];
    for (const frame of page.frames()) {
      const { isShown, moved } = await frame.evaluate((wanted) => {
        const ending = document.getAnimations().filter((animation) =>
          animation.playState !== 'finished' && animation.effect?.getComputedTiming().endTime !== Infinity);
        for (const animation of ending) animation.finish();
        // What is put at its end may set off the next movement.
        return { isShown: matchMedia(`(prefers-color-scheme: ${wanted})`).matches, moved: ending.length };
      }, scheme);
      if (!isShown) {
        restless.push(`${frame.url()} is not ${scheme}`);
        await page.emulateMedia({ colorScheme: scheme });
      } else if (moved > 0) restless.push(`${moved} movements in ${frame.url()}`);
    }
    return restless;
  }, { message: 'a page at rest', timeout: 60_000, intervals: [50] }).toEqual([]);
}

/**
 * Walks one state through sizes and schemes.
 * @param {import('playwright-core').Page} page
 * @param {import('playwright-core').Page | import('playwright-core').Frame} inner  what scrolls: the page or the panel
 * @param {string} state
 * @param {() => Promise<unknown>} [keep]  brings the state back where another size has ended it
 */
export async function walk(page, inner, state, keep) {
  const before = page.viewportSize();
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const size of SIZES) {
      await page.setViewportSize(size);
      await keep?.();
      await settled(page, colorScheme);
      await expectNoSidewaysScroll(inner, `${state}, ${size.name}, ${colorScheme}`);
      await expectNoViolations(page, `${state}, ${size.name}, ${colorScheme}`);
    }
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'no-preference' });
  if (before) await page.setViewportSize(before);
}
