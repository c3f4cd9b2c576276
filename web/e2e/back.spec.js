import { expect, test } from './support/fixtures.js';

/** Where Back leads, and what a press too many does not do. */

const PHONE = { viewport: { width: 390, height: 844 } };

/**
 * Back as the browser does it, also where only the panel's frame goes back.
 * @param {import('playwright-core').Page} page
 */
const goBack = (page) => page.evaluate(() => history.back());

/** What a host page with a router of its own keeps and hears of its history. @param {import('playwright-core').Page} page */
async function listenAsRouter(page) {
  await page.evaluate(() => {
    const heard = /** @type {string[]} */ ([]);
    Object.assign(window, { heard });
    const push = history.pushState.bind(history);
    history.pushState = (state, title, url) => { heard.push(`push ${url}`); push(state, title, url); };
    history.replaceState({ route: 'start' }, '');
    addEventListener('popstate', () => heard.push(`pop ${location.pathname} ${JSON.stringify(history.state)}`));
  });
  return () => page.evaluate(() => ({ heard: /** @type {any} */ (window).heard, state: history.state, path: location.pathname, scroll: scrollY }));
}

for (const [name, viewport] of /** @type {const} */ ([['phone', PHONE.viewport], ['desktop', { width: 1440, height: 900 }]])) {
  test(`Back puts the window away before it leaves the page, whose own history stays as it was, on a ${name}`, async ({ office }) => {
    const citizen = await office.citizen({ person: null, context: { viewport } });
    const { page } = citizen;
    await page.goto(`${office.server.host}/gallery`);
    await page.goto(`${office.server.host}/`);
    const seen = await listenAsRouter(page);
    await page.evaluate(() => scrollTo(0, 100));
    const launcher = page.getByRole('button', { name: /Porozmawiaj z urzędnikiem/ });
    const own = { heard: [], state: { route: 'start' }, path: '/', scroll: 100 };
    await launcher.click();
    await expect(citizen.heading('Porozmawiaj z urzędnikiem')).toBeFocused();

    await goBack(page);

    await expect(launcher).toBeFocused();
    expect(await seen()).toEqual(own);
    // Forward leads to no window; opened and closed by its buttons it leaves nothing to go back through.
    await page.evaluate(() => history.forward());
    await launcher.click();
    await expect(citizen.heading('Porozmawiaj z urzędnikiem')).toBeFocused();
    await citizen.button(/^Zwiń/).click();
    await expect(launcher).toBeFocused();
    expect(await seen()).toEqual(own);
    // The panel's own step back is under way; two at once are one to the browser.
    await expect.poll(() => citizen.frame.evaluate(() => history.state?.depth ?? 0)).toBe(0);
    await page.goBack();
    expect(page.url()).toBe(`${office.server.host}/gallery`);
  });
}

test('a host page that goes on by itself under the open window is not moved when the window closes', async ({ office }) => {
  const citizen = await office.citizen({ person: null });
  const { page } = citizen;
  await citizen.open();
  const seen = await listenAsRouter(page);
  await page.evaluate(() => history.pushState({ route: 'next' }, '', '/?next'));
  await citizen.button(/^Zwiń/).click();
  await expect(page.getByRole('button', { name: /Porozmawiaj z urzędnikiem/ })).toBeFocused();

  // A way back, had there been one, would have been gone by now.
  await page.evaluate(() => new Promise((resolve) => { setTimeout(resolve, 500); }));
  expect(await seen()).toMatchObject({ heard: ['push /?next'], state: { route: 'next' } });
  await page.goBack();
  expect(await seen()).toMatchObject({ heard: ['push /?next', 'pop / {"route":"start"}'] });
});

test('in the window on a phone Back closes a question first, then the window; the place is kept', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const citizen = await office.citizen({ person: null, context: PHONE });
  const { page } = citizen;
  await citizen.open();
  await citizen.join({ way: 'Sam tekst' });
  await citizen.button('Opuść kolejkę').click();
  await expect(citizen.panel.getByRole('dialog')).toBeVisible();

  await goBack(page);

  await expect(citizen.panel.getByRole('dialog')).toBeHidden();
  await expect(citizen.heading('Czekasz w kolejce')).toBeVisible();
  await goBack(page);
  const launcher = page.getByRole('button', { name: /początku kolejki/ });
  await expect(launcher).toBeFocused();
  expect(page.url()).toBe(`${office.server.host}/`);

  await launcher.click();
  await expect.poll(() => citizen.place()).toBe(1);
  await desk.callNext();
  await citizen.accept();
  await citizen.button('Więcej opcji').click();
  await expect(citizen.button('Kamera i mikrofon')).toBeVisible();
  await goBack(page);
  await expect(citizen.button('Kamera i mikrofon')).toBeHidden();
  await expect(citizen.heading('Rozmowa')).toBeVisible();
});

test('on its own page Back leads through the screens and gives up no place unasked', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const page = await office.page({ person: null });
  await page.goto(`${office.server.widget}/talk/wroclaw`);
  const heading = (/** @type {string} */ name) => page.getByRole('heading', { level: 1, name });
  const press = (/** @type {string | RegExp} */ name) => page.getByRole('button', { name }).click();
  const toCheck = async () => {
    await press(/^Porozmawiaj teraz/);
    await page.getByRole('radio', { name: /Informacja ogólna/ }).check();
    await press('Dalej');
    await press('Rozumiem, dalej');
    await expect(heading('Jak chcesz rozmawiać?')).toBeVisible();
  };
  await press(/^Pytania i odpowiedzi/);
  await expect(heading('Pytania i odpowiedzi')).toBeVisible();
  await page.goBack();
  await expect(heading('Porozmawiaj z urzędnikiem')).toBeVisible();

  await press(/^Porozmawiaj teraz/);
  // A link inside the page is no step.
  await press('Dalej');
  await page.getByRole('link', { name: 'Wybierz sprawę.' }).click();
  await expect(page.getByRole('radio').first()).toBeFocused();
  await page.goBack();
  await expect(heading('Porozmawiaj z urzędnikiem')).toBeVisible();

  await toCheck();
  await page.goBack();
  await expect(heading('Twoje dane w tej rozmowie')).toBeVisible();
  await page.goBack();
  await expect(heading('Wybierz sprawę')).toBeVisible();
  await expect(page.getByRole('radio', { name: /Informacja ogólna/ })).toBeChecked();
  await page.goBack();
  await expect(heading('Porozmawiaj z urzędnikiem')).toBeVisible();

  await press(/^Porozmawiaj teraz/);
  await press('Dalej');
  await page.getByRole('radio', { name: /^Sam tekst/ }).check();
  await press('Dołącz do kolejki');
  await expect(heading('Czekasz w kolejce')).toBeVisible();
  await press(/^Pytania i odpowiedzi/);
  await expect(heading('Pytania i odpowiedzi')).toBeVisible();
  await page.goBack();
  await expect(heading('Czekasz w kolejce')).toBeVisible();
  const question = page.getByRole('dialog', { name: 'Opuścić kolejkę?' });
  await page.goBack();
  await expect(question).toBeVisible();
  await page.goBack();
  await expect(question).toBeHidden();
  await expect(heading('Czekasz w kolejce')).toBeVisible();

  await desk.callNext();
  await press('Dołącz teraz');
  await expect(heading('Rozmowa')).toBeVisible();
  await page.goBack();
  await page.getByRole('dialog', { name: 'Zakończyć rozmowę?' }).getByRole('button', { name: 'Zakończ rozmowę' }).click();
  await expect(heading('Rozmowa zakończona')).toBeVisible();
  await page.goBack();
  await expect(heading('Porozmawiaj z urzędnikiem')).toBeVisible();
  await page.goBack();
  expect(page.url()).toBe('about:blank');
});

test('another language takes the window over, and Back still puts it away', async ({ office }) => {
  const citizen = await office.citizen({ person: null, context: PHONE });
  await citizen.open();
  await citizen.panel.getByText('pl', { exact: true }).click();
  await citizen.panel.getByRole('link', { name: 'English' }).click();
  await expect(citizen.heading('Talk to a clerk')).toBeFocused();

  await goBack(citizen.page);

  await expect(citizen.page.getByRole('button', { name: /Porozmawiaj z urzędnikiem/ })).toBeFocused();
});

test('the choice of language closes by a press outside and by Esc, which leads back to its button', async ({ office }) => {
  const citizen = await office.citizen({ person: null, context: PHONE });
  await citizen.open();
  const code = citizen.panel.getByText('pl', { exact: true });
  const link = citizen.panel.getByRole('link', { name: 'English' });

  await code.click();
  await expect(link).toBeVisible();
  await citizen.panel.locator('[data-part="head-name"]').click();
  await expect(link).toBeHidden();

  await code.click();
  await link.focus();
  await citizen.page.keyboard.press('Escape');
  await expect(link).toBeHidden();
  await expect(citizen.panel.locator('[data-part="languages"] > summary')).toBeFocused();
  await expect(citizen.heading('Porozmawiaj z urzędnikiem')).toBeVisible();
});

test('the second click of a double click does not fall through to the next screen', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const page = await office.page({ person: null, context: PHONE });
  await page.goto(`${office.server.widget}/talk/wroclaw`);
  const heading = (/** @type {string} */ name) => page.getByRole('heading', { level: 1, name });
  /** The click that goes on from the last one. @param {import('playwright-core').Locator} target what the last one brought under the pointer */
  const clickOn = async (target) => {
    await target.scrollIntoViewIfNeeded();
    const box = await target.boundingBox();
    if (!box) throw new Error('nothing to click on');
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down({ clickCount: 2 });
    await page.mouse.up({ clickCount: 2 });
  };
  const matter = page.getByRole('radio', { name: /Informacja ogólna/ });
  const alert = page.getByRole('alert').filter({ hasText: 'Popraw' });

  await page.getByRole('button', { name: /^Porozmawiaj teraz/ }).click();
  await expect(heading('Wybierz sprawę')).toBeVisible();
  await clickOn(matter);
  await clickOn(page.getByRole('button', { name: 'Dalej' }));
  await expect(matter).not.toBeChecked();
  await expect(alert).toBeHidden();
  // A click of its own goes through, on the same screen a double one does too.
  await matter.click();
  await clickOn(matter);
  await expect(matter).toBeChecked();

  await page.getByRole('button', { name: 'Dalej' }).click();
  await expect(heading('Twoje dane w tej rozmowie')).toBeVisible();
  await clickOn(page.getByRole('button', { name: 'Rozumiem, dalej' }));
  await expect(heading('Twoje dane w tej rozmowie')).toBeVisible();
  // A key is never part of a burst.
  await page.getByRole('button', { name: 'Rozumiem, dalej' }).press('Enter');
  await page.getByRole('radio', { name: /^Sam tekst/ }).check();
  await page.getByRole('button', { name: 'Dołącz do kolejki' }).click();
  await page.getByRole('button', { name: 'Opuść kolejkę' }).click();
  const question = page.getByRole('dialog');
  await clickOn(question.getByRole('button', { name: 'Opuść kolejkę' }));
  await expect(question).toBeVisible();
  await question.getByRole('button', { name: 'Opuść kolejkę' }).click();
  await expect(heading('Nie jesteś już w kolejce')).toBeVisible();

  await page.getByRole('button', { name: 'Porozmawiaj ponownie' }).click();
  await expect(heading('Wybierz sprawę')).toBeVisible();
  await clickOn(page.getByRole('radio').nth(1));
  await expect(page.getByRole('radio').nth(1)).not.toBeChecked();
});
