/**
 * Two hundred texts that would run a script, or make an element, wherever text is taken for HTML, an attribute, an
 * address, a style or a template. Each calls `pwned()`, which the tests define in every document.
 */

/** What makes a browser run something; after the collections of OWASP and PortSwigger. */
export const VECTORS = [
  '<script>pwned()</script>',
  '<ScRiPt>pwned()</sCrIpT>',
  '<script src=data:,pwned()></script>',
  '<script/x>pwned()</script>',
  '<scr<script>ipt>pwned()</scr</script>ipt>',
  '<img src=x onerror=pwned()>',
  '<img src=x onerror="pwned()">',
  '<img/src=`x`onerror=pwned()>',
  '<img src=x:x onerror=&#112;wned()>',
  '<IMG SRC="javascript:pwned()">',
  '<svg onload=pwned()>',
  '<svg><script>pwned()</script></svg>',
  '<svg><animate onbegin=pwned() attributeName=x dur=1s>',
  '<svg><a xlink:href="javascript:pwned()"><text y=9>x</text></a></svg>',
  '<svg><use href="data:image/svg+xml,<svg id=x onload=pwned()>#x"/>',
  '<math><mtext><table><mglyph><style><img src=x onerror=pwned()>',
  '<math href="javascript:pwned()">x</math>',
  '<iframe src="javascript:pwned()"></iframe>',
  '<iframe srcdoc="<script>parent.pwned()</script>"></iframe>',
  '<object data="javascript:pwned()"></object>',
  '<embed src="javascript:pwned()">',
  '<body onload=pwned()>',
  '<video><source onerror=pwned()></video>',
  '<audio src=x onerror=pwned()>',
  '<details open ontoggle=pwned()>x</details>',
  '<input autofocus onfocus=pwned()>',
  '<button popovertarget=x>x</button><b popover id=x onbeforetoggle=pwned()>',
  '<form action="javascript:pwned()"><button>x</button></form>',
  '<a href="javascript:pwned()">x</a>',
  '<a href="java&#10;script:pwned()">x</a>',
  'javascript:pwned()',
  '[x](javascript:pwned())',
  '<https://a.example/onmouseover=pwned()>',
  'https://a.example/"onmouseover="pwned()',
  'https://a.example/?q=<img src=x onerror=pwned()>',
  '<marquee onstart=pwned()>x</marquee>',
  '<style>@import "javascript:pwned()";</style>',
  '<link rel=stylesheet href="data:text/css,*{color:red}">',
  '<meta http-equiv=refresh content="0;url=javascript:pwned()">',
  '{{constructor.constructor("pwned()")()}}${pwned()}<%= pwned() %>',
];

/** What would end the place that a text stands in. */
const ENDINGS = ['', '">', "'>", '</script>', '</textarea></title></style>-->'];

/** All of them, each once. */
export const PAYLOADS = ENDINGS.flatMap((ending) => VECTORS.map((vector) => ending + vector));

/** Must be called before the page loads what is looked at. @param {import('playwright-core').Page} page */
export function arm(page) {
  return page.addInitScript(() => {
    Object.assign(globalThis, { pwned: () => { Object.assign(globalThis, { wasPwned: true }); } });
  });
}

/**
 * What a text became beyond text in a document; empty when all is well.
 * @param {import('playwright-core').Page | import('playwright-core').Frame} shown
 * @returns {Promise<string[]>}
 */
export function traces(shown) {
  return shown.evaluate(() => {
    const never = new Set(['animate', 'base', 'embed', 'marquee', 'math', 'mglyph', 'mtext', 'object']);
    const addresses = new Set(['action', 'data', 'formaction', 'href', 'src', 'srcdoc', 'xlink:href']);
    const found = 'wasPwned' in globalThis ? ['a script ran'] : [];
    for (const each of document.querySelectorAll('*')) {
      const isWebLink = each instanceof HTMLAnchorElement && /^https?:$/.test(each.protocol);
      const runs = [...each.attributes].some(({ name, value }) => name.startsWith('on')
        || (addresses.has(name) && !isWebLink && /pwned|^\s*(javascript|data):/i.test(value)));
      const holds = /^(script|style)$/.test(each.localName) && each.textContent.includes('pwned');
      if (never.has(each.localName) || runs || holds) found.push(each.outerHTML.slice(0, 160));
    }
    return found;
  });
}
