/**
 * One person's picture, sound, name and states.
 *
 * @typedef {import('../protocol.js').MemberView} MemberView
 * @typedef {import('../call.js').MemberStreams} MemberStreams
 */

import { t } from '../i18n.js';
import { element } from './element.js';
import { icon } from './icon.js';
import { isolate, plain, setWords } from './people-words.js';

/**
 * A picture is enlarged until it fills its tile, or until it is so many times larger than when shown whole. People sit in the
 * middle with little room over their heads: the sides may go, the top hardly.
 */
const ZOOM_MAX = { sides: 1.25, top: 1.06 };

export class Tile {
  /** The tile itself, for the owner to place. */
  element;
  #own;
  #onBlocked;
  #video;
  #audio;
  #avatar;
  #name;
  #states;
  #watcher;
  #cameraOn = false;
  #whole = false;
  #speaks = false;
  #called = '';

  /**
   * @param {object} options
   * @param {boolean} options.own the reader's own: mirrored, without sound
   * @param {boolean} [options.silent] its sound is played elsewhere
   * @param {() => void} options.onBlocked the browser wants a press before it plays sound
   */
  constructor({ own, silent = own, onBlocked }) {
    this.#own = own;
    this.#onBlocked = onBlocked;
    // The sound comes from an element of its own: a video that is muted is always allowed to play.
    this.#video = element('video', { playsinline: true, autoplay: true, muted: true, class: 'tile-video' });
    this.#video.muted = true;
    this.#video.disablePictureInPicture = own;
    this.#audio = silent ? null : element('audio', { autoplay: true });
    this.#avatar = element('span', { class: 'tile-avatar', 'aria-hidden': 'true' });
    this.#name = element('span', { class: 'tile-name' });
    this.#states = element('span', { class: 'tile-states' });
    if (own) this.#name.append(t('call.stage.you'));
    this.element = element('div', { class: own ? 'tile tile-own' : 'tile', 'data-tile': own ? 'own' : 'other' }, this.#video, this.#avatar,
      element('p', { class: 'tile-plate' }, this.#name, this.#states));
    if (this.#audio) this.element.append(this.#audio);
    for (const event of ['loadeddata', 'resize', 'playing', 'emptied']) {
      this.#video.addEventListener(event, () => this.#look());
    }
    this.#watcher = new ResizeObserver(() => this.#fit());
    this.#watcher.observe(this.element);
  }

  /**
   * @param {MemberView} member
   * @param {boolean} [readerSees] whether pictures are sent to the reader
   */
  showMember(member, readerSees = true) {
    const role = t(`call.role.${member.role}`);
    this.#called = this.#own ? t('call.stage.you') : isolate(member.name ?? role);
    this.#cameraOn = member.camera && readerSees;
    this.element.dataset.role = member.role;
    const role_after = !this.#own && member.name !== null ? role : '';
    this.#showName(role_after);
    this.#avatar.replaceChildren(initials(member.name) ?? icon('user'));
    this.#showStates(member, readerSees);
    this.#video.setAttribute('aria-label', t('call.stage.picture', { name: plain(this.#called) }));
    this.#look();
  }

  /** @param {MemberStreams | undefined} streams */
  showStreams(streams) {
    const camera = streams?.camera ?? null;
    if (this.#video.srcObject !== camera) {
      this.#video.srcObject = camera;
      if (camera) this.#video.play().catch(() => {});
    }
    const audio = streams?.audio ?? null;
    if (this.#audio && this.#audio.srcObject !== audio) {
      this.#audio.srcObject = audio;
      if (audio) void this.play();
    }
    this.#look();
  }

  /** Plays the sound; says so if the browser wants a press first. */
  async play() {
    try {
      await this.#audio?.play();
    } catch (error) {
      // AbortError is only a newer stream taking the place of this one (HTML §4.8.11.8).
      if (error instanceof DOMException && error.name === 'NotAllowedError') this.#onBlocked();
    }
  }

  /** The picture itself, while there is one to be seen. */
  get video() {
    return this.element.classList.contains('tile-seen') ? this.#video : null;
  }

  /** @param {boolean} speaks */
  showSpeaking(speaks) {
    if (this.#speaks === speaks) return;
    this.#speaks = speaks;
    this.element.classList.toggle('tile-speaks', speaks);
    this.#showName(this.element.dataset.after ?? '');
  }

  /** Shows all of the picture: in signing nothing may be cut off at the edges. @param {boolean} whole */
  showWhole(whole) {
    this.#whole = whole;
    this.#fit();
  }

  close() {
    this.#watcher.disconnect();
    this.showStreams(undefined);
    const place = this.element.parentElement;
    this.element.remove();
    place?.remove();
  }

  /** @param {string} after the role, where a name stands first */
  #showName(after) {
    this.element.dataset.after = after;
    const name = after === '' ? this.#called : t('call.stage.name_and_role', { name: this.#called, role: after });
    setWords(this.#name, this.#speaks ? t('call.stage.speaks', { name }) : name);
  }

  /**
   * States in words, each with its picture; none while all is well.
   *
   * @param {MemberView} member
   * @param {boolean} readerSees
   */
  #showStates({ microphone, camera, connected, sees }, readerSees) {
    /** @type {[string, string][]} */
    const states = [];
    if (!connected && !this.#own) states.push(['signal', t('call.stage.not_connected')]);
    else {
      if (!microphone) states.push(['micoff', t('call.stage.microphone_off')]);
      if (!camera) states.push(['videooff', t('call.stage.camera_off')]);
      else if (!readerSees) states.push(['signal', t('call.stage.picture_held')]);
      if (!sees && !this.#own) states.push(['signal', t('call.stage.sees_nothing')]);
    }
    const key = states.map(([, text]) => text).join();
    if (this.#states.dataset.key === key) return;
    this.#states.dataset.key = key;
    this.#states.replaceChildren(
      ...states.map(([picture, text]) => element('span', { class: 'tile-state' }, icon(picture), text)),
    );
  }

  /** A picture is shown only when it is meant to be on and has arrived; the last one of a closed camera is not. */
  #look() {
    const meant = this.#own || this.#cameraOn;
    const seen = meant && this.#video.srcObject !== null && this.#video.videoWidth > 0;
    this.element.classList.toggle('tile-seen', seen);
    this.#fit();
  }

  #fit() {
    const { videoWidth, videoHeight, clientWidth, clientHeight } = this.#video;
    if (videoWidth === 0 || clientHeight === 0) return;
    const zoom = this.#whole ? 1 : zoomOf(videoWidth / videoHeight, clientWidth / clientHeight);
    this.#video.style.setProperty('--zoom', String(zoom));
  }
}

/**
 * How much larger than whole a picture is shown.
 *
 * @param {number} picture its width by its height
 * @param {number} tile the same of its place
 */
export function zoomOf(picture, tile) {
  const ratio = picture / tile;
  return ratio >= 1 ? Math.min(ZOOM_MAX.sides, ratio) : Math.min(ZOOM_MAX.top, 1 / ratio);
}

/**
 * @param {string | null} name
 * @returns {string | null} such as `AK`; null for somebody without a name
 */
function initials(name) {
  const words = (name ?? '').split(/\s+/).filter(Boolean);
  return words.length > 0 ? words.slice(0, 2).map((word) => [...word][0]?.toUpperCase() ?? '').join('') : null;
}
