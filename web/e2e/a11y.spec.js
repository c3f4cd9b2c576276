import { walk } from './support/a11y.js';
import { pressAtOnce } from './support/at-once.js';
import { Citizen } from './support/citizen.js';
import { expect, PEOPLE, test } from './support/fixtures.js';
import { fromAnotherVersion, greetedOnly, inAnOldBrowser, withoutScripts } from './support/rare.js';

test.describe.configure({ timeout: 300_000 });

for (const path of [
  '/', '/privacy/wroclaw', '/terms/wroclaw', '/accessibility/wroclaw', '/faq/wroclaw', '/faq/wroclaw/kolejnosc', '/login',
  '/talk/wroclaw', '/talk/nie-ma', '/problems/site-unknown', '/gallery',
]) {
  test(`public page ${path}`, async ({ office }) => {
    office.expectRefused('/talk/nie-ma');
    const page = await office.page();
    await page.goto(`${office.server.widget}${path}`);
    await walk(page, page, path);
  });
}

test('the form to sign in, with its errors', async ({ office }) => {
  office.expectRefused('/login');
  const page = await office.page({ person: null });
  await page.goto(`${office.server.widget}/login`);
  await page.getByLabel('E-mail').fill('anna@demo.example');
  await page.getByLabel('Hasło').fill('nie to');
  await page.getByRole('button', { name: 'Zaloguj się' }).click();
  await expect(page.getByRole('heading', { name: 'Popraw 1 błąd' })).toBeVisible();
  await walk(page, page, 'login, refused');
});

test.describe('an invitation that outlasts all sizes', () => {
  test.use({ serverEnv: { OKIENKO__QUEUE__ACCEPT_S: '280' } });

  test('the citizen from the start to the end', async ({ office }) => {
    const desk = await office.desk('anna');
    const citizen = await office.citizen();
    await citizen.open();
    await walk(citizen.page, citizen.frame, 'start, nobody on duty');
    await desk.receive();
    await citizen.page.reload();
    await citizen.open();
    await walk(citizen.page, citizen.frame, 'start');
    await citizen.button(/^Pytania i odpowiedzi/).click();
    await expect(citizen.heading('Pytania i odpowiedzi')).toBeVisible();
    await walk(citizen.page, citizen.frame, 'faq');
    await citizen.button('Wróć').click();
    await citizen.button(/^Porozmawiaj teraz/).click();
    await walk(citizen.page, citizen.frame, 'matter');
    await citizen.panel.getByRole('radio', { name: /Informacja ogólna/ }).check();
    await citizen.button('Dalej').click();
    await walk(citizen.page, citizen.frame, 'notice');
    await citizen.button('Rozumiem, dalej').click();
    await expect(citizen.heading('Jak chcesz rozmawiać?')).toBeVisible();
    await walk(citizen.page, citizen.frame, 'check');
    await citizen.button(/^Sprawdź kamerę/).click();
    await expect(citizen.panel.getByText(/Kamera działa/).first()).toBeVisible();
    await walk(citizen.page, citizen.frame, 'check, with picture');
    await citizen.button('Dołącz do kolejki').click();
    await expect(citizen.panel.getByText(/Numer w kolejce/).first()).toBeVisible();
    await walk(citizen.page, citizen.frame, 'waiting');
    await citizen.button('Opuść kolejkę').click();
    await walk(citizen.page, citizen.frame, 'waiting, leave?');
    await citizen.button('Zostaję w kolejce').click();

    await desk.callNext();
    await expect(citizen.heading('Zapraszamy do rozmowy')).toBeVisible();
    await citizen.button('Potrzebuję więcej czasu').click();
    await walk(citizen.page, citizen.frame, 'called');
    await expect(citizen.heading('Zapraszamy do rozmowy')).toBeVisible();
  });
});

test.describe('states that come with time', () => {
  test.use({ serverEnv: { OKIENKO__QUEUE__ACCEPT_S: '12', OKIENKO__QUEUE__EXTENSION_S: '280' } });

  test('more time, missed, another tab', async ({ office }) => {
    const desk = await office.desk('anna');
    await desk.receive();
    const citizen = await office.citizen();
    await citizen.open();
    await citizen.join({ way: 'Sam tekst' });
    await desk.callNext();
    await citizen.button('Potrzebuję więcej czasu').click();
    await expect(desk.page.locator('main').getByText(/Osoba prosi o więcej czasu/)).toBeVisible();
    await expect(citizen.heading('Czekamy na Ciebie')).toBeVisible();
    await walk(citizen.page, citizen.frame, 'deferred');
    await expect(desk.page.locator('main').getByText(/zachowuje miejsce na początku kolejki/)).toBeVisible();
    await walk(desk.page, desk.page, 'desk, deferred');
    await citizen.button('Jestem').click();
    await desk.callNext();
    await expect(citizen.heading('Twoja kolej minęła')).toBeVisible();
    await walk(citizen.page, citizen.frame, 'missed');
    const tab = await citizen.page.context().newPage();
    office.watch(tab);
    await tab.goto(`${office.server.host}/`);
    const other = new Citizen(tab, office.server);
    await tab.getByRole('button', { name: /Porozmawiaj|miejsce/ }).click();
    await expect(other.heading('Czekasz już w innej karcie. Przenieść tutaj?')).toBeVisible();
    await walk(tab, other.frame, 'elsewhere');
  });
});

test('a lost connection, on both sides', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const citizen = await office.citizen();
  await citizen.open();
  await citizen.join({ way: 'Sam tekst' });
  for (const page of [desk.page, citizen.page]) await page.context().setOffline(true);
  await expect(desk.page.getByText(/Brak połączenia z serwerem/).first()).toBeVisible({ timeout: 40_000 });
  await walk(desk.page, desk.page, 'desk, lost');
  await walk(citizen.page, citizen.frame, 'waiting, lost');
  for (const page of [desk.page, citizen.page]) await page.context().setOffline(false);
  await expect(citizen.panel.locator('[data-part="banner"]')).toBeHidden({ timeout: 40_000 });
  await expect.poll(() => citizen.place(), { timeout: 40_000 }).toBe(1);
  office.complaints = office.complaints.filter((text) => !/ERR_INTERNET_DISCONNECTED/.test(text));
});

test('the call and the end, on both sides', async ({ office }) => {
  const desk = await office.desk('anna');
  await walk(desk.page, desk.page, 'desk, off');
  await desk.receive();
  await walk(desk.page, desk.page, 'desk, nobody waits');
  const citizen = await office.citizen({ person: PEOPLE.jadwiga });
  await citizen.open();
  await citizen.join();
  await expect(desk.button(/^Wywołaj(?! następną)/)).toBeVisible();
  await walk(desk.page, desk.page, 'desk, line');
  await desk.callNext();
  await citizen.accept();
  await expect(citizen.heading('Rozmowa')).toBeVisible();
  await walk(citizen.page, citizen.frame, 'call');
  await walk(desk.page, desk.page, 'desk, call');
  await desk.button('Zakończ rozmowę').click();
  await desk.page.getByRole('dialog').getByRole('button', { name: 'Zakończ rozmowę' }).click();
  await expect(citizen.heading('Rozmowa zakończona')).toBeVisible();
  await walk(citizen.page, citizen.frame, 'ended');
  await walk(desk.page, desk.page, 'desk, after call');
});

test.describe('an invitation that lasts', () => {
  test.use({ serverEnv: { OKIENKO__QUEUE__ACCEPT_S: '240' } });

  test('the desk while calling, when another clerk was faster, and in another window', async ({ office }) => {
    const anna = await office.desk('anna');
    const marek = await office.desk('marek');
    for (const desk of [anna, marek]) await desk.receive();
    const citizen = await office.citizen({ person: null });
    await citizen.open();
    await citizen.join({ way: 'Sam tekst' });
    const call = (/** @type {typeof anna} */ desk) => desk.button(/^Wywołaj(?! następną)/);
    for (const desk of [anna, marek]) await expect(call(desk)).toBeVisible();
    await pressAtOnce([anna, marek].map(call));
    await expect(anna.button('Cofnij wywołanie').or(anna.page.locator('[data-about="taken"]'))).toBeVisible();
    const [caller, loser] = await anna.button('Cofnij wywołanie').isVisible() ? [anna, marek] : [marek, anna];
    await expect(loser.page.locator('main').getByText(/przed chwilą tę osobę wywołał ktoś inny/)).toBeVisible();
    await walk(loser.page, loser.page, 'desk, taken');

    await citizen.button('Potrzebuję więcej czasu').click();
    await expect(caller.page.locator('main').getByText(/Osoba prosi o więcej czasu/)).toBeVisible();
    await walk(caller.page, caller.page, 'desk, calling');

    const tab = await loser.page.context().newPage();
    office.watch(tab);
    await tab.goto(`${office.server.widget}/desk`);
    await expect(tab.getByRole('dialog')).toBeVisible();
    await walk(tab, tab, 'desk, elsewhere');
    await tab.getByRole('button', { name: 'Zostaw tam' }).click();
    await walk(tab, tab, 'desk, left elsewhere');
  });
});

test('errors of the device check', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const citizen = await office.citizen({ answer: 'deny' });
  await citizen.open();
  await citizen.toDeviceCheck();
  await citizen.button(/^Sprawdź kamerę/).click();
  await expect(citizen.panel.getByText(/nie ma zgody/).first()).toBeVisible();
  await walk(citizen.page, citizen.frame, 'check, denied');
});

test('a join without the device that is needed, and a name that is too long', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const citizen = await office.citizen({ answer: 'deny' });
  await citizen.open();
  await citizen.toDeviceCheck();
  await citizen.panel.getByLabel(/Jak się do Ciebie zwracać/).fill('a'.repeat(70));
  await citizen.button('Dołącz do kolejki').click();
  await expect(citizen.panel.getByText(/To o 10 znaków za dużo/).first()).toBeVisible();
  await walk(citizen.page, citizen.frame, 'check, name too long');
  await citizen.panel.getByLabel(/Jak się do Ciebie zwracać/).fill('Jadwiga');
  await citizen.button('Dołącz do kolejki').click();
  await expect(citizen.panel.getByText(/Nie mamy dostępu do kamery i mikrofonu/).first()).toBeVisible();
  await walk(citizen.page, citizen.frame, 'check, joined without a device');
});

test('invited and not any more, and a call that was put away', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const citizen = await office.citizen({ person: null });
  await citizen.open();
  await citizen.join({ way: 'Sam tekst' });
  await desk.callNext();
  await expect(citizen.heading('Zapraszamy do rozmowy')).toBeVisible();
  await desk.button('Cofnij wywołanie').click();
  await expect(citizen.panel.getByText(/Urząd cofnął zaproszenie/).first()).toBeVisible();
  await walk(citizen.page, citizen.frame, 'waiting again');
  await desk.callNext();
  await citizen.accept();
  await expect(citizen.heading('Rozmowa')).toBeVisible();
  await citizen.button(/^Zwiń/).click();
  await expect(citizen.page.getByRole('button', { name: /Rozmowa trwa/ })).toBeVisible();
  await walk(citizen.page, citizen.page, 'host, call put away');
});

test('states that few people come to', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const address = `${office.server.widget}/talk/wroclaw`;
  const page = await office.page({ person: null });
  const heading = (/** @type {string} */ name) => page.getByRole('heading', { level: 1, name });
  const toNotice = async () => {
    await page.goto(address);
    await page.getByRole('button', { name: /^Porozmawiaj teraz/ }).click();
    await page.getByRole('radio', { name: /Informacja ogólna/ }).check();
    await page.getByRole('button', { name: 'Dalej' }).click();
  };

  await toNotice();
  await page.getByRole('button', { name: 'Wolę inny sposób kontaktu' }).click();
  await expect(heading('Inne sposoby kontaktu')).toBeVisible();
  await walk(page, page, 'declined');

  await fromAnotherVersion(page);
  await toNotice();
  await page.getByRole('button', { name: 'Rozumiem, dalej' }).click();
  await expect(heading('Coś nie zadziałało')).toBeVisible();
  await walk(page, page, 'problem');

  await greetedOnly(page);
  await page.goto(address);
  await expect(heading('Wracamy do Twojej rozmowy')).toBeVisible();
  await walk(page, page, 'resuming');

  await page.routeWebSocket(/\/ws\/citizen/, (socket) => socket.close());
  await page.goto(address);
  await expect(heading('Nie ma połączenia z urzędem')).toBeVisible();
  await walk(page, page, 'lost');

  const old = await office.page({ person: null });
  await inAnOldBrowser(old);
  await old.goto(address);
  await expect(old.getByRole('heading', { level: 1, name: 'Ta przeglądarka nie obsługuje rozmowy' })).toBeVisible();
  await walk(old, old, 'unsupported');

  const plain = await office.page({ person: null });
  await withoutScripts(plain, address);
  await plain.goto(address);
  await expect(plain.getByRole('heading', { name: 'Do rozmowy potrzebny jest JavaScript' })).toBeVisible();
  await walk(plain, plain, 'no script');
});
