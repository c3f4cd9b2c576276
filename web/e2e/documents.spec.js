import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { walk } from './support/a11y.js';
import { docx, file, pdf, photo, program } from './support/files.js';
import { expect, test } from './support/fixtures.js';
import { bring, choose, papers, save, seenBy, send, talkOverPapers } from './support/papers.js';
import { startServer } from './support/server.js';

/** All documents that lie on the server's disk. @param {import('./support/server.js').Server} server */
function onDisk(server) {
  const folder = join(server.folder, 'documents');
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.lock'))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Something to await, and what makes it so. @returns {[Promise<void>, () => void]} */
function signal() {
  /** @type {() => void} */
  let give = () => {};
  return [new Promise((resolve) => { give = resolve; }), () => give()];
}

test('both send, see and save documents, and no cookie goes along', async ({ office }) => {
  const { citizen, desk } = await talkOverPapers(office);
  /** @type {string[]} */
  const cookies = [];
  for (const { page } of [citizen, desk]) {
    page.on('request', async (request) => {
      if (/\/d\/|\/uploads\//.test(request.url())) cookies.push((await request.allHeaders()).cookie ?? '');
    });
  }
  const application = pdf('wniosek kanarek.pdf', { size: 3_000_000 });

  await send(citizen, [application]);
  await expect(papers(citizen).first()).toContainText('Wysłano');
  const row = papers(desk).first();
  await expect(row).toContainText('wniosek kanarek.pdf');
  await expect(row).toContainText('PDF, 2,9 MB, od klienta');
  await expect(row).toContainText('Sprawdzono rodzaj pliku, bez programu antywirusowego');
  const sealed = onDisk(office.server).map((path) => readFileSync(path));
  expect(sealed.length).toBe(1);
  expect(sealed.some((bytes) => bytes.includes('%PDF') || bytes.includes('kanarek'))).toBe(false);
  expect((await save(desk, 'wniosek kanarek.pdf')).equals(application.buffer)).toBe(true);
  await expect(papers(citizen).first()).toContainText('Wysłano i otwarto');
  await expect(citizen.button(/^Wycofaj/)).toHaveCount(0);

  await send(desk, [docx('wzór pełnomocnictwa.docx')]);
  await expect(papers(citizen).nth(1)).toContainText('od urzędnika');
  await save(citizen, 'wzór pełnomocnictwa.docx');
  expect(cookies.length).toBeGreaterThan(2);
  expect([...new Set(cookies)]).toEqual(['']);
});

test('files are dragged and pasted, taken back before anybody opens them, and gone then', async ({ office }) => {
  office.expectRefused('/api/v1/uploads/');
  const { citizen, desk } = await talkOverPapers(office);

  await bring(citizen, 'drop', [pdf('przeciągnięty.pdf')]);
  await bring(citizen, 'paste', [await photo(desk.page, 'image.png', '#335577')]);
  await expect(seenBy(citizen).getByText('wklejony-obraz.png').first()).toBeVisible();
  await citizen.button('Usuń wklejony-obraz.png').click();
  await citizen.button('Wyślij 1 plik').click();
  await expect(papers(desk).first()).toContainText('przeciągnięty.pdf');

  await citizen.button('Wycofaj przeciągnięty.pdf').click();

  await expect(papers(desk).first()).toContainText('Plik wycofany');
  await expect(papers(desk).first()).not.toContainText('przeciągnięty.pdf');
  await expect.poll(() => onDisk(office.server)).toEqual([]);
});

test('the clerk asks for a document, and photos answer as one file that tells no place', async ({ office }) => {
  const { citizen, desk } = await talkOverPapers(office);
  await desk.page.getByLabel('Poproś o dokument').fill('zaświadczenie o zatrudnieniu');
  await desk.button('Poproś').click();
  await expect(seenBy(citizen).getByText('Urzędnik prosi o: zaświadczenie o zatrudnieniu').first()).toBeVisible();
  await expect(desk.page.getByText('Klient jeszcze nie wysłał')).toBeVisible();

  const pages = [await photo(desk.page, 'strona 1.jpg', '#aa2233'), await photo(desk.page, 'strona 2.jpg', '#22aa33')];
  await choose(citizen, pages, 'Dodaj zaświadczenie o zatrudnieniu');
  await expect(seenBy(citizen).getByLabel('Połącz zdjęcia w jeden plik PDF')).toBeChecked();
  await citizen.button('Wyślij 1 plik').click();

  await expect(desk.page.getByText('Klient wysłał', { exact: true })).toBeVisible();
  const sent = (await save(desk, 'zaświadczenie o zatrudnieniu.pdf')).toString('latin1');
  expect(sent.match(/\/Type \/Page\b/g)?.length).toBe(2);
  expect(sent).not.toMatch(/GPS|Exif|\/Info|CreationDate/);
  // Both lay on their side: upright they are higher than wide.
  expect(sent).toContain('/Width 480 /Height 640');
  await expect(desk.page.getByText('Otwarto', { exact: true })).toBeVisible();

  await desk.button('Do poprawy zaświadczenie o zatrudnieniu').click();
  await expect(seenBy(citizen).getByText('Do poprawy: wyślij inny dokument')).toBeVisible();
  await desk.button('Cofnij prośbę zaświadczenie o zatrudnieniu').click();
  await expect(seenBy(citizen).getByText('Urzędnik prosi o: zaświadczenie o zatrudnieniu')).toHaveCount(0);
});

test('a single photo loses its place and stays upright', async ({ office }) => {
  const { citizen, desk } = await talkOverPapers(office);

  await send(citizen, [await photo(desk.page, 'dowód.jpg', '#aa2233')]);
  const sent = (await save(desk, 'dowód.jpg')).toString('latin1');

  expect(sent).not.toMatch(/GPS|Exif/);
});

test('each bad file is refused in words of its own', async ({ office }) => {
  office.expectRefused('/api/v1/uploads/');
  const { citizen, desk } = await talkOverPapers(office);
  const eicar = `X5O!P%@AP[4\\PZX54(P^)7CC)7}$${'EICAR'}-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`;
  const zeros = Buffer.alloc(30 * 1024 * 1024);
  /** @type {[import('./support/files.js').TestFile, RegExp][]} */
  const bad = [
    [file('skan.pdf', 'application/pdf', Buffer.alloc(40 * 1024 * 1024)), /Plik ma 40 MB, a limit to 20 MB\. Zmniejsz plik albo zrób zdjęcie/],
    [file('faktura.pdf.exe', 'application/pdf', 'MZ'), /Nazwa tego pliku udaje inny rodzaj pliku/],
    [program('faktura.pdf'), /Ten plik to program, a nie dokument/],
    [pdf('umowa.pdf', { trailer: '/Encrypt 5 0 R' }), /zabezpieczony hasłem albo zaszyfrowany/],
    [file('pusty.pdf', 'application/pdf', ''), /Ten plik jest pusty/],
    [docx('pismo.docx', { 'word/media/zera.bmp': zeros }), /po otwarciu zająłby bardzo dużo miejsca/],
    [docx('makra.docx', { 'word/vbaProject.bin': 'a' }), /W tym pliku są makra/],
    [pdf('faktura\u202Efdp.pdf'), /znaki, których nie widać/],
    [file('zdjecie.heic', 'image/heic', '\0\0\0\x18ftypheic\0\0\0\0mif1heic'), /w formacie HEIC/],
    [file('dwoje.pdf', 'application/pdf', '<html><script>alert(1)</script></html>%PDF-1.7\n%%EOF'), /nie zgadza się z jego nazwą/],
    [file('archiwum.zip', 'application/zip', 'PK'), /Nie przyjmujemy plików tego rodzaju/],
  ];

  for (const [one, words] of bad) {
    await choose(citizen, [one]);
    const ready = citizen.button(/^Wyślij \d+ plik/);
    const refused = seenBy(citizen).locator('[data-state="refused"]').filter({ hasText: words });
    await expect(ready.or(refused).first()).toBeVisible();
    if (await ready.isVisible()) await ready.click();
    await expect(refused.first(), one.name).toBeVisible();
    await refused.first().getByRole('button', { name: /^Usuń z listy/ }).click().catch(() => undefined);
  }
  await expect(desk.page.getByText(/faktura|umowa|pismo|makra|dwoje/)).toHaveCount(0);
  await expect(desk.page.getByText('Plik odrzucony').first()).toBeVisible();
  // Without a scanner the harmless test file is plain text, and passes as that.
  await send(citizen, [file('eicar.txt', 'text/plain', eicar)]);
  await expect(papers(desk).filter({ hasText: 'eicar.txt' })).toContainText('bez programu antywirusowego');
  await expect.poll(() => onDisk(office.server).length).toBe(1);
});

test('sending goes on where a lost connection stopped', async ({ office }) => {
  office.expectRefused('/api/v1/uploads/');
  const { citizen, desk } = await talkOverPapers(office);
  const large = pdf('duży.pdf', { size: 9_000_000 });
  /** @type {number[]} */
  const offsets = [];
  let cut = true;
  await citizen.page.route('**/api/v1/uploads/*', async (route) => {
    const offset = Number(route.request().headers()['upload-offset'] ?? -1);
    if (offset >= 0) offsets.push(offset);
    if (cut && offset > 500_000) {
      cut = false;
      return route.abort('connectionreset');
    }
    return route.continue();
  });

  await send(citizen, [large]);
  await expect(papers(citizen).first()).toContainText('Wysłano');

  expect(cut, 'the connection was cut once').toBe(false);
  expect([...offsets].sort((a, b) => a - b), 'nothing was sent again').toEqual(offsets);
  expect((await save(desk, 'duży.pdf')).equals(large.buffer)).toBe(true);
  // The cut is this test's own.
  office.complaints = office.complaints.filter((text) => !/ERR_CONNECTION_RESET/.test(text));
});

test('what was on its way when the server died is sent anew', async ({ office }) => {
  office.expectRefused('/api/v1/uploads/');
  const { citizen, desk } = await talkOverPapers(office);
  const large = pdf('duży.pdf', { size: 9_000_000 });
  const [half, reachHalf] = signal();
  const [back, comeBack] = signal();
  /** @type {Set<string>} */
  const addresses = new Set();
  await citizen.page.route('**/api/v1/uploads/*', async (route) => {
    addresses.add(route.request().url());
    if (Number(route.request().headers()['upload-offset'] ?? 0) > 500_000) {
      reachHalf();
      await back;
    }
    return route.continue();
  });

  await send(citizen, [large]);
  await half;
  const before = onDisk(office.server);
  expect(before.length, 'a part of it lies there').toBe(1);
  office.server.kill('SIGKILL');
  await office.server.exited;
  office.server = await startServer({ again: office.server });
  desk.server = office.server;
  comeBack();

  await expect(papers(desk).first()).toContainText('duży.pdf', { timeout: 60_000 });
  await expect(papers(citizen).first()).toContainText('Wysłano');
  expect((await save(desk, 'duży.pdf')).equals(large.buffer)).toBe(true);
  expect(addresses.size, 'an address of the first process and one of the second').toBe(2);
  await expect.poll(() => onDisk(office.server).filter((path) => before.includes(path)), 'what the first one left').toEqual([]);
  office.complaints = office.complaints.filter((text) => !/WebSocket connection|ERR_CONNECTION_REFUSED|503/.test(text));
});

test('a PDF and a picture are looked at in a frame that reaches nothing', async ({ office }) => {
  const { citizen, desk } = await talkOverPapers(office);
  await send(citizen, [pdf('wniosek.pdf', { text: 'Kanarek' }), await photo(desk.page, 'skan.jpg', '#aa2233')]);
  await expect(papers(desk)).toHaveCount(2);

  await desk.button('Podgląd wniosek.pdf').click();
  const frame = desk.page.frameLocator('iframe[title="Podgląd dokumentu"]');
  await expect(frame.getByRole('img', { name: 'Strona 1 z 1' })).toBeVisible({ timeout: 60_000 });
  await expect(frame.getByText('Kanarek')).toBeAttached();
  const inside = desk.page.frames().find((each) => each.url().includes('/desk/preview'));
  const reach = await inside?.evaluate(async () => {
    const said = (/** @type {unknown} */ error) => (error instanceof Error ? error.name : String(error));
    let parent = '';
    let cookie = '';
    try { parent = window.parent.document.title; } catch (error) { parent = said(error); }
    try { cookie = document.cookie; } catch (error) { cookie = said(error); }
    return { origin: self.origin, parent, cookie };
  });
  expect(reach).toEqual({ origin: 'null', parent: 'SecurityError', cookie: 'SecurityError' });
  await desk.page.keyboard.press('Escape');
  await expect(desk.page.getByRole('dialog')).toHaveCount(0);
  await expect(desk.button('Podgląd wniosek.pdf')).toBeFocused();

  await desk.button('Podgląd skan.jpg').click();
  await expect(frame.getByRole('img', { name: 'Obraz z dokumentu' })).toBeVisible({ timeout: 60_000 });
  await desk.button('Zamknij podgląd').click();
});

test.describe('an office that keeps nothing', () => {
  test.use({ serverEnv: { OKIENKO__DOCUMENTS__KEPT_MIN: '0' } });

  test('documents are gone with the call, and both are told', async ({ office }) => {
    const { citizen, desk } = await talkOverPapers(office);
    await expect(seenBy(citizen).getByText('Dokumenty usuniemy od razu po rozmowie.')).toBeVisible();
    /** @type {string[]} */
    const addresses = [];
    desk.page.on('request', (request) => { if (request.url().includes('/d/')) addresses.push(request.url()); });
    await send(citizen, [pdf('wniosek.pdf')]);
    await save(desk, 'wniosek.pdf');

    await desk.button('Zakończ rozmowę').click();
    await desk.page.getByRole('dialog').getByRole('button', { name: 'Zakończ rozmowę' }).click();
    await expect(citizen.heading('Rozmowa zakończona')).toBeVisible();

    await expect.poll(() => onDisk(office.server)).toEqual([]);
    expect((await fetch(addresses[0] ?? '')).status).toBe(404);
  });
});

test('after the call documents can be saved until the time that both are told', async ({ office }) => {
  const { citizen, desk } = await talkOverPapers(office);
  await send(desk, [pdf('decyzja.pdf')]);
  await expect(papers(citizen)).toHaveCount(1);

  await citizen.button('Zakończ rozmowę').click();
  await citizen.panel.getByRole('dialog').getByRole('button', { name: 'Zakończ rozmowę' }).click();

  await expect(citizen.heading('Rozmowa zakończona')).toBeVisible();
  await expect(seenBy(citizen).getByText(/Dokumenty możesz pobrać do \d+:\d\d\. Potem je usuniemy\./)).toBeVisible();
  await expect(desk.page.getByText(/Dokumenty możesz pobrać do \d+:\d\d\. Potem je usuniemy\./)).toBeVisible();
  await save(citizen, 'decyzja.pdf');
  await citizen.page.reload();
  await citizen.page.getByRole('button', { name: /Porozmawiaj|rozmow/i }).first().click();
  await expect(citizen.heading('Rozmowa zakończona')).toBeVisible();
  await save(citizen, 'decyzja.pdf');
});

test('documents work by keyboard alone, and every state of them holds in every size', async ({ office }) => {
  test.slow();
  office.expectRefused('/api/v1/uploads/');
  const { citizen, desk } = await talkOverPapers(office);
  const tab = citizen.panel.getByRole('tab', { name: /Dokumenty/ });
  await tab.focus();
  await citizen.page.keyboard.press('ArrowLeft');
  await expect(citizen.panel.getByRole('tab', { name: 'Czat' })).toBeFocused();
  await citizen.page.keyboard.press('ArrowRight');
  await expect(tab).toBeFocused();
  await citizen.button('Dodaj dokument').focus();
  const choosing = citizen.page.waitForEvent('filechooser');
  await citizen.page.keyboard.press('Enter');
  await (await choosing).setFiles([pdf('wniosek.pdf')]);
  await expect(citizen.button('Wyślij 1 plik')).toBeFocused();
  await citizen.page.keyboard.press('Enter');
  await expect(papers(desk)).toHaveCount(1);
  await expect(citizen.button('Dodaj dokument')).toBeFocused();

  await desk.page.getByLabel('Poproś o dokument').fill('zaświadczenie');
  await desk.page.keyboard.press('Enter');
  await expect(seenBy(citizen).getByText('Urzędnik prosi o: zaświadczenie').first()).toBeVisible();
  await send(citizen, [program('faktura.pdf')]);
  await expect(seenBy(citizen).getByText(/Ten plik to program/).first()).toBeVisible();
  await choose(citizen, [pdf('drugi.pdf')]);
  await walk(citizen.page, citizen.frame, 'documents, citizen');
  await walk(desk.page, desk.page, 'documents, desk');
});
