/**
 * Presses buttons of several pages in the same moment: found first, so that what one press changes hides none of the
 * others before it is pressed.
 * @param {import('playwright-core').Locator[]} buttons
 */
export async function pressAtOnce(buttons) {
  const found = await Promise.all(buttons.map((button) => button.elementHandle()));
  await Promise.all(found.map((button) => button?.evaluate((element) => /** @type {HTMLElement} */ (element).click())));
}
