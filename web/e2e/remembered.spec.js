import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { chromiumWith, refuseCookiesInFrames } from './support/browser.js';
import { expect, test } from './support/fixtures.js';

/** A browser that refuses our cookie in the frame (EC-45): it is said, and a window of one's own is the way. */

test('where the browser remembers nothing in a frame, it is said, and a window of one’s own keeps the place', async ({ office }) => {
  const desk = await office.desk('anna', { person: null });
  await desk.receive();
  const folder = mkdtempSync(join(tmpdir(), 'okienko-browser-'));
  refuseCookiesInFrames(folder);
  const context = await chromium.launchPersistentContext(folder, {
    ...chromiumWith(null), locale: 'pl-PL', timezoneId: 'Europe/Warsaw', viewport: { width: 1440, height: 900 },
  });
  const page = await context.newPage();
  office.watch(page);
  const citizen = office.at(page);
  await citizen.open();
  await citizen.join({ way: 'Sam tekst' });
  const number = await citizen.panel.getByText(/Numer w kolejce/).first().innerText();

  const kept = citizen.panel.locator('[data-part="kept"]');
  await expect(kept).toContainText('Ta przeglądarka nie pozwala nam zapamiętać Twojego miejsca. Nie zamykaj ani nie odświeżaj tej strony');
  await expect(kept).not.toContainText('zachowamy');
  await expect(citizen.panel.getByRole('heading', { name: 'Nie zamykaj tej strony' })).toBeVisible();
  const out = citizen.button(/^Otwórz w osobnym oknie/);
  await expect(out).toHaveClass(/primary/);
  const opened = page.waitForEvent('popup');
  await out.click();

  const own = await opened;
  office.watch(own);
  await expect(own.getByText(number).first()).toBeVisible();
  await expect(own.locator('[data-part="kept"]')).toContainText('zachowamy je przez 5 minut');
  await own.reload();
  await expect(own.getByText(number).first()).toBeVisible();
  await expect(own.locator('[data-part="kept"]')).toContainText('zachowamy je przez 5 minut');

  await context.close();
  rmSync(folder, { recursive: true, force: true });
});

test('where it remembers, nothing else is claimed', async ({ office }) => {
  const desk = await office.desk('anna', { person: null });
  await desk.receive();
  const citizen = await office.citizen({ person: null });
  await citizen.open();
  const asked = citizen.page.waitForResponse((response) => response.url().endsWith('/sessions/me') && response.request().method() === 'GET');
  await citizen.join({ way: 'Sam tekst' });

  expect((await (await asked).json()).session).not.toBe(null);
  await expect(citizen.panel.locator('[data-part="kept"]')).toContainText('zachowamy je przez 5 minut');
  await expect(citizen.button(/^Otwórz w osobnym oknie/)).not.toHaveClass(/primary/);
});
