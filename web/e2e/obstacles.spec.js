import { createServer } from 'node:http';
import { expect, test } from './support/fixtures.js';
import { withoutMicrophone } from './support/rare.js';
import { wordsOf } from './support/words.js';

/**
 * What may stand in the way, each in three languages: the person is told so in words of their own, and there is a way
 * on that works. The words are the catalogues'.
 *
 * @typedef {import('./support/fixtures.js').Opening} Opening
 * @typedef {import('playwright-core').Page} Page
 */

const LANGUAGES = [
  { code: 'pl', locale: 'pl-PL', matter: 'Informacja ogólna' },
  { code: 'en', locale: 'en-GB', matter: 'General information' },
  { code: 'uk', locale: 'uk-UA', matter: 'Загальна інформація' },
];

/**
 * What a browser or a computer lacks: `told` of it, `works` as far as half of it does, and how one talks all the same.
 * @type {{name: string, told: string, works: string, how: 'voice' | 'text', opening: Opening, prepare?: (page: Page) => Promise<unknown>}[]}
 */
const LACKING = [
  { name: 'camera and microphone denied', told: 'denied.both', works: 'kept', how: 'text', opening: { answer: 'deny' } },
  { name: 'the camera denied', told: 'denied.camera', works: 'result_no_camera', how: 'voice', opening: { answer: 'microphone' } },
  { name: 'the microphone denied', told: 'denied.microphone', works: 'result_no_microphone', how: 'text', opening: { answer: 'camera' } },
  { name: 'no camera and no microphone', told: 'absent.both', works: 'kept', how: 'text', opening: { person: null }, prepare: withoutMicrophone },
  { name: 'no camera', told: 'absent.camera', works: 'result_no_camera', how: 'voice', opening: { person: null } },
  { name: 'no microphone beside a camera', told: 'absent.microphone', works: 'result_no_microphone', how: 'text', opening: {}, prepare: withoutMicrophone },
];

/**
 * A city's page that has pasted the two lines of docs/EMBEDDING.md, on an origin of its own.
 * @param {{lines: string, lang: string}} page
 */
async function cityPage({ lines, lang }) {
  const server = createServer((_, answer) => {
    answer.setHeader('content-type', 'text/html; charset=utf-8');
    answer.end(`<!doctype html><html lang="${lang}"><title>Miasto</title><h1>Miasto</h1>${lines}</html>`);
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', () => resolve(null)); });
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('the city has no address');
  return { origin: `http://127.0.0.1:${address.port}`, close: () => server.close() };
}

for (const { code, locale, matter } of LANGUAGES) {
  const [panel, devices, problem] = ['panel', 'devices', 'problem'].map((area) => wordsOf(code, area));
  const context = { locale };

  test.describe(`in ${code}`, () => {
    /** The panel on its own page, up to the device check. @param {Page} page @param {string} address */
    const toDeviceCheck = async (page, address) => {
      await page.goto(`${address}?lang=${code}`);
      await page.getByRole('button', { name: panel('start.talk') }).click();
      await page.getByRole('radio', { name: matter }).check();
      await page.getByRole('button', { name: panel('matter.next'), exact: true }).click();
      await page.getByRole('button', { name: panel('notice.agree') }).click();
      await expect(page.getByRole('heading', { level: 1, name: panel('check.heading') })).toBeVisible();
    };

    /** Joins the queue, at whose head nobody stands yet. @param {Page} page */
    const join = async (page) => {
      await page.getByRole('button', { name: panel('check.join'), exact: true }).click();
      await expect(page.getByText(panel('waiting.first')).first()).toBeVisible();
    };

    for (const { name, told, works, how, opening, prepare } of LACKING) {
      test(`${name}: told with what works, which leads to the queue`, async ({ office }) => {
        const desk = await office.desk('anna', { person: null });
        await desk.receive();
        const page = await office.page({ ...opening, context });
        await prepare?.(page);
        await toDeviceCheck(page, `${office.server.widget}/talk/wroclaw`);

        await page.getByRole('button', { name: panel('check.ask_video') }).click();

        const box = page.locator('section[data-screen="check"] [data-part="problem"]');
        await expect(box).toContainText(devices(told));
        await expect(box).toContainText(panel(`check.${works}`));
        await expect(page.locator('#alert')).toContainText(devices(told));
        const missing = panel(`check.missing_${told.split('.')[1]}`).replace('{choice}', panel(`check.${how}`));
        await expect(page.locator('[data-part="join-text"]')).toHaveText(missing);
        await page.getByRole('radio', { name: panel(`check.${how}`) }).check();
        await join(page);
      });
    }

    test('by text alone: nothing is asked for', async ({ office }) => {
      const desk = await office.desk('anna', { person: null });
      await desk.receive();
      const page = await office.page({ answer: 'deny', context });
      await toDeviceCheck(page, `${office.server.widget}/talk/wroclaw`);

      await page.getByRole('radio', { name: panel('check.text') }).check();

      await expect(page.getByText(panel('check.text_ready'))).toBeVisible();
      await expect(page.locator('[data-part="join-about"]')).toBeHidden();
      await join(page);
    });

    test('nobody on duty: no queue is entered, the telephone is offered', async ({ office }) => {
      const page = await office.page({ person: null, context });
      await page.goto(`${office.server.host}/?lang=${code}`);
      const said = wordsOf(code, 'office');
      await page.getByRole('button', { name: said('launcher.label') }).click();

      const frame = page.frameLocator('iframe');
      await expect(frame.locator('html')).toHaveAttribute('lang', code);
      await expect(frame.getByRole('heading', { name: said('refusal.nobody') })).toBeVisible();
      await expect(frame.getByText(said('refusal.nobody_text'))).toBeVisible();
      await expect(frame.getByRole('button', { name: panel('start.talk') })).toHaveCount(0);
      await expect(frame.locator('section[data-screen="start"] a[href^="tel:"]')).toBeVisible();
    });

    test('an office that nobody knows: a page says so', async ({ office }) => {
      office.expectRefused('/talk/nie-ma');
      const page = await office.page({ person: null, context });

      const answer = await page.goto(`${office.server.widget}/talk/nie-ma?lang=${code}`);

      expect(answer?.status()).toBe(404);
      await expect(page.getByRole('heading', { level: 1, name: problem('site-unknown.title') })).toBeVisible();
      await expect(page.getByText(problem('site-unknown.detail'))).toBeVisible();
    });

    for (const { name, site, refusal } of [
      { name: 'an office that nobody knows, on a city\'s page', site: 'nie-ma', refusal: 'site-unknown' },
      { name: 'a city\'s page that is not listed', site: 'wroclaw', refusal: 'origin-not-allowed' },
    ]) {
      test(`${name}: no button, the link stays, and the console says why`, async ({ office }) => {
        office.expectRefused(`/api/v1/sites/${site}/status`, '/talk/nie-ma');
        const page = await office.page({ person: null, context });
        /** @type {string[]} */
        const warnings = [];
        page.on('console', (message) => { if (message.type() === 'warning') warnings.push(message.text()); });
        const city = await cityPage({
          lang: code,
          lines: `<a href="${office.server.widget}/talk/${site}?lang=${code}">Okienko</a>
            <script async src="${office.server.widget}/okienko.js" data-site="${site}" data-phone="+48 000 000 000"></script>`,
        });

        await page.goto(city.origin);

        const words = `${problem(`${refusal}.title`)} ${problem(`${refusal}.detail`)}`;
        await expect.poll(() => warnings).toEqual([`okienko.js [data-site="${site}" at ${city.origin}]: ${words}`]);
        await expect(page.getByRole('button')).toHaveCount(0);
        await expect(page.locator('okienko-widget')).toHaveCount(0);
        await page.getByRole('link', { name: 'Okienko' }).click();
        const heading = site === 'wroclaw' ? panel('start.heading') : problem('site-unknown.title');
        await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
        city.close();
      });
    }
  });
}
