/**
 * The sections of a call's connection. Each other member has a triple of them: voice, camera, screen. The first
 * triple also carries what we send ourselves.
 *
 * @typedef {{audio: RTCRtpTransceiver, camera: RTCRtpTransceiver, screen: RTCRtpTransceiver}} Triple
 * @typedef {{audio: MediaStreamTrack | null, camera: MediaStreamTrack | null, screen?: MediaStreamTrack | null}} OwnTracks
 */

/** 720p at 30 pictures a second; more only fills the queue of a slow receiver. */
const CAMERA_MAX_BPS = 1_500_000;
/** Text at 1080p, sharp at a few pictures a second. */
const SCREEN_MAX_BPS = 2_500_000;

/**
 * Adds the sections of a first offer in the order that the server expects.
 *
 * @param {RTCPeerConnection} connection
 * @param {OwnTracks} tracks
 * @param {{audio: boolean, video: boolean}} receive
 * @returns {Triple}
 */
export function addOwnSections(connection, tracks, receive) {
  // One stream for both, so that the others' browsers keep lips and voice together (EN 301 549 6.5.4).
  const together = new MediaStream();
  const audio = connection.addTransceiver(tracks.audio ?? 'audio', {
    direction: way(receive.audio, tracks.audio),
    streams: [together],
  });
  const camera = connection.addTransceiver(tracks.camera ?? 'video', {
    direction: way(receive.video, tracks.camera),
    streams: [together],
    sendEncodings: [{ maxBitrate: CAMERA_MAX_BPS }],
  });
  // Receiving from the start, so that a screen that is shown later costs those who look no further offer.
  const screen = connection.addTransceiver(tracks.screen ?? 'video', {
    direction: screenWay(receive.video, tracks.screen ?? null),
    sendEncodings: [{ maxBitrate: SCREEN_MAX_BPS }],
  });
  // RFC 8865: real-time text. Without the section in the first offer, live text would cost another offer.
  connection.createDataChannel('t140', { protocol: 't140', ordered: true });
  hint(tracks.audio);
  hint(tracks.camera);
  hint(tracks.screen ?? null, 'detail');
  prefer(camera.sender, 'maintain-framerate');
  prefer(screen.sender, 'maintain-resolution');
  return { audio, camera, screen };
}

/**
 * Adds the sections that receive one more member.
 *
 * @param {RTCPeerConnection} connection
 * @returns {Triple}
 */
export function addReceivers(connection) {
  return {
    audio: connection.addTransceiver('audio', { direction: 'recvonly' }),
    camera: connection.addTransceiver('video', { direction: 'recvonly' }),
    screen: connection.addTransceiver('video', { direction: 'recvonly' }),
  };
}

/**
 * Tells the encoder what it is given.
 *
 * @param {MediaStreamTrack | null} track
 * @param {'motion' | 'detail'} [picture] people move; a document has details
 */
export function hint(track, picture = 'motion') {
  if (track) track.contentHint = track.kind === 'audio' ? 'speech' : picture;
}

/**
 * Which way the section of the screen is open.
 *
 * @param {boolean} receive
 * @param {MediaStreamTrack | null} track
 * @returns {RTCRtpTransceiverDirection}
 */
export function screenWay(receive, track) {
  if (track) return receive ? 'sendrecv' : 'sendonly';
  return receive ? 'recvonly' : 'inactive';
}

/**
 * The stream of what a section receives: the same object as before as long as the track is, so that a `<video>`
 * which shows it does not start again.
 *
 * @param {RTCRtpTransceiver | undefined} section
 * @param {MediaStream | null | undefined} before
 * @returns {MediaStream | null}
 */
export function streamOf(section, before) {
  if (!section) return null;
  const { track } = section.receiver;
  return before?.getTracks()[0] === track ? before : new MediaStream([track]);
}

/**
 * Both ways wherever something is received: a track may come later and must not need another offer.
 *
 * @param {boolean} receive
 * @param {MediaStreamTrack | null} track
 * @returns {RTCRtpTransceiverDirection}
 */
function way(receive, track) {
  if (receive) return 'sendrecv';
  return track ? 'sendonly' : 'inactive';
}

/**
 * What to keep under load. Signing lives on motion: people get smaller, not slower (EN 301 549 6.5.3); of a document
 * every letter must stay.
 *
 * @param {RTCRtpSender} sender
 * @param {RTCDegradationPreference} preference
 */
function prefer(sender, preference) {
  const parameters = sender.getParameters();
  Object.assign(parameters, { degradationPreference: preference });
  // Safari and older Firefox refuse the member; the content hint says the same to them.
  sender.setParameters(parameters).catch(() => {});
}
