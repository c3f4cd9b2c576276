import base from './playwright.config.js';

/** Measurements: they print figures and assert no times. */
export default { ...base, testMatch: ['bench/back.js', 'bench/first-picture.js'], reporter: [['list']], workers: 1 };
