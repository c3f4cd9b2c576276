import base from './playwright.config.js';

/** A fresh clone, tried by the README alone. It builds the whole product from nothing. */
export default { ...base, testDir: './fresh', testMatch: '*.spec.js', reporter: [['list'], ['./support/counts-reporter.js']], workers: 1 };
