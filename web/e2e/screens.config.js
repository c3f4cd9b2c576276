import base from './playwright.config.js';

/** The screenshots of docs/screenshots: one command makes them anew. */
export default { ...base, testMatch: 'screens/*.js', reporter: [['list']], workers: 1 };
