/**
 * A switch of this browser. Storage may be refused (private windows, policies); then the choice lasts as long as the page.
 *
 * @param {string} name
 * @param {boolean} usual
 */
export function preference(name, usual) {
  const key = `okienko.${name}`;
  let value = usual;
  try {
    const stored = localStorage.getItem(key);
    if (stored !== null) value = stored === 'yes';
  } catch {
    // As if nothing had been stored.
  }
  return {
    get: () => value,
    /** @param {boolean} next */
    set: (next) => {
      value = next;
      try {
        localStorage.setItem(key, next ? 'yes' : 'no');
      } catch {
        // Kept in this page.
      }
    },
  };
}
