import { execFileSync } from 'node:child_process';
import { waitingCrowd } from './support/crowd.js';
import { expect, test } from './support/fixtures.js';
import { hasOwnNetwork, lose } from './support/network.js';

/** The browsers' ends of the connections with this port. @param {number} port @returns {string[]} */
function clientsOf(port) {
  const list = execFileSync('ss', ['-tnH', 'state', 'established', `( dport = :${port} )`], { encoding: 'utf8' });
  return list.split('\n').filter(Boolean).map((line) => /:(\d+)\s+\S+$/.exec(line.trim())?.[1] ?? '');
}

/** Nothing says that the cable was pulled out: packets just come to an end, in both directions. */
test('who waits and whose cable is pulled out is shown so and let go; those beside them notice nothing', async ({ office }) => {
  test.skip(!hasOwnNetwork, 'needs a network namespace of its own');
  const { server } = office;
  const desk = await office.desk('anna');
  await desk.receive();
  const beside = await office.citizen({ person: null, shared: true });
  await beside.open();
  await beside.join({ way: 'Sam tekst' });
  await expect.poll(() => beside.place()).toBe(1);
  const others = clientsOf(server.port);
  await waitingCrowd(await office.page({ person: null }), server, ['Zofia Odcięta']);
  const rows = desk.page.locator('[data-ticket]');
  await expect(rows).toHaveCount(2);
  await expect(rows.nth(1)).not.toContainText('Brak połączenia');
  const ports = clientsOf(server.port).filter((port) => !others.includes(port)).join(', ');
  const sockets = await server.metric('okienko_sockets');

  const faults = ['sport', 'dport'].map((end) => lose(`tcp ${end} { ${ports} }`));
  await Promise.all([
    expect(rows.nth(1)).toContainText('Brak połączenia', { timeout: 65_000 }),
    // The kernel gives the connection up, 20 s after the cut: nothing was acknowledged. Silence alone would take 75 s.
    expect.poll(() => server.metric('okienko_sockets'), { timeout: 65_000 }).toBe(sockets - 1),
  ]);
  for (const fault of faults) expect(fault.heal()).toBeGreaterThan(0);

  await expect(rows.nth(0)).not.toContainText('Brak połączenia');
  expect(await beside.place()).toBe(1);
  await desk.callNext();
  await expect(beside.heading('Zapraszamy do rozmowy')).toBeVisible();
});
