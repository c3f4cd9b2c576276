/**
 * Brings a page into states that few people come to. Each must be called before the page is opened.
 *
 * @typedef {import('playwright-core').Page} Page
 */

/** A computer without a microphone: Chromium's stand-ins always have one. @param {Page} page */
export async function withoutMicrophone(page) {
  await page.addInitScript(() => {
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      if (wanted?.audio) throw new DOMException('Requested device not found', 'NotFoundError');
      return ask(wanted);
    };
  });
}

/** A page of another version than the server's, which the server refuses for good. @param {Page} page */
export async function fromAnotherVersion(page) {
  await page.routeWebSocket(/\/ws\/citizen/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((text) => server.send(String(text).replace('okienko.v1', 'okienko.v0')));
  });
}

/** A server that greets and has not found the visit yet. @param {Page} page */
export async function greetedOnly(page) {
  await page.routeWebSocket(/\/ws\/citizen/, (socket) => {
    let seq = 0;
    const tell = (/** @type {object} */ frame) => { socket.send(JSON.stringify({ seq: ++seq, now: new Date().toISOString(), ...frame })); };
    socket.onMessage((text) => {
      const { type } = JSON.parse(String(text));
      if (type === 'hello') tell({ type: 'welcome', version: 'okienko.v1', session: 's', beat_s: 5 });
      if (type === 'beat') tell({ type: 'beat' });
    });
  });
}

/** A browser without sockets, as old ones are. @param {Page} page */
export async function inAnOldBrowser(page) {
  await page.addInitScript(() => { Object.defineProperty(window, 'WebSocket', { value: undefined }); });
}

/**
 * What a browser without scripts makes of a page; the tools that look at it need scripts themselves.
 * @param {Page} page @param {string} address
 */
export async function withoutScripts(page, address) {
  await page.route(`${address}**`, async (route) => {
    const response = await route.fetch();
    const html = (await response.text()).replace(/<script\b[^>]*src=[^>]*><\/script>/g, '').replace(/<\/?noscript>/g, '');
    await route.fulfill({ response, body: html });
  });
}

/** A browser in which calls are turned off. @param {Page} page */
export async function withoutCalls(page) {
  await page.addInitScript(() => { Reflect.deleteProperty(globalThis, 'RTCPeerConnection'); });
}

/** A browser that gives no page a camera or a microphone, with TLS or without. @param {Page} page */
export async function withoutDevices(page) {
  await page.addInitScript(() => { Object.defineProperty(Navigator.prototype, 'mediaDevices', { get: () => undefined }); });
}

/**
 * A browser that lets a document make sound only after a press in it, as most do. What drives the tests counts as a press
 * for Chromium itself, so its own rule cannot be used. Vibrations are noted in `vibrated`.
 * @param {Page} page @param {{ever?: boolean}} [options]  `ever`: whether a press helps
 */
export async function soundAfterAPress(page, { ever = true } = {}) {
  await page.addInitScript((helps) => {
    let pressed = false;
    for (const type of ['click', 'keydown']) addEventListener(type, (event) => { pressed ||= helps && event.isTrusted; }, { capture: true });
    globalThis.AudioContext = class extends AudioContext {
      constructor() {
        super();
        void super.suspend();
      }

      /** @override */
      get state() {
        return pressed ? super.state : 'suspended';
      }

      /** @override */
      async resume() {
        await (pressed ? super.resume() : new Promise(() => {}));
      }
    };
    const vibrated = /** @type {unknown[]} */ ([]);
    Object.assign(globalThis, { vibrated });
    navigator.vibrate = (pattern) => { vibrated.push(pattern); return true; };
  }, ever);
}
