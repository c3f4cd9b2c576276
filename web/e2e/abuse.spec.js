import { anHourLater, askToBreakOff, breakOff, dialogOf, lastNoted, tryAgain, writing } from './support/abuse.js';
import { expect, test } from './support/fixtures.js';
import { filesWith } from './support/records.js';
import { talking } from './support/talking.js';

/** A clerk breaks a call off because of abuse, and the device is kept out of the line for a while (product.md EC-39). */

const HEADING = 'Teraz nie można dołączyć do kolejki';

/** Asks for the last conversation's rating, and gives one. @param {import('./support/citizen.js').Citizen} citizen */
function rate(citizen) {
  return citizen.frame.evaluate(async () => {
    const asked = await (await fetch('/api/v1/rating')).json();
    const given = await fetch('/api/v1/rating', {
      method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ stars: 1, comment: null }),
    });
    return [asked.may_rate, given.status];
  });
}

test('both sides end, the device is kept out until the block ends, and nobody else is', async ({ office }) => {
  office.expectRefused('/api/v1/rating');
  const { citizen, desk } = await writing(office);
  // Long enough to be rated, if it could be.
  await expect(citizen.panel.getByText(/^00:(2[1-9]|[3-5]\d)$/)).toBeVisible({ timeout: 60_000 });

  await breakOff(desk, citizen, '1 godzina');

  await expect(desk.page.getByText('Rozmowa została przerwana z powodu nadużycia.')).toBeVisible();
  await expect(citizen.panel.getByText(/^Kiedy znowu można dołączyć do kolejki: \S+, \d+ \S+, od godz\. \d+:\d\d, w godzinach rozmów\.$/)).toBeVisible();
  const ways = citizen.panel.getByRole('region', { name: 'Inne sposoby kontaktu' });
  await expect(ways.getByRole('link', { name: /^Telefonicznie: \+48/ })).toBeVisible();
  await expect(ways.getByText(/^Osobiście: przyjdź do urzędu/)).toBeVisible();
  const ended = citizen.panel.locator('section[data-screen="ended"]');
  await expect(ended.getByText(/^Jeśli uważasz, że to pomyłka/)).toBeVisible();
  // Nothing that accuses, nothing to rate, and no way into the line.
  await expect(ended).not.toContainText(/nadużyc|wulgar|obraż|groźb/i);
  await expect(citizen.panel.getByRole('heading', { name: 'Jak oceniasz rozmowę?' })).toBeHidden();
  await expect(citizen.button('Porozmawiaj ponownie')).toBeHidden();
  await expect(ended.getByText(/zostanie wtedy tylko znak tego urządzenia/)).toBeVisible();
  expect(await rate(citizen)).toEqual([false, 409]);

  // Also whoever comes back to the page is told.
  await citizen.page.reload();
  await citizen.page.getByRole('button', { name: /Porozmawiaj|rozmow/i }).first().click();
  await expect(citizen.heading('Urząd zakończył rozmowę')).toBeVisible();
  await expect(citizen.panel.getByText(/^Kiedy znowu można dołączyć do kolejki:/)).toBeVisible();

  await tryAgain(citizen);
  await expect(citizen.heading(HEADING)).toBeFocused();
  await expect(citizen.panel.getByText(/^Kiedy znowu można dołączyć do kolejki: .+, od godz\. \d+:\d\d, w godzinach rozmów\.$/)).toBeVisible();
  await expect(citizen.panel.getByRole('region', { name: 'Inne sposoby kontaktu' }).getByRole('link')).toHaveAttribute('href', /^tel:/);
  // Everything else works as before.
  await citizen.button('Wróć do pierwszego ekranu').click();
  await expect(citizen.heading('Porozmawiaj z urzędnikiem')).toBeVisible();
  await citizen.button(/^Pytania i odpowiedzi/).click();
  await expect(citizen.heading('Pytania i odpowiedzi')).toBeVisible();

  // The same network, another browser.
  const neighbour = await office.citizen({ person: null });
  await neighbour.open();
  await neighbour.join({ way: 'Sam tekst' });
  // What the database has tells no address.
  expect(filesWith(office.server, '127.0.0.0')).toEqual([]);

  anHourLater(office.server);
  await citizen.open();
  await citizen.join({ way: 'Sam tekst' });
});

test('by keyboard alone: a reason is asked for, Esc changes nothing, and without a block one may come again', async ({ office }) => {
  const { citizen, desk } = await talking(office);
  const { keyboard } = desk.page;
  const more = desk.button('Więcej opcji');
  await more.click();
  const items = desk.page.locator('.controls-menu button:visible');
  await expect(items.last()).toHaveText('Przerwij – nadużycie');
  expect(await items.count()).toBeGreaterThan(1);
  await items.nth(-2).focus();
  await keyboard.press('Tab');
  await expect(items.last()).toBeFocused();
  await keyboard.press('Enter');
  const dialog = dialogOf(desk);
  await expect(dialog.getByRole('radio', { name: 'Groźby' })).toBeFocused();
  await keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(more).toBeFocused();
  await expect(citizen.heading('Rozmowa')).toBeVisible();

  await askToBreakOff(desk);
  // Nothing is chosen beforehand, and Enter goes the harmless way.
  await expect(dialog.getByRole('radio', { checked: true })).toHaveCount(0);
  await expect(dialog.getByLabel('Blokada urządzenia klienta')).toHaveValue('');
  for (let stops = 0; stops < 3; stops += 1) await keyboard.press('Tab');
  await expect(dialog.getByRole('button', { name: 'Przerwij rozmowę' })).toBeFocused();
  await keyboard.press('Enter');
  await expect(dialog.getByText('Wybierz powód.')).toBeVisible();
  await expect(dialog.getByRole('group', { name: 'Powód' })).toHaveAccessibleDescription('Wybierz powód.');
  await expect(dialog.getByRole('radio', { name: 'Groźby' })).toBeFocused();
  await keyboard.press('Space');
  await expect(dialog.getByText('Wybierz powód.')).toBeHidden();
  for (let stops = 0; stops < 3; stops += 1) await keyboard.press('Tab');
  await expect(dialog.getByRole('button', { name: 'Przerwij rozmowę' })).toBeFocused();
  await keyboard.press('Enter');

  await expect(citizen.heading('Urząd zakończył rozmowę')).toBeFocused();
  await expect(desk.page.getByText('Rozmowa została przerwana z powodu nadużycia.')).toBeVisible();
  await expect(desk.page.locator('[data-part="after-heading"]')).toBeFocused();
  await expect(citizen.panel.getByText(/^Kiedy znowu można dołączyć do kolejki:/)).toBeHidden();
  await expect(citizen.panel.getByRole('region', { name: 'Inne sposoby kontaktu' })).toBeVisible();
  await citizen.button('Porozmawiaj ponownie').click();
  await expect(citizen.heading('Wybierz sprawę')).toBeVisible();
});

test('a manager sees a block and lifts it, and a clerk does not', async ({ office }) => {
  office.expectRefused('/api/v1/manage/blocks');
  const { citizen, desk } = await writing(office);
  await breakOff(desk, citizen, '7 dni');
  /** @param {import('./support/desk.js').Desk} who @param {string} [id] @returns {Promise<{status: number, body: any}>} */
  const ask = (who, id) => who.page.evaluate(async (block) => {
    const answer = await fetch(`/api/v1/manage/blocks${block ? `/${block}` : ''}`, { method: block ? 'DELETE' : 'GET' });
    return { status: answer.status, body: await answer.json().catch(() => null) };
  }, id);
  expect((await ask(desk)).body.code).toBe('role-missing');
  const manager = await office.desk('kierownik', { person: null, shared: true });

  const { body: { blocks } } = await ask(manager);
  expect(blocks).toHaveLength(1);
  const [{ id, since, until, ...rest }] = blocks;
  expect(rest).toEqual({ reason: 'insults', length: 'week', by: 'Anna Kowalczyk' });
  expect((Date.parse(until) - Date.parse(since)) / 3_600_000).toBe(168);
  expect((await ask(desk, id)).status).toBe(403);
  await tryAgain(citizen);
  await expect(citizen.heading(HEADING)).toBeVisible();

  expect((await ask(manager, id)).status).toBe(204);
  expect(lastNoted(office.server)).toEqual(['blocked|lifted|clerk|week', 'block.lift|insults week']);
  expect((await ask(manager, id)).status).toBe(404);
  expect((await ask(manager)).body).toEqual({ blocks: [] });
  await citizen.open();
  await citizen.join({ way: 'Sam tekst' });
});

test('a manager at the desk is told, and lifts the block on a page', async ({ office }) => {
  const manager = await office.desk('kierownik', { person: null, shared: true });
  const { citizen, desk } = await writing(office);
  await expect(desk.page.getByRole('link', { name: 'Blokady' })).toHaveCount(0);

  await breakOff(desk, citizen, '1 dzień');

  const told = manager.page.locator('[data-about^="broken-off"]');
  await expect(told).toContainText(/^\d+:\d\d, Anna K\.: rozmowa przerwana z powodu nadużycia\. Powód: Obrażanie lub wulgaryzmy\.Blokada: 1 dzień\./);
  // In a window of its own, since the manager may be in a call.
  const opening = manager.page.context().waitForEvent('page');
  await told.getByRole('button', { name: 'Pokaż blokady' }).click();
  const page = await opening;
  office.watch(page);
  await expect(page.getByRole('heading', { name: 'Zablokowane urządzenia' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Blokady' })).toHaveAttribute('aria-current', 'page');
  await expect(page.locator('.blocks-facts')).toContainText(/Obrażanie lub wulgaryzmy.*1 dzień.*Anna Kowalczyk/s);
  await page.getByRole('button', { name: /^Zdejmij blokadę/ }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Blokada zdjęta.' })).toBeVisible();
  await expect(page.getByText('Teraz nie ma żadnej blokady.')).toBeVisible();
  expect(new URL(manager.page.url()).pathname).toBe('/desk');

  await citizen.button('Zakończ i wyczyść').click();
  await citizen.open();
  await citizen.join({ way: 'Sam tekst' });
  // What a clerk opens is not for them.
  office.expectRefused('/manage/blocks');
  const refused = await desk.page.goto(`${office.server.widget}/manage/blocks`);
  expect(refused?.status()).toBe(403);
  await expect(desk.page.locator('.blocks')).toHaveCount(0);
});
