import { walk } from './support/a11y.js';
import { askToBreakOff, breakOff, dialogOf, tryAgain, writing } from './support/abuse.js';
import { expect, test } from './support/fixtures.js';

/** A call that is broken off because of abuse, on both sides, and who cannot join the line. */

test.describe.configure({ timeout: 300_000 });

test('the question at the desk, the end, and the line that is closed', async ({ office }) => {
  const { citizen, desk } = await writing(office);
  await askToBreakOff(desk);
  await dialogOf(desk).getByRole('button', { name: 'Przerwij rozmowę' }).click();
  await expect(dialogOf(desk).getByText('Wybierz powód.')).toBeVisible();
  await walk(desk.page, desk.page, 'desk, break off');
  await desk.page.keyboard.press('Escape');
  await breakOff(desk, citizen, '1 dzień');
  await walk(citizen.page, citizen.frame, 'ended, broken off');
  await tryAgain(citizen);
  await expect(citizen.heading('Teraz nie można dołączyć do kolejki')).toBeVisible();
  await walk(citizen.page, citizen.frame, 'blocked');
  const manager = await office.desk('kierownik', { person: null, shared: true });
  await manager.page.goto(`${office.server.widget}/manage/blocks`);
  await expect(manager.page.getByText('Anna Kowalczyk')).toBeVisible();
  await walk(manager.page, manager.page, 'manage, blocks');
});
