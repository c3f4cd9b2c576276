/**
 * A worker that keeps time for the page: browsers slow a hidden page's own timers to one a minute, a worker's not.
 *
 * In: `{ id, after_ms }`. Out, after that time: `id`. The page ignores an id that it no longer waits for.
 *
 * @module ticker
 */

addEventListener('message', (/** @type {MessageEvent<{id: number, after_ms: number}>} */ event) => {
  const { id, after_ms } = event.data;
  setTimeout(() => postMessage(id), after_ms);
});
