import { pdf } from './support/files.js';
import { expect, test } from './support/fixtures.js';
import { save, send, talkOverPapers } from './support/papers.js';
import { startServer } from './support/server.js';

/** The documents of the last call at the desk: during the next one, and when they are gone. */

test('documents of the last call are at hand in the next one, and go with words when the server has none of them', async ({ office }) => {
  office.expectRefused('/d/');
  const { citizen, desk } = await talkOverPapers(office);
  await send(citizen, [pdf('wniosek.pdf'), pdf('umowa.pdf')]);
  await citizen.button('Zakończ rozmowę').click();
  await citizen.panel.getByRole('dialog').getByRole('button', { name: 'Zakończ rozmowę' }).click();
  await desk.button('Zakończ i przyjmuj dalej').click();
  const card = desk.page.getByRole('region', { name: /^Dokumenty z rozmowy I 001/ });
  await expect(card.getByRole('button', { name: 'Pobierz wniosek.pdf' })).toBeVisible();

  const next = await office.citizen({ person: null, shared: true });
  await next.open();
  await next.join({ way: 'Sam tekst' });
  await desk.callNext();
  await next.accept();
  await expect(desk.page.getByRole('tab', { name: /Dokumenty/ })).toBeVisible();

  await expect(card).toBeHidden();
  const chat = desk.page.getByLabel(/wiadomość/i);
  await expect(chat).toBeInViewport({ ratio: 1 });
  await desk.page.getByText('Dokumenty z poprzednich rozmów').click();
  await expect(card).toBeVisible();
  await save(desk, 'wniosek.pdf');
  await expect(chat).toBeVisible();
  await desk.button('Zakończ rozmowę').click();
  await desk.page.getByRole('dialog').getByRole('button', { name: 'Zakończ rozmowę' }).click();
  await desk.button('Zakończ i przyjmuj dalej').click();

  office.server.kill('SIGKILL');
  await office.server.exited;
  office.server = await startServer({ again: office.server });
  desk.server = office.server;

  await card.getByRole('button', { name: 'Pobierz wniosek.pdf' }).click();
  await expect(card.getByText('Dokumentu wniosek.pdf już nie ma. Został wycofany albo usunięty.')).toBeVisible();
  await expect(card.getByRole('listitem')).toHaveCount(1);
  await expect(card.getByRole('heading')).toBeFocused();
  await card.getByRole('button', { name: 'Podgląd umowa.pdf' }).click();
  await expect(card.getByText('Dokumenty z rozmowy zostały usunięte.')).toBeVisible();
  await expect(desk.page.getByRole('dialog')).toHaveCount(0);
  await expect(card.getByRole('listitem')).toHaveCount(0);
  await card.getByRole('button', { name: /^Zamknij/ }).click();
  await expect(card).toHaveCount(0);
  await expect(desk.button(/^Wywołaj następną osobę/)).toBeFocused();
  office.complaints = office.complaints.filter((text) => !/WebSocket connection|ERR_CONNECTION_REFUSED|503/.test(text));
});
