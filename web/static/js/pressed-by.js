/**
 * By what the person pressed last: a pointer or keys. A heading that takes the focus by script shows a ring to those who use
 * keys. Browsers tell the two apart as long as what was pressed keeps the focus; what is put away by the press loses it,
 * and then `:focus-visible` takes keys for the cause.
 *
 * @module pressed-by
 */

/** @typedef {'pointer' | 'keys'} PressedBy */

/** They are held while something else is pressed. */
const HELD = new Set(['Shift', 'Control', 'Alt', 'AltGraph', 'Meta']);

/** For presses outside of this document, such as on the button that opened its frame. @param {PressedBy} by */
export function pressedBy(by) {
  document.documentElement.dataset.pressedBy = by;
}

addEventListener('pointerdown', () => pressedBy('pointer'), { capture: true, passive: true });
addEventListener('keydown', ({ key }) => { if (!HELD.has(key)) pressedBy('keys'); }, { capture: true, passive: true });
