import { OPEN_MATTER } from './citizen.js';

/**
 * Lets many people wait, each with a session and a socket of their own, from one page: what they are called matters, not
 * what they see.
 *
 * @param {import('playwright-core').Page} page
 * @param {import('./server.js').Server} server
 * @param {string[]} names
 */
export async function waitingCrowd(page, server, names) {
  await page.goto(`${server.widget}/talk/wroclaw`);
  await page.evaluate(async ([all, name_of_matter]) => {
    const notice = document.body.dataset.notice ?? '';
    const inputs = [...document.querySelectorAll('input[name="matter"]')].filter((each) => each instanceof HTMLInputElement);
    const matter = inputs.find((each) => each.labels?.[0]?.textContent?.includes(name_of_matter))?.value;
    /** Kept from the collector for as long as the page is there. @type {WebSocket[]} */
    const sockets = [];
    Object.assign(globalThis, { sockets });
    const begin = async (/** @type {string} */ name) => {
      const answer = await fetch('/api/v1/sessions', {
        method: 'POST', credentials: 'omit', headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ site: 'wroclaw', language: 'pl', notice }),
      });
      const { token } = await answer.json();
      const socket = new WebSocket(new URL('/ws/citizen', location.href.replace(/^http/, 'ws')));
      sockets.push(socket);
      const say = (/** @type {object} */ command) => socket.send(JSON.stringify(command));
      await new Promise((joined, failed) => {
        socket.onopen = () => say({ key: 'hello', type: 'hello', version: 'okienko.v1', token, take_over: false });
        socket.onclose = () => failed(new Error('the socket was closed'));
        socket.onmessage = ({ data }) => {
          const frame = JSON.parse(data);
          if (frame.type === 'welcome') say({ key: 'join', type: 'join', matter, mode: 'text', needs: [], language: 'pl', name, notice });
          if (frame.type === 'problem') failed(new Error(frame.title));
          if (frame.type === 'ack' && frame.key === 'join') joined(undefined);
        };
      });
      setInterval(() => say({ key: `${Math.random()}`, type: 'beat', visible: true }), 5_000);
    };
    await Promise.all(all.map(begin));
  }, /** @type {const} */ ([names, OPEN_MATTER]));
}
