import { SIZES } from './support/a11y.js';
import { expect, test } from './support/fixtures.js';
import { pdf } from './support/files.js';
import { papers, send, talkOverPapers } from './support/papers.js';
import { talking } from './support/talking.js';

/** What must stay in its place whatever comes into a call. */

/** By how much a page is higher than its window, in pixels. @param {import('playwright-core').Frame} frame */
function tooHigh(frame) {
  return frame.evaluate(() => document.documentElement.scrollHeight - window.innerHeight);
}

/**
 * The words under the controls that lie over each other, or outside of the control that they name.
 * @param {import('playwright-core').Frame | import('playwright-core').Page} page
 */
function wordsThatCollide(page) {
  return page.evaluate(() => {
    const shown = [...document.querySelectorAll('.controls-bar .control-label')].filter((label) => label.checkVisibility());
    const boxes = shown.map((label) => {
      // The letters themselves: an element's box may hide how far they reach.
      const letters = document.createRange();
      letters.selectNodeContents(label);
      return { words: label.textContent, box: letters.getBoundingClientRect(), control: label.closest('button')?.getBoundingClientRect() };
    });
    const faults = boxes.filter(({ box, control }) => !control || box.left < control.left - 1 || box.right > control.right + 1)
      .map(({ words }) => `${words}: outside of its control`);
    boxes.forEach((one, at) => {
      for (const other of boxes.slice(at + 1)) {
        const isApart = one.box.right <= other.box.left || other.box.right <= one.box.left
          || one.box.bottom <= other.box.top || other.box.bottom <= one.box.top;
        if (!isApart) faults.push(`${one.words} over ${other.words}`);
      }
    });
    return boxes.length < 4 ? [`only ${boxes.length} controls`] : faults;
  });
}

test('a call stays in its window, however many documents come', async ({ office }) => {
  // Each upload is asked for first: whether a part of it is there already.
  office.expectRefused('/api/v1/uploads/');
  const { citizen, desk } = await talkOverPapers(office);
  const names = Array.from({ length: 8 }, (_, at) => `decyzja-w-sprawie-zameldowania-${at + 1}.pdf`);
  await send(desk, names.map((name) => pdf(name)));
  await expect(papers(citizen)).toHaveCount(names.length);

  for (const size of SIZES) {
    await citizen.page.setViewportSize(size);
    await expect.poll(() => tooHigh(citizen.frame), { message: `the citizen, ${size.name}` }).toBeLessThanOrEqual(0);
    await expect(citizen.button('Zakończ rozmowę')).toBeInViewport({ ratio: 1 });
  }
  await expect.poll(() => tooHigh(desk.page.mainFrame()), { message: 'the clerk' }).toBeLessThanOrEqual(0);
  await expect(desk.button('Zakończ rozmowę')).toBeInViewport({ ratio: 1 });
});

test('the words under the controls lie apart in every size', async ({ office }) => {
  const { citizen, desk } = await talking(office);
  for (const [who, page, inner] of /** @type {const} */ ([['citizen', citizen.page, citizen.frame], ['clerk', desk.page, desk.page]])) {
    for (const size of SIZES) {
      await page.setViewportSize(size);
      await expect.poll(() => wordsThatCollide(inner), { message: `${who}, ${size.name}` }).toEqual([]);
    }
  }
});
