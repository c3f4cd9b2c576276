/**
 * Timers that also run on time while the page is hidden, by the worker in `ticker.js`; by the page where it cannot run.
 *
 * @module wakeful-timers
 */

export class WakefulTimers {
  /** @type {Worker|null} */
  #worker = null;
  /** @type {Map<number, {then: () => void, dueAt: number}>} */
  #waiting = new Map();
  #last = 0;

  constructor() {
    try {
      const worker = new Worker(new URL('./ticker.js', import.meta.url), { type: 'module' });
      worker.addEventListener('message', (event) => this.#fire(event.data));
      // A worker that fails later (a policy, an old browser) would swallow its timers: hand them to the page.
      worker.addEventListener('error', () => this.#withoutWorker());
      this.#worker = worker;
    } catch {
      this.#worker = null;
    }
  }

  /**
   * Runs `then` once after a while.
   * @param {number} after_ms
   * @param {() => void} then
   * @returns {number} for {@link cancel}; never 0
   */
  after(after_ms, then) {
    const id = ++this.#last;
    this.#waiting.set(id, { then, dueAt: performance.now() + after_ms });
    if (this.#worker) this.#worker.postMessage({ id, after_ms });
    else setTimeout(() => this.#fire(id), after_ms);
    return id;
  }

  /** @param {number} id 0 is allowed and means none */
  cancel(id) {
    this.#waiting.delete(id);
  }

  /** Forgets all timers and ends the worker. */
  stop() {
    this.#waiting.clear();
    this.#worker?.terminate();
    this.#worker = null;
  }

  /** @param {number} id */
  #fire(id) {
    const timer = this.#waiting.get(id);
    this.#waiting.delete(id);
    timer?.then();
  }

  #withoutWorker() {
    this.#worker?.terminate();
    this.#worker = null;
    for (const [id, { dueAt }] of this.#waiting) setTimeout(() => this.#fire(id), dueAt - performance.now());
  }
}
