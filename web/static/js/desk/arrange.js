/**
 * Brings elements into an order with as few moves as need be. A moved element loses the focus, so the one that has it
 * stays where it is and the others are put before and behind it.
 *
 * @param {HTMLElement} list
 * @param {HTMLElement[]} wanted all that shall be in the list
 */
export function arrange(list, wanted) {
  const still = wanted.findIndex((element) => element.contains(document.activeElement));
  for (let index = still - 1; index >= 0; index -= 1) {
    const [element, after] = wanted.slice(index, index + 2);
    if (element && after && element.nextElementSibling !== after) list.insertBefore(element, after);
  }
  for (let index = still + 1; index < wanted.length; index += 1) {
    const element = wanted[index];
    const before = wanted[index - 1];
    const next = before ? before.nextElementSibling : list.firstElementChild;
    if (element && next !== element) list.insertBefore(element, next);
  }
}
