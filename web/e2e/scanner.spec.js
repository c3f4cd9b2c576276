import { Clamd } from './support/clamd.js';
import { file, pdf } from './support/files.js';
import { expect, test as base } from './support/fixtures.js';
import { papers, seenBy, send, talkOverPapers } from './support/papers.js';

/** Each test has a scanner of its own. */
const test = /** @type {import('@playwright/test').TestType<import('@playwright/test').PlaywrightTestArgs
  & import('@playwright/test').PlaywrightTestOptions & { office: import('./support/fixtures.js').Office, clamd: Clamd }, {}>} */ (
/** @type {any} */ (base).extend({
  clamd: async (/** @type {object} */ {}, /** @type {(clamd: Clamd) => Promise<void>} */ use) => {
    const clamd = new Clamd();
    await clamd.ready();
    await use(clamd);
    clamd.stop();
  },
  serverEnv: async (/** @type {{clamd: Clamd}} */ { clamd }, /** @type {(env: object) => Promise<void>} */ use) => {
    await use({ OKIENKO__DOCUMENTS__CLAMD: clamd.address, OKIENKO__DOCUMENTS__SCAN_WITHIN_S: '10' });
  },
}));

test('a real scanner passes what is clean and stops what is not', async ({ office }) => {
  office.expectRefused('/api/v1/uploads/');
  const { citizen, desk } = await talkOverPapers(office);
  const eicar = `X5O!P%@AP[4\\PZX54(P^)7CC)7}$${'EICAR'}-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`;

  await send(citizen, [pdf('czysty.pdf')]);
  await expect(papers(desk).first()).toContainText('Sprawdzono programem antywirusowym');
  await send(citizen, [file('kanarek-wirus.txt', 'text/plain', eicar)]);

  await expect(seenBy(citizen).getByText(/Nie możemy przyjąć tego pliku ze względów bezpieczeństwa/).first()).toBeVisible();
  await expect(papers(desk).nth(1)).toContainText('Plik odrzucony');
  await expect(desk.page.getByText(/kanarek-wirus/)).toHaveCount(0);
});

test('what cannot be scanned is refused politely and never passed on', async ({ office, clamd }) => {
  office.expectRefused('/api/v1/uploads/');
  const { citizen, desk } = await talkOverPapers(office);
  await send(citizen, [pdf('przed.pdf')]);
  await expect(papers(desk).first()).toContainText('Sprawdzono programem antywirusowym', { timeout: 30_000 });

  clamd.hang();
  await send(citizen, [pdf('po.pdf')]);

  await expect(seenBy(citizen).getByText(/Chwilowo nie można wysłać plików/).first()).toBeVisible({ timeout: 30_000 });
  await expect(desk.page.getByText(/po\.pdf/)).toHaveCount(0);
  await expect.poll(() => office.server.log).toContain('documents are refused for now');
});
