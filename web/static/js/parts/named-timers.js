/** Timers of one owner by name, so that none outlives it and none runs twice. */
export class NamedTimers {
  /** @type {Map<string, ReturnType<typeof setTimeout>>} */
  #timers = new Map();

  /**
   * Does something once, later. A timer of the same name is replaced.
   *
   * @param {string} name
   * @param {number} wait_ms
   * @param {() => unknown} then
   */
  after(name, wait_ms, then) {
    this.cancel(name);
    const timer = setTimeout(() => {
      this.#timers.delete(name);
      then();
    }, wait_ms);
    this.#timers.set(name, timer);
  }

  /**
   * Does something again and again. A timer of the same name is replaced.
   *
   * @param {string} name
   * @param {number} period_ms
   * @param {() => unknown} work
   */
  every(name, period_ms, work) {
    this.cancel(name);
    this.#timers.set(name, setInterval(work, period_ms));
  }

  /** @param {string} name */
  has(name) {
    return this.#timers.has(name);
  }

  /** @param {string} name */
  cancel(name) {
    // HTML §8.6: timeouts and intervals share one list of ids, either function clears both.
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }

  clear() {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
