/** What a city pastes: a button, and a window with the panel in it (docs/EMBEDDING.md). Sent as it stands, so short. */
(() => {
  const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);
  const key = script?.dataset.site;
  const TAG = 'okienko-widget';
  // A browser without constructed sheets keeps the plain link of the snippet.
  if (!script || !key || !('adoptedStyleSheets' in document) || document.querySelector(TAG)) return;

  const STATUS_WITHIN_MS = 4_000;
  const STATUS_EVERY_MS = 60_000;
  const HELLO_EVERY_MS = 400;
  const HELLO_TIMES = 50;

  const { origin } = new URL(script.src);
  const { phone, lang = document.documentElement.lang } = script.dataset;
  const query = lang && `?lang=${encodeURIComponent(lang)}`;
  const NARROW = '(max-width: 639.98px), (max-height: 479.98px)';
  const narrow = matchMedia(NARROW);
  const CROSS = 'M6 6l12 12M18 6 6 18';
  const CAMERA = 'M4 6h9a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2M15 10l6-3v10l-6-3';
  const HANDSET = 'M6 4l3-1 2 5-2 2a12 12 0 0 0 5 5l2-2 5 2-1 3a3 3 0 0 1-3 2A14 14 0 0 1 4 7a3 3 0 0 1 2-3z';

  /** @typedef {import('./modules/host-port.js').ShownVisit} Visit @typedef {import('./modules/host-port.js').SiteStatus} Status */
  /** @type {Status | undefined} */
  let status;
  /** What the panel says of the visit; newer than the status. @type {Visit | null | undefined} */
  let visit;
  /** @type {HTMLElement | undefined} */
  let host;
  /** @type {HTMLElement} */
  let launcher;
  /** @type {HTMLDialogElement} */
  let dialog;
  /** @type {HTMLIFrameElement | undefined} */
  let frame;
  /** @type {MessagePort | undefined} */
  let port;
  let prefix = '';
  /** The launcher was pressed by keys. */
  let keys = false;
  const sheet = new CSSStyleSheet();

  /**
   * @param {string} name
   * @param {Record<string, any>} attributes
   * @param {(Node | string)[]} children
   * @returns {any}
   */
  const make = (name, attributes, ...children) => {
    const element = /svg|path/.test(name) ? document.createElementNS('http://www.w3.org/2000/svg', name)
      : document.createElement(name);
    for (const attribute in attributes) element.setAttribute(attribute, attributes[attribute]);
    element.append(...children);
    return element;
  };

  /** @param {string} d */
  const icon = (d) => make('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true' }, make('path', { d }));

  // `!important` in `:host` beats whatever the page says of all elements; `all` cuts off what would be inherited.
  const style = (/** @type {Status['look']} */ look) => {
    const side = look.corner === 'bottom-left' ? 'left' : 'right';
    const gap = `${look.offset_px}px`;
    sheet.replaceSync(`
:host { all: initial !important; position: fixed !important; z-index: 2147483000 !important; display: block !important;
  bottom: max(${gap}, env(safe-area-inset-bottom)) !important; ${side}: max(${gap}, env(safe-area-inset-${side})) !important }
* { box-sizing: border-box }
[hidden] { display: none !important }
.all { --b: ${look.brand}; --on: ${look.on_brand}; --ink: #14202b; --ink2: #495867; --paper: #fff; --line: #d5dde5; --ok: #0b6b43;
  direction: ltr; font: 16px/1.4 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; color: var(--ink) }
@media (prefers-color-scheme: dark) { .all { --b: ${look.brand_dark}; --on: ${look.on_brand_dark}; --ink: #eef3f7; --ink2: #b4c1cd;
  --paper: #18212a; --line: #2d3a46; --ok: #6fd3a4 } }
.go { all: unset; display: flex; flex-direction: ${side === 'left' ? 'row-reverse' : 'row'}; align-items: center; gap: 12px;
  max-width: calc(100vw - 2 * ${gap}); cursor: pointer; touch-action: manipulation }
.label { background: var(--paper); border: 1px solid var(--line); border-radius: 12px; padding: 8px 12px; box-shadow: 0 8px 28px #10171e24 }
b, b + span { display: block }
b + span { font-size: 14px; color: var(--ink2) }
b span { white-space: nowrap }
.label .open { color: var(--ok) }
.open::before { content: ""; display: inline-block; width: 9px; height: 9px; margin-right: 6px; border-radius: 9px; background: currentColor }
.round { position: relative; flex: none; width: ${look.size_px}px; height: ${look.size_px}px; display: grid; place-items: center;
  border-radius: 50%; background: var(--b); color: var(--on); border: 3px solid #fff; box-shadow: 0 0 0 1.5px #495867, 0 8px 28px #10171e40 }
.go:hover .round { box-shadow: 0 0 0 4px #495867 }
.go:focus-visible .round { outline: 3px solid #ffbf1f; outline-offset: 4px; box-shadow: 0 0 0 4px #10171e }
svg { width: 50%; height: 50%; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round }
.badge { position: absolute; right: -6px; top: -6px; min-width: 28px; padding: 0 6px; border-radius: 14px; border: 2px solid #fff;
  background: #ffbf1f; color: #14202b; font-weight: 800; line-height: 24px; text-align: center }
dialog { all: unset; position: fixed; bottom: ${gap}; ${side}: ${gap}; width: 400px; height: 700px; max-width: calc(100vw - 2 * ${gap});
  max-height: calc(100dvh - 2 * ${gap}); overflow: hidden; border-radius: 20px; background: var(--paper); box-shadow: 0 0 0 1px #49586766, 0 12px 48px #10171e4d }
dialog:not([open]) { display: none }
.call { width: 1100px; height: 720px }
dialog:modal { inset: 0; width: 100%; height: 100dvh; max-width: none; max-height: none; border-radius: 0 }
iframe { display: block; border: 0; width: 100%; height: 100% }
.close { all: unset; position: absolute; top: 8px; right: 8px; padding: 10px; line-height: 0; background: var(--paper); cursor: pointer; animation: late 3s }
.close:focus-visible { outline: 3px solid; outline-offset: -3px }
.close svg { width: 24px; height: 24px }
@keyframes late { 0%, 99% { visibility: hidden } }
.hide { position: absolute !important; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
@media ${NARROW} { .label { padding: 4px 10px } b, b + span { font-size: 13px } }
@media (prefers-reduced-motion: no-preference) { .calls .round { animation: call 1s 4 } }
@keyframes call { 50% { transform: scale(1.1) } }
@media (forced-colors: active) { .round, .label, dialog { border: 2px solid } .open::before { forced-color-adjust: none; background: ButtonText } }
@media print { :host { display: none !important } }`);
  };

  const show = () => {
    if (!status) return;
    const now = visit === undefined ? status.resume : visit;
    const [first, ...more] = now ? now.text.split('\n') : [];
    const round = make('span', { class: 'round' }, icon(CAMERA));
    if (now) round.append(make('span', { class: 'badge', 'aria-hidden': 'true' }, `${now.place || '●'}`));
    launcher.replaceChildren(
      // While it tells the place, its name still begins with what it opens.
      make('span', { class: 'hide' }, first ? `${status.label}. ` : ''),
      make('span', { class: 'label' },
        // A clock that runs is not read out with each second.
        make('b', {}, first || status.label, make('span', { 'aria-hidden': 'true' }, now?.clock ? ` · ${now.clock}` : '')), ' ',
        make('span', { class: status.wait && !first ? 'open' : '' }, first ? more.join(' ') : status.state_text)),
      round,
    );
    launcher.classList.toggle('calls', Boolean(prefix));
  };

  const opened = () => port?.postMessage({ type: 'opened', keys });

  const reveal = () => (narrow.matches ? dialog.showModal() : dialog.show());

  const load = () => {
    if (frame) return;
    frame = make('iframe', {
      title: dialog.getAttribute('aria-label'),
      src: `${origin}/w/${key}${query}`,
      allow: 'camera; microphone; display-capture; autoplay; fullscreen; picture-in-picture',
    });
    /** @type {HTMLIFrameElement} */ (frame).onload = greet;
    dialog.prepend(/** @type {HTMLIFrameElement} */ (frame));
  };

  const open = () => {
    if (dialog.open) return;
    load();
    launcher.hidden = true;
    launcher.setAttribute('aria-expanded', 'true');
    reveal();
    // The keyboard goes on inside: the panel then moves to its heading.
    frame?.focus();
    opened();
  };

  const closed = () => {
    // Only turned from one way of opening to the other.
    if (dialog.open) return;
    port?.postMessage({ type: 'closing' });
    launcher.hidden = false;
    launcher.setAttribute('aria-expanded', 'false');
    launcher.focus();
  };

  /** The panel listens once its modules have loaded: it is greeted again until it answers. */
  const greet = () => {
    port = undefined;
    let times = 0;
    const once = () => {
      if (port || times++ > HELLO_TIMES) return;
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => obey(port1, data);
      frame?.contentWindow?.postMessage({ type: 'okienko:hello' }, origin, [port2]);
      setTimeout(once, HELLO_EVERY_MS);
    };
    once();
  };

  /**
   * @param {MessagePort} from
   * @param {{type: string, size?: string, text?: string, place?: number | null, clock?: string}} message
   */
  const obey = (from, { type, size, text = '', place = null, clock }) => {
    if (type === 'ready') {
      port = from;
      dialog.querySelector('.close')?.remove();
      if (dialog.open) opened();
    }
    if (type === 'state') visit = text ? { place, text, clock } : null;
    if (type === 'size') dialog.className = size === 'call' ? size : '';
    if (type === 'close') dialog.close();
    if (type === 'attention') open();
    if (type === 'attention' || type === 'calm') {
      if (document.title.startsWith(prefix)) document.title = document.title.slice(prefix.length);
      prefix = text && `${text} – `;
      document.title = prefix + document.title;
    }
    show();
  };

  /** Adds our one node; anew when a phone number gives way to the button. */
  const place = (/** @type {HTMLElement} */ element) => {
    host?.remove();
    launcher = element;
    launcher.className = 'go';
    host = make(TAG, {});
    const root = /** @type {HTMLElement} */ (host).attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [sheet];
    root.append(make('div', { class: 'all' }, launcher));
    document.body.append(/** @type {HTMLElement} */ (host));
  };

  const build = (/** @type {Status} */ found) => {
    const first = !status;
    status = found;
    style(found.look);
    if (first && !isSecureContext) {
      // No frame of a page without TLS may use a camera: the panel opens in a tab of its own.
      place(make('a', { href: `${origin}/talk/${key}${query}`, target: '_blank', rel: 'noopener' }));
    } else if (first) {
      place(make('button', { type: 'button', 'aria-haspopup': 'dialog', 'aria-expanded': 'false' }));
      const exit = make('button', { type: 'button', class: 'close', 'aria-label': found.close_text }, icon(CROSS));
      dialog = make('dialog', { 'aria-label': found.frame_title }, exit);
      launcher.after(dialog);
      // UI Events: a click that no pointer made has no count.
      launcher.onclick = (event) => { keys = !event.detail; open(); };
      exit.onclick = () => dialog.close();
      dialog.onclose = closed;
      dialog.onkeydown = (event) => event.key === 'Escape' && dialog.close();
      narrow.onchange = () => {
        if (!dialog.open) return;
        dialog.close();
        reveal();
      };
    }
    host?.setAttribute('lang', found.lang);
    show();
    // Called or in a call: not to be missed because the page was left for another one.
    if (first && dialog && found.resume) {
      // Behind the button, so that whoever waits is there again and is told of their turn.
      load();
      if (/call/.test(found.resume.phase)) open();
    }
  };

  const offerPhone = () => {
    if (host || !phone) return;
    style({ brand: '#0b4f8a', on_brand: '#fff', brand_dark: '#8cc1f2', on_brand_dark: '#0b1b2a', size_px: 64, corner: '', offset_px: 24 });
    place(make('a', { href: `tel:${phone.replace(/[^+\d]/g, '')}` },
      make('span', { class: 'label' }, make('b', {}, phone)), make('span', { class: 'round' }, icon(HANDSET))));
  };

  const ask = async () => {
    try {
      const answer = await fetch(`${origin}/api/v1/sites/${key}/status${query}`, {
        credentials: 'include', priority: 'low', signal: AbortSignal.timeout(STATUS_WITHIN_MS),
      });
      const found = await answer.json();
      if (answer.status === 403 || answer.status === 404) {
        return console.warn(`okienko.js [data-site="${key}" at ${location.origin}]: ${found.title} ${found.detail}`);
      }
      if (!answer.ok) throw found;
      build(found);
    } catch {
      offerPhone();
      // What was true a minute ago may not be: no word on opening hours then.
      if (status) status = { ...status, wait: null, state_text: '' };
      show();
    }
    setTimeout(again, STATUS_EVERY_MS);
  };

  const again = () => {
    if (document.visibilityState === 'visible') ask();
    else document.addEventListener('visibilitychange', again, { once: true });
  };

  if (document.body) ask();
  else document.addEventListener('DOMContentLoaded', ask);
})();
