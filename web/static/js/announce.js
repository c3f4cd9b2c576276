/**
 * Says sentences to people who use a screen reader, through the layout's two live regions `#status` and `#alert`.
 *
 * One sentence at a time with a second between, or a screen reader drops one; an alert goes before waiting
 * statuses; the same sentence is not said again within 30 seconds unless the person asked for it.
 *
 * @module announce
 */

const BETWEEN_MS = 1_000;
const SAME_AGAIN_MS = 30_000;
/** A region is emptied first and filled a moment later, else a repeated sentence is no change and stays unsaid. */
const EMPTY_FIRST_MS = 60;
/** Old sentences are removed, so that nobody who reads on with the arrow keys meets a place that is no longer true. */
const KEEP_MS = 10_000;

/** @typedef {{region: 'status'|'alert', text: string}} Sentence */

/** @type {Sentence[]} */
const waiting = [];
/** @type {Map<string, number>} when each sentence was last taken, in `performance.now()` */
const said = new Map();
let busy = false;
/** @type {Map<string, string>} the sentence that each region holds, or is about to */
const current = new Map();
/** @type {Map<string, ReturnType<typeof setTimeout>>} */
const emptying = new Map();

export const announce = {
  /**
   * Says a sentence when the screen reader is idle.
   * @param {string} text a whole sentence
   * @param {{force?: boolean}} [options] `force`: the person asked for it, so say it even if it was just said
   */
  status(text, { force = false } = {}) {
    add({ region: 'status', text }, force);
  },

  /**
   * Says a sentence at once: something needs the person now.
   * @param {string} text a whole sentence
   * @param {{force?: boolean}} [options]
   */
  alert(text, { force = false } = {}) {
    add({ region: 'alert', text }, force);
  },

  /** Empties both regions and drops what waits to be said: all of it was about something that is over. */
  clear() {
    waiting.length = 0;
    for (const id of [...current.keys()]) empty(id);
  },

  /**
   * Takes a sentence back that is true no longer: it is not said any more, and nobody meets it while reading on.
   * @param {string} text as it was given
   */
  withdraw(text) {
    const at = waiting.findIndex((sentence) => sentence.text === text);
    if (at >= 0) waiting.splice(at, 1);
    said.delete(text);
    for (const [id, holds] of current) {
      if (holds === text) empty(id);
    }
  },
};

/**
 * @param {Sentence} sentence
 * @param {boolean} force
 */
function add(sentence, force) {
  if (!sentence.text) return;
  const now = performance.now();
  for (const [text, at] of said) {
    if (now - at >= SAME_AGAIN_MS) said.delete(text);
  }
  if (said.has(sentence.text) && !force) return;
  said.set(sentence.text, now);
  const firstStatus = waiting.findIndex((other) => other.region === 'status');
  if (sentence.region === 'alert' && firstStatus >= 0) waiting.splice(firstStatus, 0, sentence);
  else waiting.push(sentence);
  if (!busy) sayNext();
}

function sayNext() {
  const sentence = waiting.shift();
  if (!sentence) {
    busy = false;
    return;
  }
  busy = true;
  const region = document.getElementById(sentence.region);
  if (region) {
    empty(sentence.region);
    current.set(sentence.region, sentence.text);
    setTimeout(() => {
      // It may have been taken back meanwhile.
      if (current.get(sentence.region) === sentence.text) region.textContent = sentence.text;
    }, EMPTY_FIRST_MS);
    emptying.set(sentence.region, setTimeout(() => empty(sentence.region), KEEP_MS));
  } else {
    console.error(`announce: this page has no #${sentence.region}`);
  }
  setTimeout(sayNext, BETWEEN_MS);
}

/** @param {string} id of a region */
function empty(id) {
  clearTimeout(emptying.get(id));
  emptying.delete(id);
  current.delete(id);
  document.getElementById(id)?.replaceChildren();
}
