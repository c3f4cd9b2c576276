import { mkdirSync, writeFileSync } from 'node:fs';

/** Writes `passed failed` to test-results/counts, which ./test adds up. A skipped test counts as failed: none may be. */
export default class CountsReporter {
  #passed = 0;
  #failed = 0;

  /** @param {import('@playwright/test/reporter').TestCase} test */
  onTestEnd(test) {
    if (test.outcome() === 'expected' && test.results.at(-1)?.status !== 'skipped') this.#passed += 1;
    else this.#failed += 1;
  }

  onEnd() {
    mkdirSync('test-results', { recursive: true });
    writeFileSync('test-results/counts', `${this.#passed} ${this.#failed}\n`);
  }
}
