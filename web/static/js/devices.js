/**
 * The person's camera and microphone: asks for them, chooses among several, follows what happens to them, and says in
 * words what stands in the way. Nothing here asks by itself: `ask()` belongs behind a button that explains it.
 *
 * Event `change`: the tracks or the list of devices are others now.
 *
 * @typedef {'camera' | 'microphone'} DeviceKind
 * @typedef {'denied' | 'dismissed' | 'system' | 'policy' | 'busy' | 'absent' | 'insecure' | 'unsupported' | 'failed'} Obstacle
 * @typedef {{obstacle: Obstacle, what: DeviceKind | 'both'}} DeviceProblem
 * @typedef {{camera: boolean, microphone: boolean}} Wish
 * @typedef {{id: string, label: string}} DeviceChoice
 */

import { CAMERA_CONSTRAINTS, MICROPHONE_CONSTRAINTS } from './call.js';

const INPUT = /** @type {const} */ ({ camera: 'videoinput', microphone: 'audioinput' });

export class Devices extends EventTarget {
  /** @type {Record<DeviceKind, MediaStreamTrack | null>} */
  #tracks = { camera: null, microphone: null };
  /** What was chosen last, kept while the device is off. @type {Record<DeviceKind, string | null>} */
  #chosen = { camera: null, microphone: null };
  /** How often each was let go of: what the browser allows only after that is not wanted any more. @type {Record<DeviceKind, number>} */
  #released = { camera: 0, microphone: 0 };
  #listeners = new AbortController();

  constructor() {
    super();
    const { signal } = this.#listeners;
    navigator.mediaDevices?.addEventListener('devicechange', () => this.#changed(), { signal });
  }

  get camera() {
    return this.#tracks.camera;
  }

  get microphone() {
    return this.#tracks.microphone;
  }

  /**
   * Whether the browser hands out these devices without a question. Not every browser says so.
   *
   * @param {Wish} wish
   */
  async isAllowed(wish) {
    for (const kind of kindsOf(wish)) {
      if ((await permissionOf(kind)) !== 'granted') return false;
    }
    return true;
  }

  /**
   * Asks the browser for what is wished and not there yet. What can be had is had, even if the other one cannot.
   *
   * @param {Wish} wish
   * @returns {Promise<DeviceProblem[]>} empty if everything is there
   */
  async ask(wish) {
    const missing = kindsOf(wish).filter((kind) => this.#tracks[kind]?.readyState !== 'live');
    if (missing.length === 0) return [];
    if (!globalThis.isSecureContext) return [{ obstacle: 'insecure', what: whatOf(missing) }];
    if (!navigator.mediaDevices?.getUserMedia) return [{ obstacle: 'unsupported', what: whatOf(missing) }];
    const banned = missing.filter(isBannedByPage);
    if (banned.length > 0) return [{ obstacle: 'policy', what: whatOf(banned) }];
    const before = { ...this.#released };
    try {
      await this.#take(missing, before);
      return [];
    } catch (error) {
      return missing.length === 1 ? [await problemOf(error, missing)] : await this.#oneByOne(missing, error, before);
    }
  }

  /**
   * Changes to another device of the same kind, at once.
   *
   * @param {DeviceKind} kind
   * @param {string} id
   * @returns {Promise<DeviceProblem[]>}
   */
  async choose(kind, id) {
    this.#chosen[kind] = id;
    this.#drop(kind);
    return await this.ask({ camera: kind === 'camera', microphone: kind === 'microphone' });
  }

  /** The devices to choose from; their names are known only after a permission. @param {DeviceKind} kind */
  async choices(kind) {
    const all = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
    // Chrome lists the system's default a second time under its own name.
    return all
      .filter((device) => device.kind === INPUT[kind] && device.deviceId !== '' && device.deviceId !== 'communications')
      .map(({ deviceId, label }) => ({ id: deviceId, label }));
  }

  /**
   * @param {DeviceKind} kind
   * @returns {string | null}
   */
  idOf(kind) {
    return this.#tracks[kind]?.getSettings().deviceId ?? this.#chosen[kind];
  }

  /** Lets go of a device, so that its light goes out. @param {DeviceKind} kind */
  release(kind) {
    this.#released[kind] += 1;
    if (!this.#tracks[kind]) return;
    this.#drop(kind);
    this.#changed();
  }

  releaseAll() {
    this.release('camera');
    this.release('microphone');
  }

  /** Ends everything; the object is not used afterwards. */
  close() {
    this.#listeners.abort();
    this.#drop('camera');
    this.#drop('microphone');
  }

  /**
   * @param {DeviceKind[]} kinds
   * @param {Record<DeviceKind, number>} before how often each was let go of when it was wished
   */
  async #take(kinds, before) {
    const stream = await navigator.mediaDevices.getUserMedia({
      video: kinds.includes('camera') && this.#constraints('camera', CAMERA_CONSTRAINTS),
      audio: kinds.includes('microphone') && this.#constraints('microphone', MICROPHONE_CONSTRAINTS),
    });
    for (const track of stream.getTracks()) {
      const kind = track.kind === 'video' ? 'camera' : 'microphone';
      if (this.#released[kind] !== before[kind]) {
        track.stop();
        continue;
      }
      this.#drop(kind);
      this.#tracks[kind] = track;
      // Pulled out or taken away by the system; `stop()` of our own does not fire this (W3C mediacapture §4.3.1).
      track.addEventListener('ended', () => {
        if (this.#tracks[kind] === track) this.#tracks[kind] = null;
        this.#changed();
      });
    }
    this.#changed();
  }

  /**
   * @param {DeviceKind} kind
   * @param {MediaTrackConstraints} base
   * @returns {MediaTrackConstraints}
   */
  #constraints(kind, base) {
    const id = this.#chosen[kind];
    // Not `exact`: a device that is gone must not stop the call, another one serves.
    return id === null ? base : { ...base, deviceId: { ideal: id } };
  }

  /**
   * One of two devices is in the way. Which one, is found by asking for each, but only where that raises no further
   * question: a refusal must not be followed by another prompt.
   *
   * @param {DeviceKind[]} kinds
   * @param {unknown} first
   * @param {Record<DeviceKind, number>} before
   * @returns {Promise<DeviceProblem[]>}
   */
  async #oneByOne(kinds, first, before) {
    const refused = nameOf(first) === 'NotAllowedError';
    /** @type {DeviceProblem[]} */
    const problems = [];
    for (const kind of kinds) {
      if (this.#released[kind] !== before[kind]) continue;
      if (refused && (await permissionOf(kind)) !== 'granted') {
        problems.push(await problemOf(first, [kind]));
        continue;
      }
      try {
        await this.#take([kind], before);
      } catch (error) {
        problems.push(await problemOf(error, [kind]));
      }
    }
    const [one, other] = problems;
    return one && other && one.obstacle === other.obstacle ? [{ obstacle: one.obstacle, what: 'both' }] : problems;
  }

  /** @param {DeviceKind} kind */
  #drop(kind) {
    const track = this.#tracks[kind];
    this.#tracks[kind] = null;
    track?.stop();
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}

/**
 * @param {Wish} wish
 * @returns {DeviceKind[]}
 */
function kindsOf({ camera, microphone }) {
  /** @type {DeviceKind[]} */
  const kinds = [];
  if (camera) kinds.push('camera');
  if (microphone) kinds.push('microphone');
  return kinds;
}

/**
 * @param {DeviceKind[]} kinds
 * @returns {DeviceKind | 'both'}
 */
function whatOf(kinds) {
  return kinds.length === 1 && kinds[0] ? kinds[0] : 'both';
}

/** Whether the page that holds this frame gave it no camera or microphone (only Chromium tells). @param {DeviceKind} kind */
function isBannedByPage(kind) {
  const policy = /** @type {{featurePolicy?: {allowsFeature(name: string): boolean}}} */ (document).featurePolicy;
  return policy !== undefined && !policy.allowsFeature(kind);
}

/**
 * @param {DeviceKind} kind
 * @returns {Promise<PermissionState | 'unknown'>}
 */
async function permissionOf(kind) {
  try {
    const { state } = await navigator.permissions.query({ name: /** @type {PermissionName} */ (kind) });
    return state;
  } catch {
    return 'unknown';
  }
}

/** @param {unknown} error */
function nameOf(error) {
  return error instanceof Error ? error.name : '';
}

/**
 * @param {unknown} error of `getUserMedia` (W3C mediacapture §10.2)
 * @param {DeviceKind[]} kinds
 * @returns {Promise<DeviceProblem>}
 */
async function problemOf(error, kinds) {
  return { obstacle: await obstacleOf(error, kinds), what: whatOf(kinds) };
}

/**
 * @param {unknown} error
 * @param {DeviceKind[]} kinds
 * @returns {Promise<Obstacle>}
 */
async function obstacleOf(error, kinds) {
  const message = error instanceof Error ? error.message : '';
  switch (nameOf(error)) {
    case 'NotAllowedError':
      // Chromium tells three refusals apart by the message only.
      if (/by system/i.test(message)) return 'system';
      if (/permissions policy/i.test(message)) return 'policy';
      if (/dismissed/i.test(message)) return 'dismissed';
      return (await permissionOf(kinds[0] ?? 'camera')) === 'prompt' ? 'dismissed' : 'denied';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'absent';
    case 'SecurityError':
      return 'policy';
    default:
      return 'failed';
  }
}
