import base from './playwright.config.js';

/** Slow links, one call at a time: what senders do on them also depends on the processor time that browsers get. */
export default { ...base, testMatch: 'slow.spec.js', testIgnore: [], workers: 1 };
