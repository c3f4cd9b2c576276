import { expect, PEOPLE, test } from './support/fixtures.js';
import { isVoiceOf, pitchOf } from './support/media.js';

test('camera and microphone denied: says how to allow them, and that one can write', async ({ office }) => {
  const citizen = await office.citizen({ answer: 'deny' });
  const desk = await office.desk('anna');
  await desk.receive();
  await citizen.open();
  await citizen.toDeviceCheck();

  await citizen.button(/^Sprawdź kamerę/).click();

  await expect(citizen.panel.getByText(/nie ma zgody na kamerę/).first()).toBeVisible();
  await expect(citizen.panel.getByText(/Możesz też pisać na czacie/).locator('visible=true').first()).toBeVisible();
  await expect(citizen.button('Dalej samym tekstem')).toBeVisible();
  await expect(citizen.button('Dalej bez kamery')).toHaveCount(0);
  await citizen.panel.getByRole('radio', { name: /^Sam tekst/ }).check();
  await citizen.button('Dołącz do kolejki').click();
  await expect(citizen.panel.getByText(/Numer w kolejce/).first()).toBeVisible();
});

test('joining without the microphone that is needed: says what is missing and leads to the choice that works', async ({ office }) => {
  const citizen = await office.citizen({ answer: 'deny' });
  const desk = await office.desk('anna');
  await desk.receive();
  await citizen.open();
  await citizen.toDeviceCheck();
  const beside = citizen.panel.locator('[data-part="join-about"]');
  await expect(beside).toHaveText(/^Kamera i mikrofon nie są sprawdzone\. Możesz dołączyć, przeglądarka zapyta/);

  await citizen.button('Dołącz do kolejki').click();

  await expect(beside).toHaveText('Nie mamy dostępu do kamery i mikrofonu. Wybierz „Sam tekst” i dołącz.');
  await expect(beside).toBeInViewport();
  await expect(citizen.button('Dołącz do kolejki')).toHaveAccessibleDescription(/Nie mamy dostępu do kamery i mikrofonu/);
  const choice = citizen.panel.getByRole('radio', { name: /^Sam tekst/ });
  await expect(choice).toBeFocused();
  await citizen.page.keyboard.press('Space');
  await expect(beside).toBeHidden();
  await citizen.button('Dołącz do kolejki').click();
  await expect.poll(() => citizen.place()).toBe(1);
});

test('nobody has to check camera and microphone first', async ({ office }) => {
  const citizen = await office.citizen();
  const desk = await office.desk('anna');
  await desk.receive();
  await citizen.open();
  await citizen.toDeviceCheck();
  await expect(citizen.button('Dołącz do kolejki')).toHaveAccessibleDescription(/nie są sprawdzone/);

  await citizen.button('Dołącz do kolejki').click();

  await expect.poll(() => citizen.place()).toBe(1);
});

test('a name that is too long is not cut off: the field says by how much', async ({ office }) => {
  const citizen = await office.citizen({ person: null });
  const desk = await office.desk('anna');
  await desk.receive();
  await citizen.open();
  await citizen.toDeviceCheck();
  await citizen.panel.getByRole('radio', { name: /^Sam tekst/ }).check();
  const field = citizen.panel.getByLabel(/Jak się do Ciebie zwracać/);
  const name = 'Konstancja Bronisława Wężykowska-Szczęśniewicz von Gruszczyńska';

  await field.fill(name.slice(0, 50));
  await expect(citizen.panel.getByText('Możesz wpisać jeszcze 10 znaków.')).toBeVisible();
  await field.fill(name);
  await expect(field).toHaveValue(name);
  await expect(field).toHaveAccessibleDescription(/To o 3 znaki za dużo/);
  await citizen.button('Dołącz do kolejki').click();
  const summary = citizen.panel.getByRole('alert').filter({ hasText: 'Popraw 1 błąd' });
  await expect(summary.locator('xpath=..')).toBeFocused();
  await summary.getByRole('link', { name: /To o 3 znaki za dużo/ }).click();
  await expect(field).toBeFocused();
  await expect(field).toHaveAttribute('aria-invalid', 'true');

  await field.fill('Konstancja');
  await expect(summary).toHaveCount(0);
  await expect(field).not.toHaveAttribute('aria-invalid');
  await citizen.button('Dołącz do kolejki').click();
  await expect.poll(() => citizen.place()).toBe(1);
});

test('without a matter one does not go on: a summary leads to the choice, which says what is wrong', async ({ office }) => {
  const desk = await office.desk('anna', { person: null });
  await desk.receive();
  const citizen = await office.citizen({ person: null });
  await citizen.open();
  await citizen.button(/^Porozmawiaj teraz/).click();
  await citizen.button('Dalej').click();

  const summary = citizen.panel.getByRole('alert').filter({ hasText: 'Popraw 1 błąd' });
  await expect(summary.locator('xpath=..')).toBeFocused();
  const matters = citizen.panel.getByRole('radiogroup', { name: 'Sprawy' });
  await expect(matters).toHaveAttribute('aria-invalid', 'true');
  await expect(matters).toHaveAccessibleDescription('Wybierz sprawę.');
  await summary.getByRole('link', { name: 'Wybierz sprawę.' }).click();
  await expect(citizen.panel.getByRole('radio').first()).toBeFocused();

  await citizen.page.keyboard.press('Space');
  await expect(summary).toHaveCount(0);
  await expect(matters).not.toHaveAttribute('aria-invalid');
  await expect(matters).toHaveAccessibleDescription('');
  await citizen.button('Dalej').click();
  await expect(citizen.heading('Twoje dane w tej rozmowie')).toBeVisible();
});

test('matters that can be joined now stand before those that cannot', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const citizen = await office.citizen({ person: null });
  await citizen.open();
  await citizen.button(/^Porozmawiaj teraz/).click();
  await expect(citizen.heading('Wybierz sprawę')).toBeVisible();

  const rows = await citizen.panel.locator('.matters > :is(.matter, h2)').evaluateAll((found) =>
    found.map((row) => (row.tagName === 'H2' ? 'heading' : row.classList.contains('shut') ? 'shut' : 'open')).join(' '));

  // The one for those who do not know theirs is open with the general one.
  expect(rows).toMatch(/^(open ){2,}heading( shut)+$/);
});

test('the choice appears by itself when a clerk comes', async ({ office }) => {
  const citizen = await office.citizen();
  await citizen.open();
  await expect(citizen.button(/^Porozmawiaj teraz/)).toHaveCount(0);

  const desk = await office.desk('anna');
  await desk.receive();

  await expect(citizen.button(/^Porozmawiaj teraz/)).toBeVisible({ timeout: 40_000 });
  // Whoever sees nothing is told so too.
  await expect(citizen.panel.locator('#status')).toHaveText('Teraz możesz porozmawiać z urzędnikiem.');
});

test('whoever is denied the camera can still be called and heard', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const citizen = await office.citizen({ person: PEOPLE.jadwiga, answer: 'microphone' });
  await citizen.open();
  await citizen.join({ way: 'Sam głos' });
  await desk.callNext();
  await citizen.accept();

  await expect(citizen.panel.getByRole('button', { name: 'Włącz kamerę' })).toBeVisible();
  await expect.poll(async () => isVoiceOf(await pitchOf(desk.page, '[data-tile="other"] audio, [data-tile="other"] video'), PEOPLE.jadwiga),
    { message: 'the clerk hears the citizen', timeout: 40_000 }).toBe(true);
});
