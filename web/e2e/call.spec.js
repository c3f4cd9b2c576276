import { colourOf, isGroundOf, isVoiceOf, pitchOf } from './support/media.js';
import { expect, PEOPLE, test } from './support/fixtures.js';

/** Elements of the stage that play another member. */
const OTHERS_VIDEO = '[data-tile="other"] video';
const OTHERS_SOUND = '[data-tile="other"] video, [data-tile="other"] audio, [data-stage] audio';

/**
 * Both see and hear each other.
 * @param {import('./support/citizen.js').Citizen} citizen @param {import('./support/people.js').Person} citizenIs
 * @param {import('./support/desk.js').Desk} desk @param {import('./support/people.js').Person} clerkIs
 */
async function expectBothSeenAndHeard(citizen, citizenIs, desk, clerkIs) {
  await expect.poll(async () => isGroundOf(await colourOf(citizen.frame, OTHERS_VIDEO), clerkIs),
    { message: 'the citizen sees the clerk', timeout: 30_000 }).toBe(true);
  await expect.poll(async () => isGroundOf(await colourOf(desk.page, OTHERS_VIDEO), citizenIs),
    { message: 'the clerk sees the citizen', timeout: 30_000 }).toBe(true);
  await expect.poll(async () => isVoiceOf(await pitchOf(citizen.frame, OTHERS_SOUND), clerkIs),
    { message: 'the citizen hears the clerk', timeout: 30_000 }).toBe(true);
  await expect.poll(async () => isVoiceOf(await pitchOf(desk.page, OTHERS_SOUND), citizenIs),
    { message: 'the clerk hears the citizen', timeout: 30_000 }).toBe(true);
}

test('from a click on the page of the office to faces on both screens', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const citizen = await office.citizen();
  await citizen.open();
  await citizen.join({ name: 'Kanarek' });
  expect(await citizen.place()).toBe(1);

  await desk.callNext();
  await citizen.accept();

  await expectBothSeenAndHeard(citizen, PEOPLE.jadwiga, desk, PEOPLE.anna);

  await citizen.button('Wyłącz kamerę').click();
  await expect(desk.page.getByText('Kamera wyłączona').first()).toBeVisible();
  await citizen.button('Zakończ rozmowę').click();
  await citizen.panel.getByRole('dialog').getByRole('button', { name: 'Zakończ rozmowę' }).click();
  await expect(citizen.heading('Rozmowa zakończona')).toBeVisible();
  await expect(desk.page.getByText('Po rozmowie').first()).toBeVisible();
});

test('the clerk ends the call and takes the next person', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const first = await office.citizen();
  await first.open();
  await first.join({ way: 'Sam tekst' });
  await desk.callNext();
  await first.accept();
  await expect(first.heading('Rozmowa')).toBeVisible();
  const second = await office.citizen();
  await second.open();
  await second.join();
  expect(await second.place()).toBe(1);

  await desk.button('Zakończ rozmowę').click();
  await desk.page.getByRole('dialog').getByRole('button', { name: 'Zakończ rozmowę' }).click();
  await expect(first.heading('Rozmowa zakończona')).toBeVisible();
  await desk.button(/przyjmuj dalej/).click();
  await desk.callNext();
  await second.accept();

  await expectBothSeenAndHeard(second, PEOPLE.jadwiga, desk, PEOPLE.anna);
});

test('a text-only citizen writes, and what is written looks like text on both sides', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const citizen = await office.citizen({ person: null });
  await citizen.open();
  await citizen.join({ way: 'Sam tekst' });
  await desk.callNext();
  await citizen.accept();

  await citizen.panel.getByLabel(/wiadomość/i).fill('Kanarek, dzień dobry <img src=x onerror=alert(1)>');
  await citizen.button(/^Wyślij/).click();

  await expect(desk.page.getByRole('log')).toContainText('Kanarek, dzień dobry <img src=x onerror=alert(1)>');
  await desk.page.getByLabel(/wiadomość/i).fill('W czym mogę pomóc?');
  await desk.button(/^Wyślij/).click();
  await expect(citizen.panel.getByRole('log')).toContainText('W czym mogę pomóc?');
});

test('a call passes through one port of the server and nothing of it is written to disk', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const citizen = await office.citizen();
  await citizen.open();
  await citizen.join();
  const filesBefore = office.server.openFiles();
  await desk.callNext();
  await citizen.accept();
  await expectBothSeenAndHeard(citizen, PEOPLE.jadwiga, desk, PEOPLE.anna);

  expect(await office.server.metric('okienko_media_forwarded_packets_total')).toBeGreaterThan(100);
  expect(office.server.openFiles()).toEqual(filesBefore);
  expect(office.server.udpPorts()).toEqual([office.server.mediaPort]);
});
