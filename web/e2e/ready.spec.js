import { expect, test } from './support/fixtures.js';
import { startServer } from './support/server.js';

/** Before a clerk calls somebody they see what that person's check of devices came to. */
test('the clerk sees who has checked camera, microphone and link, and in a call what came of it', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const checked = await office.citizen();
  await checked.open();
  await checked.toDeviceCheck();
  await checked.button(/^Sprawdź kamerę/).click();
  await expect(checked.panel.getByText(/^Łącze (działa dobrze|jest wolniejsze)/).first()).toBeVisible({ timeout: 40_000 });
  await checked.button('Dołącz do kolejki').click();
  await expect(checked.heading('Czekasz w kolejce')).toBeVisible();
  const writes = await office.citizen({ person: null, shared: true });
  await writes.open();
  await writes.join({ way: 'Sam tekst' });

  const rows = desk.page.locator('[data-ticket]');
  await expect(rows).toHaveCount(2);
  await expect(rows.nth(0)).toContainText('Sprzęt sprawdzony');
  await expect(rows.nth(1)).not.toContainText('Sprzęt');

  // What was said in joining is stored with the ticket.
  office.server.kill('SIGKILL');
  await office.server.exited;
  office.server = await startServer({ again: office.server });
  desk.server = office.server;
  await desk.page.reload();
  await expect(rows).toHaveCount(2);
  await expect(rows.nth(0)).toContainText('Sprzęt sprawdzony');
  await desk.callNext();
  await expect(desk.page.getByText(/^kamera, mikrofon, (dobre|słabsze) łącze$/)).toBeVisible();
  office.complaints = office.complaints.filter((text) => !/WebSocket connection|ERR_CONNECTION_REFUSED|503/.test(text));
});
