import { hasOwnNetwork, lose } from './support/network.js';
import { expect, test } from './support/fixtures.js';
import { connectionsMade, expectBothMove, talking } from './support/talking.js';

/**
 * Coming back: a reload, another page, another tab, a lost socket and a lost network, on either side, without a click.
 */

test('who reloads the office page in a call is in it again', async ({ office }) => {
  const { citizen, desk } = await talking(office);
  await citizen.page.reload();
  await expectBothMove(citizen, desk);
  await expect(citizen.button('Zakończ rozmowę')).toBeVisible();
});

test('the clerk who reloads the desk in a call is in it again', async ({ office }) => {
  const { citizen, desk } = await talking(office);
  await desk.page.reload();
  await expectBothMove(citizen, desk);
});

test('who follows a link of the office page in a call is in it again on the next page', async ({ office }) => {
  const { citizen, desk } = await talking(office);
  await citizen.page.goto(`${office.server.host}/?strona=druga`);
  await expectBothMove(citizen, desk);
});

test('who closes the tab in a call and opens the page again is in it again', async ({ office }) => {
  const { citizen, desk } = await talking(office);
  const context = citizen.page.context();
  await citizen.page.close();
  await expect(desk.page.getByText(/Klient stracił połączenie, czekamy do \d+:\d\d/).first()).toBeVisible();
  citizen.page = await context.newPage();
  office.watch(citizen.page);
  await citizen.page.goto(`${office.server.host}/`);
  await expectBothMove(citizen, desk);
});

test('a second tab in the queue asks, moves the place at once, and closing the first changes nothing', async ({ office }) => {
  const citizen = await office.citizen({ person: null });
  const desk = await office.desk('anna');
  await desk.receive();
  await citizen.open();
  await citizen.join({ way: 'Sam tekst' });
  const first = citizen.page;

  citizen.page = await first.context().newPage();
  office.watch(citizen.page);
  await citizen.page.goto(`${office.server.host}/`);
  await citizen.page.getByRole('button', { name: /okienko|kolejk|Porozmawiaj/i }).first().click();
  await expect(citizen.heading('Czekasz już w innej karcie. Przenieść tutaj?')).toBeVisible();
  await citizen.button('Przenieś tutaj').click();
  await expect.poll(() => citizen.place()).toBe(1);
  await first.close();
  await desk.callNext();
  await expect(citizen.heading('Zapraszamy do rozmowy')).toBeVisible();
  await desk.button('Cofnij wywołanie').click();
});

test('a second tab in a call takes the call over, and the first lets go of its devices', async ({ office }) => {
  const { citizen, desk } = await talking(office);
  const first = citizen.page;
  const firstFrame = citizen.frame;
  citizen.page = await first.context().newPage();
  office.watch(citizen.page);
  await citizen.page.goto(`${office.server.host}/`);
  await expect(citizen.button('Przenieś tutaj')).toBeVisible();
  await citizen.button('Przenieś tutaj').click();
  await expectBothMove(citizen, desk);
  const live = () => firstFrame.evaluate(() => [...document.querySelectorAll('video, audio')].flatMap((element) =>
    (element instanceof HTMLMediaElement && element.srcObject instanceof MediaStream ? element.srcObject.getTracks() : []))
    .filter((track) => track.readyState === 'live').length);
  await expect.poll(live, { message: 'two microphones of one person' }).toBe(0);
});

test('a socket that is cut loses no place and no picture', async ({ office }) => {
  test.skip(!hasOwnNetwork, 'needs a network namespace of its own');
  const { citizen, desk } = await talking(office);
  const before = await connectionsMade(citizen.frame);
  const banner = citizen.panel.getByText('Połączenie zostało przerwane. Łączymy ponownie.').first();
  await expect(banner).toBeHidden();

  const fault = lose(`tcp dport ${office.server.port}`);
  await expect(banner).toBeVisible({ timeout: 60_000 });
  expect(fault.heal()).toBeGreaterThan(0);

  await expect(banner).toBeHidden({ timeout: 40_000 });
  await expectBothMove(citizen, desk);
  expect(await connectionsMade(citizen.frame), 'the media went on over the same connection').toBe(before);
  office.complaints = office.complaints.filter((text) => !/WebSocket|ERR_/.test(text));
});

test('media that are lost for eight seconds come back by themselves, and both sides are told meanwhile', async ({ office }) => {
  test.skip(!hasOwnNetwork, 'needs a network namespace of its own');
  const { citizen, desk } = await talking(office);

  const fault = lose(`udp dport ${office.server.mediaPort}`);
  await expect(desk.page.getByText(/Utracono połączenie|czekamy do/).first()).toBeVisible();
  await expect(citizen.panel.getByText(/Łączymy ponownie/).first()).toBeVisible();
  expect(fault.heal()).toBeGreaterThan(0);

  await expectBothMove(citizen, desk);
  await expect(citizen.panel.getByText(/Łączymy ponownie/).first()).toBeHidden();
});
