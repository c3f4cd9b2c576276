import { expect, test } from './support/fixtures.js';
import { withoutCalls, withoutDevices } from './support/rare.js';
import { wordsOf } from './support/words.js';

/**
 * Browsers that cannot talk by voice and picture, and windows of other applications (EC-46): told so, with the address to
 * take elsewhere, and one writes all the same. The words are the catalogues'.
 *
 * @typedef {import('playwright-core').Page} Page
 */

const INSTAGRAM = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram 333.0.0';

/** The panel on its own page, up to the device check. @param {Page} page @param {string} address @param {{code: string, sign?: boolean}} how */
async function toDeviceCheck(page, address, { code, sign = false }) {
  const panel = wordsOf(code, 'panel');
  await page.goto(`${address}/talk/wroclaw?lang=${code}`);
  await page.getByRole('button', { name: panel(sign ? 'start.sign' : 'start.talk') }).click();
  await page.locator('label:visible', { hasText: /Informacja ogólna|General information|Загальна інформація/ }).click();
  await page.getByRole('button', { name: panel('matter.next'), exact: true }).click();
  await page.getByRole('button', { name: panel('notice.agree') }).click();
  await expect(page.getByRole('heading', { level: 1, name: panel('check.heading') })).toBeVisible();
}

for (const { name, prepare } of [{ name: 'without calls', prepare: withoutCalls }, { name: 'without camera and microphone for pages', prepare: withoutDevices }]) {
  for (const code of ['pl', 'en', 'uk']) {
    test(`${code}: a browser ${name} says so and leads to writing`, async ({ office }) => {
      const panel = wordsOf(code, 'panel');
      // Whoever wished to sign is not left with a choice that cannot be had.
      await (await office.desk('marek', { person: null })).receive();
      const page = await office.page({ person: null });
      await prepare(page);
      await toDeviceCheck(page, office.server.widget, { code, sign: true });

      await expect(page.getByText(panel('check.only_text'))).toBeVisible();
      await expect(page.getByText(wordsOf(code, 'devices')('insecure.title'))).toHaveCount(0);
      for (const way of ['video', 'voice', 'sign']) await expect(page.locator(`#mode-${way}`)).toBeDisabled();
      await expect(page.locator('#mode-text')).toBeChecked();
      await page.getByRole('button', { name: panel('check.copy_address') }).click();
      await expect(page.getByText(panel('check.copied')).locator('visible=true').first()).toBeVisible();
      const field = page.locator('#check-name');
      await field.focus();
      await page.keyboard.press('ControlOrMeta+V');
      await expect(field).toHaveValue(`${office.server.widget}/talk/wroclaw?lang=${code}`);
      await field.fill('');
      await page.getByRole('button', { name: panel('check.join'), exact: true }).click();
      await expect(page.getByText(panel('waiting.first')).first()).toBeVisible();
    });
  }
}

test('the window of another application: told before anything fails, and in its own words when it does', async ({ office }) => {
  const [panel, devices] = [wordsOf('pl', 'panel'), wordsOf('pl', 'devices')];
  await (await office.desk('anna', { person: null })).receive();
  const page = await office.page({ answer: 'deny', context: { userAgent: INSTAGRAM, viewport: { width: 390, height: 844 } } });
  await toDeviceCheck(page, office.server.widget, { code: 'pl' });
  await expect(page.getByText(panel('check.in_app'))).toBeVisible();
  await expect(page.locator('#mode-video')).toBeEnabled();

  await page.getByRole('button', { name: panel('check.ask_video') }).click();

  const box = page.locator('section[data-screen="check"] [data-part="problem"]');
  await expect(box).toContainText(devices('unsupported.in_app'));
  await expect(box).not.toContainText(devices('allow.ios'));
  await expect(box.getByRole('link', { name: /^Możesz też zadzwonić/ })).toHaveAttribute('href', /^tel:/);
  await box.getByRole('button', { name: panel('check.copy_address') }).click();
  await expect(page.locator('#status')).toHaveText(panel('check.copied'));
});
