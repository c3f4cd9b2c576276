/** The modules that every page stands on, without a server. */
import { expect, test as base } from '@playwright/test';
import { chromium } from 'playwright-core';
import { CHROMIUM } from './support/browser.js';
import { serveAssets, WIDGET } from './support/own-web.js';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('playwright-core').WebSocketRoute} Socket */

const STRINGS = {
  line: {
    ahead: { one: 'Przed Tobą jest {count} osoba', few: 'Przed Tobą są {count} osoby', many: 'Przed Tobą jest {count} osób', other: 'Przed Tobą jest {count} osoby' },
    place: 'Miejsce {place}, {name}',
  },
};

const test = /** @type {import('@playwright/test').TestType<
  import('@playwright/test').PlaywrightTestArgs & { bare: Page }, {}>} */ (base.extend({
  bare: async ({}, use) => {
    const browser = await chromium.launch(CHROMIUM);
    // Not in Warsaw, so that a time zone left out shows.
    const page = await browser.newPage({ timezoneId: 'America/New_York' });
    await serveAssets(page);
    await page.route(`${WIDGET}/page`, (route) => route.fulfill({
      contentType: 'text/html; charset=utf-8',
      body: `<!doctype html><html lang="pl"><title>Próba</title>
        <script type="application/json" id="strings">${JSON.stringify(STRINGS)}</script>
        <div id="status" role="status"></div><div id="alert" role="alert"></div>
        <p data-module="no-such-module">zostaje</p><p data-module="probe" data-module-base="../tests/">czeka</p>`,
    }));
    await page.goto(`${WIDGET}/page`);
    await use(page);
    await browser.close();
  },
}));

/**
 * Calls an export of a module in the page.
 * @param {Page} page @param {string} file @param {string} name @param {unknown[]} args
 */
function call(page, file, name, ...args) {
  return page.evaluate(async ([url, key, values]) => {
    const module = await import(/** @type {string} */ (url));
    return module[/** @type {string} */ (key)](.../** @type {unknown[]} */ (values));
  }, [`${WIDGET}/assets/dev/js/${file}`, name, args]);
}

test('plural forms follow the CLDR, in Polish also for 12 to 14', async ({ bare }) => {
  const expected = new Map([
    [0, 'jest 0 osób'], [1, 'jest 1 osoba'], [2, 'są 2 osoby'], [4, 'są 4 osoby'], [5, 'jest 5 osób'], [12, 'jest 12 osób'],
    [14, 'jest 14 osób'], [21, 'jest 21 osób'], [22, 'są 22 osoby'], [25, 'jest 25 osób'], [101, 'jest 101 osób'],
    [102, 'są 102 osoby'], [112, 'jest 112 osób'], [1.5, 'jest 1,5 osoby'],
  ]);
  for (const [count, text] of expected) {
    expect(await call(bare, 'i18n.js', 't', 'line.ahead', { count })).toBe(`Przed Tobą ${text}`);
  }
});

test('a missing text or value is loud under test', async ({ bare }) => {
  await expect(call(bare, 'i18n.js', 't', 'line.nothing')).rejects.toThrow('no text for "line.nothing"');
  await expect(call(bare, 'i18n.js', 't', 'line.place', { place: 1 })).rejects.toThrow('needs {name}');
});

test('times are those of Warsaw, as Polish writes them', async ({ bare }) => {
  expect(await call(bare, 'i18n.js', 'formatTime', '2026-11-24T09:40:00Z')).toBe('10:40');
  expect(await call(bare, 'i18n.js', 'formatTime', '2026-07-01T06:00:00.123456789Z')).toBe('8:00');
  expect(await call(bare, 'i18n.js', 'formatDate', '2026-11-23T23:30:00Z')).toBe('wt., 24 lis.');
  expect(await call(bare, 'i18n.js', 'formatDate', '2026-05-03T12:00:00Z')).toBe('niedz., 3 maj');
  expect(await call(bare, 'i18n.js', 'formatDuration', 45)).toBe('45 s');
  expect(await call(bare, 'i18n.js', 'formatDuration', 260)).toBe('4 min');
  expect(await call(bare, 'i18n.js', 'formatDuration', 4_800)).toBe('1 h 20 min');
  expect(await call(bare, 'i18n.js', 'formatDuration', 3_599)).toBe('1 h');
  expect(await call(bare, 'i18n.js', 'formatTimeLeft', 117)).toBe('1 min 57 s');
  expect(await call(bare, 'i18n.js', 'formatTimeLeft', 120)).toBe('2 min');
  expect(await call(bare, 'i18n.js', 'formatTimer', 252)).toBe('04:12');
});

test('sentences are said one at a time, an alert first, and not twice unless asked for', async ({ bare }) => {
  await bare.clock.install({ time: '2026-11-24T09:30:00Z' });
  await bare.clock.pauseAt('2026-11-24T10:00:00Z');
  const said = await bare.evaluate(async (url) => {
    const { announce } = await import(url);
    /** @type {string[]} */
    const heard = [];
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) if (addedNodes[0]) heard.push(`${performance.now()} ${addedNodes[0].textContent}`);
    }).observe(document.body, { subtree: true, childList: true });
    Object.assign(window, { heard, announce });
    announce.status('Pierwsze.');
    announce.status('Drugie.');
    announce.alert('Pilne.');
    announce.status('Drugie.');
    return heard;
  }, `${WIDGET}/assets/dev/js/announce.js`);
  expect(said).toEqual([]);

  await bare.clock.runFor(5_000);
  const heard = await bare.evaluate(() => /** @type {any} */ (window).heard);
  expect(heard.map((/** @type {string} */ each) => each.replace(/^\S+ /, ''))).toEqual(['Pierwsze.', 'Pilne.', 'Drugie.']);
  const times = heard.map((/** @type {string} */ each) => Number.parseFloat(each));
  expect(times[1] - times[0]).toBeGreaterThanOrEqual(1_000);
  expect(times[2] - times[1]).toBeGreaterThanOrEqual(1_000);

  await bare.evaluate(() => {
    const { announce } = /** @type {any} */ (window);
    announce.status('Drugie.');
    announce.status('Pierwsze.', { force: true });
  });
  await bare.clock.runFor(1_000);
  await expect(bare.locator('#status')).toHaveText('Pierwsze.');
  expect(await bare.evaluate(() => /** @type {any} */ (window).heard.length)).toBe(4);
  await bare.clock.runFor(12_000);
  await expect(bare.locator('#status')).toBeEmpty();
});

test('a module that fails leaves its element and the others as they are', async ({ bare }) => {
  await bare.route(`${WIDGET}/assets/dev/tests/probe.js`, (route) => route.fulfill({
    contentType: 'text/javascript', body: 'export class Probe { constructor(element) { element.textContent = "żyje"; } }',
  }));
  await bare.route(`${WIDGET}/assets/dev/js/modules/no-such-module.js`, (route) => route.fulfill({ status: 404 }));
  await call(bare, 'mount.js', 'mount');

  await expect(bare.locator('[data-module="probe"]')).toHaveText('żyje');
  await expect(bare.locator('[data-module="no-such-module"]')).toHaveText('zostaje');
  await expect(bare.locator('[data-module="no-such-module"]')).toHaveAttribute('data-module-state', 'failed');
});

test('a telephone is shaken only where the page was touched', async ({ bare }) => {
  const shaken = await bare.evaluate(async (url) => {
    const { TurnNotice } = await import(url);
    let times = 0;
    navigator.vibrate = () => { times += 1; return true; };
    // A page that a test looks into counts as touched: what the browser says is played.
    return [false, true].map((hasBeenActive) => {
      Object.defineProperty(navigator, 'userActivation', { value: { hasBeenActive, isActive: false }, configurable: true });
      new TurnNotice().ring();
      return times;
    });
  }, `${WIDGET}/assets/dev/widget/modules/turn-notice.js`);

  expect(shaken).toEqual([0, 1]);
});

/**
 * A connection of the page to a server that the test plays.
 * @param {Page} page
 */
async function connect(page) {
  /** @type {{socket: Socket, seq: number, said: any[], tell: (frame: object) => void}[]} */
  const sockets = [];
  await page.routeWebSocket('wss://okienko.example/ws/citizen', (socket) => {
    const one = {
      socket, seq: 0, said: /** @type {any[]} */ ([]),
      tell(/** @type {object} */ frame) { socket.send(JSON.stringify({ seq: ++one.seq, ...frame })); },
    };
    sockets.push(one);
    socket.onMessage((text) => {
      const command = JSON.parse(String(text));
      one.said.push(command);
      if (command.type === 'hello') one.tell({ type: 'welcome', version: 'okienko.v1', session: 's', now: '2026-11-24T09:30:00Z', beat_s: 1 });
      if (command.type === 'beat') one.tell({ type: 'beat', now: new Date().toISOString() });
    });
  });
  await page.evaluate(async (url) => {
    const { Connection } = await import(url);
    const connection = new Connection({ url: '/ws/citizen', hello: () => ({ type: 'hello', version: 'okienko.v1', token: null, take_over: false }) });
    const seen = { statuses: /** @type {string[]} */ ([]), frames: /** @type {string[]} */ ([]), results: /** @type {string[]} */ ([]) };
    connection.addEventListener('status', (/** @type {CustomEvent} */ event) => seen.statuses.push(event.detail));
    connection.addEventListener('frame', (/** @type {CustomEvent} */ event) => seen.frames.push(event.detail.type));
    const send = (/** @type {object} */ command, /** @type {object} */ options) => {
      connection.send(command, options).then(() => seen.results.push('done'), (/** @type {any} */ error) => seen.results.push(error.problem?.code ?? error.name));
    };
    Object.assign(window, { connection, seen, send });
    connection.open();
    send({ type: 'accept' }, {});
  }, `${WIDGET}/assets/dev/js/socket.js`);
  const seen = () => page.evaluate(() => /** @type {any} */ (window).seen);
  const last = () => /** @type {typeof sockets[0]} */ (sockets.at(-1));
  await expect.poll(async () => (await seen()).statuses).toEqual(['connecting', 'open']);
  return { sockets, last, seen };
}

const commands = (/** @type {any[]} */ said) => said.filter(({ type }) => type !== 'beat');

test('what was sent before the welcome goes out after it, and is done when acknowledged', async ({ bare }) => {
  const { last, seen } = await connect(bare);

  await expect.poll(() => commands(last().said).map(({ type }) => type)).toEqual(['hello', 'accept']);
  expect((await seen()).results).toEqual([]);
  last().tell({ type: 'ack', key: commands(last().said)[1].key });

  await expect.poll(async () => (await seen()).results).toEqual(['done']);
  expect((await seen()).frames).toEqual(['welcome']);
});

test('a refusal rejects its command and no other', async ({ bare }) => {
  const { last, seen } = await connect(bare);
  await expect.poll(() => commands(last().said).length).toBe(2);

  last().tell({ type: 'problem', code: 'wrong-state', title: 'Nie teraz.', key: commands(last().said)[1].key, fatal: false });
  last().tell({ type: 'problem', code: 'busy', title: 'Tłok.', fatal: false });

  await expect.poll(async () => (await seen()).results).toEqual(['wrong-state']);
  expect((await seen()).frames).toEqual(['welcome', 'problem']);
});

test('a lost connection comes back and sends again under the same key what was not acknowledged', async ({ bare }) => {
  const { sockets, last, seen } = await connect(bare);
  await expect.poll(() => commands(last().said).length).toBe(2);
  const { key } = commands(last().said)[1];
  await bare.evaluate(() => /** @type {any} */ (window).send({ type: 'check-start' }, { keep: false }));
  await expect.poll(() => commands(last().said).length).toBe(3);

  await last().socket.close();

  await expect.poll(() => sockets.length).toBe(2);
  await expect.poll(() => commands(last().said).map(({ type }) => type)).toEqual(['hello', 'accept']);
  expect(commands(last().said)[1].key).toBe(key);
  expect((await seen()).statuses).toEqual(['connecting', 'open', 'reconnecting', 'open']);
  expect((await seen()).results).toEqual(['NotSentError']);
});

test('a gap in the sequence, silence, and a server that goes down each lead to a new connection', async ({ bare }) => {
  const { sockets, last } = await connect(bare);

  last().seq += 1;
  last().tell({ type: 'idle' });
  await expect.poll(() => sockets.length).toBe(2);

  await expect.poll(() => commands(last().said).length).toBe(2);
  last().tell({ type: 'closing', retry_after_s: 0 });
  await expect.poll(() => sockets.length).toBe(3);

  await expect.poll(() => commands(last().said).length).toBe(2);
  last().socket.onMessage(() => {});
  await expect.poll(() => sockets.length).toBe(4);
});

test('a fatal refusal ends it for good unless the server says when to come back; so does another tab', async ({ bare }) => {
  const { sockets, last, seen } = await connect(bare);

  last().tell({ type: 'problem', code: 'interrupted', title: 'Chwila.', fatal: true, retry_after_s: 0 });
  await expect.poll(() => sockets.length).toBe(2);
  await expect.poll(() => commands(last().said).length).toBe(2);
  last().tell({ type: 'elsewhere' });

  await expect.poll(async () => (await seen()).statuses.at(-1)).toBe('closed');
  expect((await seen()).results).toEqual(['NotSentError']);
  await bare.evaluate(() => /** @type {any} */ (window).connection.open());
  await expect.poll(() => sockets.length).toBe(3);
  await expect.poll(() => commands(last().said).length).toBe(1);
  last().tell({ type: 'problem', code: 'version-unknown', title: 'Nowsza wersja.', fatal: true });
  await expect.poll(async () => (await seen()).statuses.at(-1)).toBe('closed');
});

test('beats go on while the page is hidden, and the server hears at once that it is', async ({ bare }) => {
  const { last } = await connect(bare);
  await bare.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  });

  await expect.poll(() => last().said.filter(({ visible }) => visible === false).length).toBeGreaterThan(3);
});

test('an answer that comes before its acknowledgement is enough', async ({ bare }) => {
  await bare.clock.install();
  await bare.evaluate(async (url) => {
    const { CallMedia } = await import(/** @type {string} */ (url));
    const far = new RTCPeerConnection();
    const seen = /** @type {any} */ (globalThis);
    seen.failures = [];
    seen.media = new CallMedia({
      offer: async (/** @type {{sdp: string}} */ { sdp }) => {
        await far.setRemoteDescription({ type: 'offer', sdp });
        await far.setLocalDescription();
        void seen.media.answer({ call: 'c', generation: 1, sdp: far.localDescription?.sdp, streams: [] });
      },
    });
    seen.media.addEventListener('failed', (/** @type {CustomEvent} */ { detail }) => seen.failures.push(detail.reason));
    await seen.media.start({ call: 'c', generation: 1, tracks: { audio: null, camera: null }, receive: { audio: true, video: true } });
  }, `${WIDGET}/assets/dev/js/call.js`);
  // The far end gives no candidates, so the link itself never comes up: that must be the only complaint.
  await bare.clock.runFor(30_000);
  expect(await bare.evaluate(() => /** @type {any} */ (globalThis).failures)).not.toContain('no answer');
});

test('silence is noticed after a moment where media flow, and later where nothing is sent', async ({ bare }) => {
  const heard = await bare.evaluate(async (url) => {
    const { LinkSilence } = await import(/** @type {string} */ (url));
    const pair = (/** @type {number} */ bytesReceived, responsesReceived = 0) => [{ type: 'candidate-pair', bytesReceived, responsesReceived }];
    const flowing = new LinkSilence();
    const flow = [[0, 0], [1000, 5000], [2000, 9000], [4000, 9000], [4600, 9000], [5000, 13_000]]
      .map(([now, bytes]) => flowing.sample(pair(bytes), now));
    const quiet = new LinkSilence();
    const still = [[0, 1], [5000, 2], [16_000, 2], [17_500, 2]].map(([now, answers]) => quiet.sample(pair(0, answers), now));
    return { flow, still };
  }, `${WIDGET}/assets/dev/js/parts/link-silence.js`);
  expect(heard.flow).toEqual([false, false, false, false, true, false]);
  expect(heard.still).toEqual([false, false, false, true]);
});

test('a picture is needlessly small when its rate would do for the whole one and the browser has not noticed', async ({ bare }) => {
  const source = { type: 'media-source', id: 's', width: 1280, height: 720 };
  const small = { type: 'outbound-rtp', kind: 'video', mid: '1', mediaSourceId: 's', frameWidth: 640, targetBitrate: 1_000_000, qualityLimitationReason: 'bandwidth' };
  const judge = (/** @type {object} */ row) => call(bare, 'parts/full-picture.js', 'isNeedlesslySmall', row, [source, row]);
  expect(await judge(small)).toBe(true);
  expect(await judge({ ...small, targetBitrate: 900_000 }), 'its rate would not do').toBe(false);
  expect(await judge({ ...small, frameWidth: 1280 }), 'it is whole').toBe(false);
  expect(await judge({ ...small, qualityLimitationReason: 'cpu' }), 'the machine is too slow').toBe(false);
  expect(await judge({ ...small, type: 'inbound-rtp' })).toBe(false);
});

test('of a picture the sides may go, and hardly anything of its top, where the head is', async ({ bare }) => {
  const zoom = (/** @type {number} */ picture, /** @type {number} */ tile) => call(bare, 'parts/tile.js', 'zoomOf', picture, tile);
  const [wide, old, upright] = [16 / 9, 4 / 3, 9 / 16];
  expect(await zoom(wide, wide)).toBe(1);
  for (const [picture, tile] of [[old, wide], [upright, wide], [upright, old], [old, 2.4]]) {
    expect(await zoom(picture ?? 1, tile ?? 1), `${picture} in ${tile}`).toBeLessThanOrEqual(1.06);
  }
  for (const tile of [old, 1, upright]) {
    const seen = 1 / await zoom(wide, tile);
    expect(seen, `the part of the width that is seen in ${tile}`).toBeGreaterThanOrEqual(0.8 - 1e-9);
  }
});
