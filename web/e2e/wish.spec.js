import { pdf } from './support/files.js';
import { expect, PEOPLE, test } from './support/fixtures.js';
import { send } from './support/papers.js';

/** A clerk's wish for a document, as the citizen meets it who looks at the picture. */

/** What the page says to those who listen, from now on. @param {import('playwright-core').Frame} frame */
function listenTo(frame) {
  return frame.evaluate(() => {
    /** @type {string[]} */
    const heard = [];
    Object.assign(window, { heard });
    for (const id of ['status', 'alert']) {
      new MutationObserver(() => heard.push(document.getElementById(id)?.textContent ?? ''))
        .observe(/** @type {HTMLElement} */ (document.getElementById(id)), { childList: true, characterData: true, subtree: true });
    }
  });
}

test('a wish is told over the picture and once by voice, leads to the documents, and is no new document', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const citizen = await office.citizen({ person: PEOPLE.jadwiga, context: { viewport: { width: 390, height: 844 } } });
  await citizen.open();
  await citizen.join({ way: 'Wideo' });
  await desk.callNext();
  await citizen.accept();
  await expect(citizen.heading('Rozmowa')).toBeVisible();
  await listenTo(citizen.frame);
  await desk.page.getByRole('tab', { name: /Dokumenty/ }).click();
  const ask = async (/** @type {string} */ name) => {
    await desk.page.getByLabel('Poproś o dokument').fill(name);
    await desk.button('Poproś').click();
  };

  await ask('zaświadczenie');
  const banner = citizen.panel.getByRole('group', { name: 'Prośba o dokument' });
  await expect(banner.getByText('Urzędnik prosi o: zaświadczenie')).toBeInViewport({ ratio: 1 });
  await expect(citizen.panel.getByText(/nowy dokument/)).toHaveCount(0);
  await banner.getByRole('button', { name: 'Zamknij' }).click();
  await expect(banner).toBeHidden();

  // The next one is told too, and not the one that was put away.
  await ask('umowa najmu');
  await expect(banner.getByText('Urzędnik prosi o: umowa najmu')).toBeVisible();
  await send(desk, [pdf('wzór.pdf')]);
  await expect(citizen.panel.getByText('1 nowy dokument').first()).toBeAttached();
  await banner.getByRole('button', { name: 'Otwórz dokumenty' }).click();
  await expect(citizen.button('Dodaj zaświadczenie')).toBeFocused();
  await expect(banner).toBeHidden();

  const heard = () => citizen.frame.evaluate(() => /** @type {any} */ (window).heard);
  await expect.poll(async () => (await heard()).filter((/** @type {string} */ text) => text.includes('prosi o: umowa najmu')).length).toBe(1);
  expect((await heard()).filter((/** @type {string} */ text) => text.includes('prosi o: zaświadczenie')).length).toBe(1);
});

test('where the talk is in writing on a telephone, a wish stands over the chat and pushes nothing away', async ({ office }) => {
  const desk = await office.desk('anna', { person: null });
  await desk.receive();
  const citizen = await office.citizen({ person: null, context: { viewport: { width: 320, height: 640 } } });
  await citizen.open();
  await citizen.join({ way: 'Sam tekst' });
  await desk.callNext();
  await citizen.accept();
  await expect(citizen.heading('Rozmowa')).toBeVisible();
  await desk.page.getByRole('tab', { name: /Dokumenty/ }).click();
  await desk.page.getByLabel('Poproś o dokument').fill('zaświadczenie');
  await desk.button('Poproś').click();

  const banner = citizen.panel.getByRole('group', { name: 'Prośba o dokument' });
  for (const shown of [banner, citizen.button('Zakończ rozmowę'), citizen.panel.getByLabel(/wiadomość/i)]) {
    await expect(shown).toBeInViewport({ ratio: 1 });
  }
  await banner.getByRole('button', { name: 'Otwórz dokumenty' }).click();
  await expect(citizen.button('Dodaj zaświadczenie')).toBeFocused();
});
