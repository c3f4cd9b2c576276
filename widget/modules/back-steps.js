/** Browsers keep so many entries; past that the number of entries tells nothing any more. */
const MOST_ENTRIES = 50;
/** A way back that has not happened by then never will: the entry was not there. */
const BACK_WITHIN_MS = 1_000;

/**
 * Entries of this document in the browser's history, one for each step that Back can undo before it leaves. Each entry
 * knows how deep it is, so that after whatever way through the history one knows where one is.
 *
 * In a frame the host page's entries lie in the same history: where it added some on top of ours, ours are left to lie,
 * as going over them would move the host page.
 */
export class BackSteps {
  #back;
  #shared;
  #want = 0;
  /** How many entries there were after we added the last one. */
  #length = 0;
  /** A way back of our own has begun. */
  #moving = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #giveUp;
  /** @type {(() => void)[]} */
  #settled = [];

  /**
   * @param {object} options
   * @param {() => void} options.back undoes one step
   * @param {boolean} options.shared whether the history is also a host page's
   */
  constructor({ back, shared }) {
    this.#back = back;
    this.#shared = shared;
    addEventListener('popstate', () => this.#arrived());
  }

  /** How many steps can be undone now. */
  get depth() {
    return this.#want;
  }

  /** @param {number} depth */
  set depth(depth) {
    this.#want = depth;
    this.#settle();
  }

  /** Does something once the history is where it should be. @param {() => void} then */
  whenSettled(then) {
    this.#settled.push(then);
    this.#settle();
  }

  get #here() {
    return Number(history.state?.depth ?? 0);
  }

  #settle() {
    if (this.#moving) return;
    const too_deep = this.#here - this.#want;
    if (too_deep > 0 && this.#mayMove) {
      this.#moving = true;
      this.#giveUp = setTimeout(() => this.#stay(), BACK_WITHIN_MS);
      return history.go(-too_deep);
    }
    if (too_deep > 0) history.replaceState({ depth: this.#want }, '');
    for (let depth = this.#here + 1; depth <= this.#want; depth += 1) {
      history.pushState({ depth }, '');
      this.#length = history.length;
    }
    for (const then of this.#settled.splice(0)) then();
  }

  get #mayMove() {
    return !this.#shared || (history.length === this.#length && history.length < MOST_ENTRIES);
  }

  /** There is no way back to where we want to be: this is the place from now on. */
  #stay() {
    this.#moving = false;
    history.replaceState({ depth: this.#want }, '');
    this.#settle();
  }

  #arrived() {
    clearTimeout(this.#giveUp);
    if (this.#moving) {
      this.#moving = false;
      return this.#settle();
    }
    // The person pressed Back, perhaps several times. Forward leads nowhere: what was left there is gone.
    const steps = this.#want - this.#here;
    for (let step = 0; step < steps; step += 1) this.#back();
    this.#settle();
  }
}
