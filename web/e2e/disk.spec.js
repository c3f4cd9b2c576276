import { spawn } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { expect, PEOPLE, test } from './support/fixtures.js';
import { expectMoves } from './support/talking.js';

/**
 * A call goes on while nothing can be stored, a newcomer is told, and everything goes on by itself afterwards.
 * @param {import('./support/fixtures.js').Office} office
 * @param {() => Promise<() => Promise<void>>} spoil  gives what mends it
 */
async function goesThrough(office, spoil) {
  const desk = await office.desk('anna');
  await desk.receive();
  const talks = await office.citizen();
  await talks.open();
  await talks.join();
  await desk.callNext();
  await talks.accept();
  await expectMoves(() => desk.page, PEOPLE.jadwiga, 'the clerk sees the citizen');
  const [waits, newcomer] = [await office.citizen({ person: null, shared: true }), await office.citizen({ person: null, shared: true })];
  await waits.open();
  await waits.join({ way: 'Sam tekst' });
  await expect.poll(() => waits.place()).toBe(1);
  await newcomer.open();
  await newcomer.toDeviceCheck();
  await newcomer.panel.getByRole('radio', { name: /^Sam tekst/ }).check();

  const mend = await spoil();
  await newcomer.button('Dołącz do kolejki').click();
  await expect(newcomer.panel.getByText(/nie możemy niczego zapisać/).first()).toBeVisible();
  expect((await fetch(`${office.server.widget}/healthz`)).status).toBe(200);
  await talks.panel.getByLabel(/wiadomość/i).fill('Czy nadal mnie widać?');
  await talks.button(/^Wyślij/).click();
  await expect(desk.page.getByRole('log')).toContainText('Czy nadal mnie widać?');
  await expectMoves(() => desk.page, PEOPLE.jadwiga, 'the clerk sees the citizen move');
  expect(await waits.place()).toBe(1);

  await mend();
  await expect.poll(async () => (await fetch(`${office.server.widget}/readyz`)).status).toBe(200);
  await newcomer.button('Dołącz do kolejki').click();
  await expect.poll(() => newcomer.place()).toBe(2);
  // Who was refused is not there twice, and the order is that of the promises.
  await desk.finish();
  await desk.button(/przyjmuj dalej/).click();
  await desk.callNext();
  await expect(waits.heading('Zapraszamy do rozmowy')).toBeVisible();
  await expect.poll(() => newcomer.place()).toBe(1);
  office.complaints = office.complaints.filter((text) => !/503/.test(text));
}

test('while another program holds the database a call goes on and newcomers are told; then everything goes on', async ({ office }) => {
  await goesThrough(office, async () => {
    const holder = spawn('sqlite3', [office.server.database], { stdio: ['pipe', 'pipe', 'inherit'] });
    const gone = new Promise((resolve) => { holder.on('exit', resolve); });
    const held = new Promise((resolve, reject) => {
      holder.stdout.once('data', resolve);
      holder.once('error', reject);
    });
    holder.stdin.write('.timeout 5000\nBEGIN IMMEDIATE;\nSELECT 1;\n');
    await held;
    return async () => {
      holder.stdin.end();
      await gone;
    };
  });
});

test.describe('on a disk of its own', () => {
  test.use({ serverDisk: '16m' });

  test('while the disk is full a call goes on and newcomers are told; then everything goes on', async ({ office }) => {
    await goesThrough(office, async () => {
      const filler = office.server.fileOf('filler');
      const file = openSync(filler, 'w');
      for (const size of [65_536, 4_096, 1]) {
        try {
          for (;;) writeSync(file, Buffer.alloc(size));
        } catch (error) {
          expect(/** @type {NodeJS.ErrnoException} */ (error).code).toBe('ENOSPC');
        }
      }
      closeSync(file);
      return async () => rmSync(filler);
    });
  });
});
