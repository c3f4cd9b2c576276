import { execFileSync } from 'node:child_process';
import { connect } from 'node:net';
import { expect, test } from './support/fixtures.js';

/** What is looked for after every test is also found: a check that finds nothing must not be one that sees nothing. */

test('a connection that somebody holds is seen, and gone when they go', async ({ office }) => {
  await expect.poll(() => office.server.leftOpen()).toEqual([]);
  const socket = connect(office.server.port, '127.0.0.1');
  await expect.poll(() => office.server.leftOpen().length).toBe(1);
  socket.destroy();
  await expect.poll(() => office.server.leftOpen()).toEqual([]);
});

test('an address that refuses is an error of the page, unless the test expects it', async ({ office }) => {
  const page = await office.page({ person: null });
  await page.goto(`${office.server.widget}/nie-ma`);
  await expect.poll(() => office.complaints).toEqual([expect.stringMatching(/status of 404 .*\/nie-ma\)$/)]);
  office.complaints = [];

  office.expectRefused('/nie-ma');
  await page.goto(`${office.server.widget}/nie-ma`);
  await page.goto(`${office.server.widget}/login`);
  expect(office.complaints).toEqual([]);
});

test('two calls of one ticket at the same time are seen, one after the other are none', async ({ office }) => {
  const desk = await office.desk('anna', { person: null });
  await desk.receive();
  const citizen = await office.citizen({ person: null });
  await citizen.open();
  await citizen.join({ way: 'Sam tekst' });
  for (const _ of ['once', 'again']) {
    await desk.callNext();
    await desk.button('Cofnij wywołanie').click();
    await expect(citizen.heading('Czekasz w kolejce')).toBeVisible();
  }
  const change = (/** @type {string} */ sql) => execFileSync('sqlite3', ['-cmd', '.timeout 10000', office.server.database, sql]);
  expect(office.server.doubleCalls()).toEqual([]);

  change(`INSERT INTO calls SELECT 'twice', office_id, ticket_id, clerk_id, called_at, live_at, ended_at, end_reason FROM calls LIMIT 1`);
  expect(office.server.doubleCalls()).toHaveLength(1);
  change(`DELETE FROM calls WHERE id = 'twice'`);
});
