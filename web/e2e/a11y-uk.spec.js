import { expectNoSidewaysScroll, expectNoViolations, settled } from './support/a11y.js';
import { expect, PEOPLE, test } from './support/fixtures.js';
import { wordsOf } from './support/words.js';

/** Ukrainian has the longest words: the citizen's whole journey on the narrowest telephone. */

test.describe.configure({ timeout: 300_000 });
// Looking at the invitation takes its time.
test.use({ serverEnv: { OKIENKO__QUEUE__ACCEPT_S: '240' } });

test('the journey in Ukrainian on 320 px: nothing is cut off and axe finds nothing', async ({ office }) => {
  const panel = wordsOf('uk', 'panel');
  const call = wordsOf('uk', 'call');
  const desk = await office.desk('anna');
  await desk.receive();
  const page = await office.page({
    person: PEOPLE.jadwiga, context: { locale: 'uk-UA', viewport: { width: 320, height: 640 }, reducedMotion: 'reduce' },
  });
  const button = (/** @type {string} */ name) => page.getByRole('button', { name });
  /** @param {string} screen */
  const look = async (screen) => {
    await expect(page.locator(`section[data-screen="${screen}"]`)).toBeVisible();
    await settled(page, 'light');
    await expectNoSidewaysScroll(page, `${screen}, Ukrainian`);
    await expectNoViolations(page, `${screen}, Ukrainian`);
  };
  await page.goto(`${office.server.widget}/talk/wroclaw?lang=uk`);
  await look('start');
  await button(panel('faq.heading')).click();
  await look('faq');
  await page.getByRole('button', { name: panel('faq.back'), exact: true }).click();
  await button(panel('start.talk')).click();
  await page.getByRole('radio', { name: 'Загальна інформація' }).check();
  await look('matter');
  await page.getByRole('button', { name: panel('matter.next'), exact: true }).click();
  await look('notice');
  await button(panel('notice.agree')).click();
  await look('check');
  await button(panel('check.ask_video')).click();
  await expect(page.getByText(panel('check.result_both')).first()).toBeVisible();
  await look('check');
  await page.getByRole('button', { name: panel('check.join'), exact: true }).click();
  await look('waiting');
  await button(panel('waiting.leave')).click();
  await look('waiting');
  await button(panel('waiting.leave_stay')).click();
  await desk.callNext();
  await look('called');
  await button(panel('called.join')).click();
  await expect(page.locator('[data-tile="other"] video')).toBeVisible();
  await look('call');
  expect(await brokenWords(page), 'words of the controls that go on in the next line').toEqual([]);
  await button(call('controls.more')).click();
  await look('call');
  await page.keyboard.press('Escape');
  await button(call('controls.end')).click();
  await page.getByRole('dialog').getByRole('button', { name: panel('call.end_yes') }).click();
  await look('ended');
});

/** The words under the controls that do not stand in one line. @param {import('playwright-core').Page} page */
function brokenWords(page) {
  return page.locator('.controls-bar .control-label').evaluateAll((labels) => labels.length < 4 ? ['too few controls'] : labels.flatMap((label) => {
    if (!label.checkVisibility()) return [];
    const text = label.firstChild;
    if (!(text instanceof Text)) return [`no text: ${label.outerHTML}`];
    return [...text.data.matchAll(/\S+/g)].filter(({ 0: word, index }) => {
      const range = document.createRange();
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1;
    }).map(([word]) => word);
  }));
}
