/**
 * Stands between a page and one of the server's sockets: passes everything on, and says things of its own in between.
 *
 * @typedef {object} Relay
 * @property {(frame: object) => void} tell  says a frame to the page, as if the server had
 * @property {(answer: ((command: any) => object | null) | null) => void} answerWith  a frame instead of the server's answer; null lets the command pass
 * @property {() => Promise<void>} cut  ends the connection; the page comes back by itself
 */

/**
 * Must be called before the page is opened.
 * @param {import('playwright-core').Page} page
 * @param {'citizen' | 'desk'} [side]
 * @returns {Promise<Relay>}
 */
export async function relay(page, side = 'citizen') {
  /** @type {((command: any) => object | null) | null} */
  let answer = null;
  /** @type {{tell: (frame: object) => void, close: () => Promise<void>} | null} */
  let now = null;
  await page.routeWebSocket(`**/ws/${side}*`, (socket) => {
    const server = socket.connectToServer();
    // Frames are numbered without a gap: those said in between take a number too.
    let seq = 0;
    const tell = (/** @type {object} */ frame) => { socket.send(JSON.stringify({ ...frame, seq: ++seq })); };
    now = { tell, close: async () => { await server.close(); await socket.close(); } };
    server.onMessage((text) => tell(JSON.parse(String(text))));
    socket.onMessage((text) => {
      const frame = answer?.(JSON.parse(String(text))) ?? null;
      if (frame === null) server.send(text);
      else tell(frame);
    });
  });
  return {
    tell: (frame) => now?.tell(frame),
    answerWith: (wanted) => { answer = wanted; },
    cut: async () => now?.close(),
  };
}
