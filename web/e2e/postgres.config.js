import base from './playwright.config.js';

/** A server on PostgreSQL: `cargo build -p okienko-web --features postgres` makes it. */
export default { ...base, testMatch: 'postgres/*.spec.js', testIgnore: [], workers: 1 };
