import { readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../../..');
/** Where the widget is served in tests that need no server; nothing leaves the browser. */
export const WIDGET = 'https://okienko.example';
/** A city's page, on an origin of its own. */
export const HOST = 'https://miasto.example';

const TYPES = new Map([['.js', 'text/javascript'], ['.css', 'text/css'], ['.svg', 'image/svg+xml']]);

/**
 * Answers the widget's assets from disk, as the server lays them out.
 * @param {import('playwright-core').Page} page
 */
export async function serveAssets(page) {
  await page.route(`${WIDGET}/assets/dev/**`, (route) => {
    const path = new URL(route.request().url()).pathname.replace('/assets/dev/', '');
    const file = path.startsWith('widget/') ? join(ROOT, path) : join(ROOT, 'web/static', path);
    return route.fulfill({ body: readFileSync(file), contentType: TYPES.get(extname(file)) });
  });
}

/** The loader as a city gets it. */
export function loader() {
  return readFileSync(join(ROOT, 'widget/loader.js'));
}
