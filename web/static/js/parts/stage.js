/**
 * The pictures of a call: a tile for each other member and a small one for oneself, with names and states in words.
 * Knows no socket and no connection: the owner says who is there, what to show and who speaks.
 *
 *     const stage = new Stage(root);
 *     stage.showMembers(view.members, view.me);
 *     stage.showStreams(media.streams);
 *     stage.showSelf(ownCameraStream);
 *     stage.showFacts({ title: 'A 026 · Dowody osobiste', live_at, quality: 'good' });
 *
 * @typedef {import('../protocol.js').MemberView} MemberView
 * @typedef {import('../call.js').MemberStreams} MemberStreams
 * @typedef {{title?: string | null, live_at?: string | null, quality?: 'good' | 'fair' | 'poor' | null}} StageWords
 */

import { t } from '../i18n.js';
import { element } from './element.js';
import { icon } from './icon.js';
import { setWords } from './people-words.js';
import { ScreenView } from './screen-view.js';
import { StageFacts } from './stage-facts.js';
import { Tile } from './tile.js';

/** Where the own picture may stand, in the order that "move" goes through. */
const CORNERS = /** @type {const} */ (['top-right', 'bottom-right', 'bottom-left', 'top-left']);

export class Stage {
  #facts;
  #list;
  #root;
  #screen = new ScreenView();
  #head = element('div', { class: 'stage-head' });
  #note;
  #noteText = element('p');
  #noteChoices = element('div', { class: 'stage-note-choices', hidden: true });
  #sound;
  #own;
  /** @type {Map<string, Tile>} */
  #tiles = new Map();
  /** @type {ReadonlyMap<string, MemberStreams>} */
  #streams = new Map();
  /** @type {ReadonlySet<string>} */
  #speaking = new Set();
  /** @type {MemberView[]} */
  #members = [];
  #me = '';
  #corner = 0;
  /** @type {MediaStream | null} */
  #ownStream = null;
  #selfHidden = false;
  #silent;
  /** The same pictures once more, in a window of their own. @type {Stage | null} */
  #twin = null;
  /** @type {StageWords} what was told of the call */
  #told = {};
  /** @type {string | null} */
  #noted = null;

  /**
   * @param {HTMLElement} root is filled; controls of the call may be appended to it afterwards
   * @param {object} [options]
   * @param {boolean} [options.silent] the sound is played elsewhere
   */
  constructor(root, { silent = false } = {}) {
    this.#silent = silent;
    root.classList.add('stage');
    root.dataset.stage = '';
    this.#root = root;
    const facts = element('ul', { class: 'stage-facts', 'aria-label': t('call.stage.facts') });
    this.#facts = new StageFacts(facts);
    this.#list = element('ul', { class: 'stage-tiles', 'aria-label': t('call.stage.people') });
    this.#note = element('div', { class: 'stage-note', tabindex: '-1', hidden: true }, this.#noteText, this.#noteChoices);
    this.#sound = element('button', {
      type: 'button', class: 'btn primary stage-sound', hidden: true, click: () => void this.#playAll(),
    }, icon('sound'), t('call.stage.sound'));
    this.#own = new Tile({ own: true, onBlocked: () => {} });
    const self = element('div', { class: 'stage-self', role: 'group', 'aria-label': t('call.stage.self') }, this.#own.element);
    self.dataset.corner = CORNERS[0];
    self.hidden = true;
    this.#head.append(facts);
    root.append(this.#head, this.#screen.element, this.#list, self, this.#note, this.#sound);
  }

  /** Whether the own small picture is put away; the camera goes on. */
  get selfHidden() {
    return this.#selfHidden;
  }

  /** @param {boolean} hidden */
  set selfHidden(hidden) {
    this.#selfHidden = hidden;
    this.#showOwn();
  }

  /** Puts the own picture into the next corner. */
  moveSelf() {
    this.#corner = (this.#corner + 1) % CORNERS.length;
    this.#self.dataset.corner = CORNERS[this.#corner];
  }

  /**
   * Who is in the call. Tiles are made, changed and removed in place, so nothing flickers and no focus is lost.
   *
   * @param {MemberView[]} members in the order they came, the reader among them
   * @param {string} me the reader's member id
   */
  showMembers(members, me) {
    this.#members = members;
    this.#me = me;
    this.#twin?.showMembers(members, me);
    const others = members.filter((member) => member.member !== me);
    for (const [id, tile] of this.#tiles) {
      if (others.some((member) => member.member === id)) continue;
      tile.close();
      this.#tiles.delete(id);
    }
    for (const member of others) {
      let tile = this.#tiles.get(member.member);
      if (!tile) {
        tile = new Tile({ own: false, silent: this.#silent, onBlocked: () => { this.#sound.hidden = false; } });
        this.#tiles.set(member.member, tile);
        this.#list.append(element('li', { class: 'stage-place' }, tile.element));
      }
      tile.showMember(member, members.find((one) => one.member === me)?.sees ?? true);
      tile.showStreams(this.#streams.get(member.member));
    }
    this.#showOwn();
    this.#showScreen();
    this.#arrange(others);
  }

  /** @param {ReadonlyMap<string, MemberStreams>} streams by member id, as `CallMedia.streams` has them */
  showStreams(streams) {
    this.#streams = streams;
    this.#twin?.showStreams(streams);
    for (const [id, tile] of this.#tiles) tile.showStreams(streams.get(id));
    this.#showScreen();
  }

  /** Puts something over the pictures, under the facts. @param {HTMLElement} line */
  addLine(line) {
    this.#head.append(line);
  }

  /** The whole stage fills the screen, or is back in its place. */
  async toggleFull() {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await this.#root.requestFullscreen();
  }

  /** @param {MediaStream | null} stream the own camera; null while it is off */
  showSelf(stream) {
    this.#ownStream = stream;
    this.#twin?.showSelf(stream);
    this.#own.showStreams({ audio: null, camera: stream, screen: null });
    this.#showOwn();
  }

  /** @param {ReadonlySet<string>} members whose voice is heard at this moment */
  showSpeaking(members) {
    this.#speaking = members;
    this.#twin?.showSpeaking(members);
    for (const [id, tile] of this.#tiles) tile.showSpeaking(members.has(id));
  }

  /**
   * What stands over the picture. Left out: unchanged; null: taken away.
   *
   * @param {StageWords} facts
   */
  showFacts(facts) {
    this.#told = { ...this.#told, ...facts };
    this.#twin?.showFacts(facts);
    this.#facts.show(facts);
  }

  /**
   * A sentence over the pictures, such as whom we are waiting for, and what one may do about it.
   *
   * @param {string | null} text null takes it away
   * @param {{label: string, press: () => void}[]} [choices] the first is the one to advise
   */
  showNote(text, choices = []) {
    this.#noted = text;
    const hadFocus = this.#note.contains(document.activeElement);
    // What one may do about it stays where there is room for it.
    this.#twin?.showNote(text);
    this.#note.hidden = text === null;
    setWords(this.#noteText, text ?? '');
    const key = choices.map(({ label }) => label).join();
    if (key !== this.#noteChoices.dataset.key) {
      this.#noteChoices.dataset.key = key;
      this.#noteChoices.hidden = choices.length === 0;
      this.#noteChoices.replaceChildren(...choices.map(({ label, press }, at) =>
        element('button', { type: 'button', class: at === 0 ? 'btn primary' : 'btn', click: press }, label)));
    }
    if (!hadFocus || this.#note.contains(document.activeElement)) return;
    // The button that was pressed is gone: what became of it is said in its place, or the call goes on.
    const next = text === null ? this.#root.querySelector('[tabindex="-1"]:not([hidden])') : this.#note;
    if (next instanceof HTMLElement) next.focus();
  }

  /** What a window with one picture should show: a screen before a face; null while neither is seen. */
  get mainVideo() {
    return this.#screen.video ?? [...this.#tiles.values()].map((tile) => tile.video).find((video) => video !== null) ?? null;
  }

  /**
   * Shows the same once more, without sound, until the twin is closed.
   *
   * @param {HTMLElement} root in this page or another
   */
  twin(root) {
    const twin = new Stage(root, { silent: true });
    this.#twin = twin;
    twin.selfHidden = true;
    twin.showStreams(this.#streams);
    twin.showMembers(this.#members, this.#me);
    twin.showSpeaking(this.#speaking);
    twin.showFacts(this.#told);
    twin.showNote(this.#noted);
    return { close: () => { this.#twin = null; twin.close(); } };
  }

  /** Empties the stage: stops the clock and lets go of all streams. */
  close() {
    this.#facts.close();
    for (const tile of this.#tiles.values()) tile.close();
    this.#tiles.clear();
    this.#own.showStreams(undefined);
    this.#ownStream = null;
    this.#members = [];
    this.#streams = new Map();
    this.#sound.hidden = true;
    this.showNote(null);
    this.#self.hidden = true;
    this.#showScreen();
    if (document.fullscreenElement === this.#root) void document.exitFullscreen();
  }

  /** @returns {HTMLElement} */
  get #self() {
    return /** @type {HTMLElement} */ (this.#own.element.parentElement);
  }

  /** The screen of whoever shows one; of several the one who began last in the list. */
  #showScreen() {
    const shows = this.#members.filter((member) => member.screen && member.member !== this.#me).at(-1);
    this.#screen.show(shows ?? null, shows ? this.#streams.get(shows.member)?.screen ?? null : null);
    this.#root.classList.toggle('with-screen', shows !== undefined);
  }

  #showOwn() {
    const me = this.#members.find((member) => member.member === this.#me);
    if (me) this.#own.showMember(me);
    this.#self.hidden = this.#selfHidden || (!me && this.#ownStream === null);
  }

  /**
   * An interpreter and the main counterpart stand side by side and large, wherever there are more people.
   *
   * @param {MemberView[]} others
   */
  #arrange(others) {
    this.#list.dataset.count = String(others.length);
    const interpreters = others.filter((member) => member.role === 'interpreter');
    const counterpart = others.find((member) => member.role === 'clerk' || member.role === 'citizen');
    const large = new Set(
      interpreters.length > 0 && others.length > 2 ? [interpreters[0]?.member, counterpart?.member] : [],
    );
    this.#list.classList.toggle('stage-pair', large.size > 0);
    const signing = this.#members.some((member) => member.role === 'interpreter');
    for (const [id, tile] of this.#tiles) {
      tile.element.parentElement?.classList.toggle('stage-large', large.has(id));
      tile.showWhole(signing);
    }
  }

  async #playAll() {
    this.#sound.hidden = true;
    for (const tile of this.#tiles.values()) await tile.play();
    for (const [id, tile] of this.#tiles) tile.showSpeaking(this.#speaking.has(id));
  }
}
