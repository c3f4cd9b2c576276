/**
 * Sends the bytes of one document and goes on where a lost connection stopped. The address comes from the server and
 * is a secret of this browser's; no cookie goes with it.
 *
 *     const transfer = new Transfer('/api/v1/uploads/5f0c…', file);
 *     transfer.addEventListener('progress', () => show(transfer.sent_bytes));
 *     await transfer.run();
 *
 * Events: `progress`; `paused` and `going` when the connection is lost and found.
 *
 * @typedef {{code: string, title: string, detail?: string}} Problem as the server says it (RFC 9457)
 */

const FIRST_PIECE = 128 * 1024;
const MIN_PIECE = 32 * 1024;
const MAX_PIECE = 4 * 1024 * 1024;
/** A piece should take about so long: short enough to show progress, long enough to be worth a request. */
const PIECE_MS = 800;
const WAIT_FIRST_MS = 500;
const WAIT_MAX_MS = 8_000;
/** The server answers questions and takes nothing: then it is the file that cannot be read. */
const MAX_UNREAD = 3;

/** The server does not take the document. */
export class RefusedError extends Error {
  /** @param {Problem} problem */
  constructor(problem) {
    super(problem.title);
    this.name = 'RefusedError';
    this.problem = problem;
  }
}

/** The document is not being sent any more: stopped here, or settled elsewhere. */
export class OverError extends Error {
  /** @override */
  name = 'OverError';
}

/** The file is no longer there, or was changed. */
export class UnreadableError extends Error {
  /** @override */
  name = 'UnreadableError';
}

export class Transfer extends EventTarget {
  #address;
  #blob;
  #stopping = new AbortController();
  #piece = FIRST_PIECE;
  #paused = false;
  #waits = 0;
  #unread = 0;
  /** @type {() => void} */
  #wake = () => {};
  sent_bytes = 0;

  /**
   * @param {string} address
   * @param {Blob} blob
   */
  constructor(address, blob) {
    super();
    this.#address = address;
    this.#blob = blob;
  }

  get paused() {
    return this.#paused;
  }

  /**
   * Sends everything that is not there yet.
   *
   * @returns {Promise<void>} when the server has found the document good; rejects with one of the errors above
   */
  async run() {
    await this.#find();
    while (this.sent_bytes < this.#blob.size) {
      const began = performance.now();
      const piece = this.#blob.slice(this.sent_bytes, this.sent_bytes + this.#piece);
      const answer = await this.#request('PATCH', piece).catch(() => null);
      if (answer?.status === 204) {
        this.#adapt(performance.now() - began);
        this.#unread = 0;
        this.#reached(Number(answer.headers.get('upload-offset')));
        continue;
      }
      if (answer) await this.#settle(answer);
      else await this.#lost();
    }
  }

  /** Gives up. */
  stop() {
    this.#stopping.abort();
    this.#wake();
  }

  /** The connection seems to be there again: tries at once. */
  retry() {
    this.#wake();
  }

  /** Asks how much has arrived, again and again until there is an answer. */
  async #find() {
    for (;;) {
      const answer = await this.#request('HEAD').catch(() => null);
      if (answer?.ok) {
        this.#go();
        return this.#reached(Number(answer.headers.get('upload-offset')));
      }
      // It was settled while the connection was lost; the socket tells how.
      if (answer?.status === 404) throw new OverError();
      await this.#pause();
    }
  }

  /** @param {Response} answer */
  async #settle(answer) {
    /** @type {Problem} */
    const problem = await answer.json().catch(() => ({ code: '', title: '' }));
    if (problem.code === 'document-offset-wrong') return this.#find();
    if (problem.code === 'document-gone') throw new OverError();
    if (problem.code.startsWith('document-')) throw new RefusedError(problem);
    await this.#pause();
    await this.#find();
  }

  async #lost() {
    await this.#pause();
    await this.#find();
    this.#unread += 1;
    if (this.#unread >= MAX_UNREAD && !(await isReadable(this.#blob, this.sent_bytes))) throw new UnreadableError();
  }

  /**
   * @param {'HEAD' | 'PATCH'} method
   * @param {Blob} [body]
   */
  #request(method, body) {
    if (this.#stopping.signal.aborted) throw new OverError();
    /** @type {Record<string, string>} */
    const headers = body
      ? { 'content-type': 'application/offset+octet-stream', 'upload-offset': String(this.sent_bytes) }
      : {};
    return fetch(this.#address, {
      method, body, headers, credentials: 'omit', cache: 'no-store', signal: this.#stopping.signal,
    });
  }

  /** @param {number} offset */
  #reached(offset) {
    this.sent_bytes = offset;
    this.dispatchEvent(new Event('progress'));
  }

  async #pause() {
    if (this.#stopping.signal.aborted) throw new OverError();
    if (!this.#paused) {
      this.#paused = true;
      this.dispatchEvent(new Event('paused'));
    }
    const wait_ms = Math.min(WAIT_MAX_MS, WAIT_FIRST_MS * 2 ** this.#waits++);
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, wait_ms);
      this.#wake = () => { clearTimeout(timer); resolve(undefined); };
    });
    if (this.#stopping.signal.aborted) throw new OverError();
  }

  #go() {
    this.#waits = 0;
    if (!this.#paused) return;
    this.#paused = false;
    this.dispatchEvent(new Event('going'));
  }

  /** @param {number} took_ms */
  #adapt(took_ms) {
    const factor = Math.min(4, Math.max(0.25, PIECE_MS / Math.max(1, took_ms)));
    this.#piece = Math.round(Math.min(MAX_PIECE, Math.max(MIN_PIECE, this.#piece * factor)));
  }
}

/**
 * @param {Blob} blob
 * @param {number} from_bytes
 */
async function isReadable(blob, from_bytes) {
  try {
    await blob.slice(from_bytes, from_bytes + 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
