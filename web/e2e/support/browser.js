import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How the tests start Chromium: Debian's, headless, silent towards the outside. */
export const CHROMIUM = {
  executablePath: process.env.OKIENKO_CHROMIUM ?? '/usr/bin/chromium',
  headless: true,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-domain-reliability',
    '--no-pings',
    '--component-updater=url-source=http://127.0.0.1:9/x,disable-background-downloader',
    '--allow-loopback-in-peer-connection',
  ],
};

/**
 * Chromium with a person before its camera.
 * @param {{video: string, audio: string} | null} files  null: no devices at all
 * @param {'allow' | 'deny' | 'camera' | 'microphone'} answer  what the person says when asked, or the one device that
 *   they have allowed the page for good
 */
export function chromiumWith(files, answer = 'allow') {
  const devices = files
    ? [
        '--use-fake-device-for-media-stream',
        `--use-file-for-fake-video-capture=${files.video}`,
        `--use-file-for-fake-audio-capture=${files.audio}`,
      ]
    : ['--use-fake-device-for-media-stream=device-count=0'];
  // A device allowed for good is told to the context; a browser that answers by itself would not look there.
  const asked = { allow: ['--use-fake-ui-for-media-stream'], deny: ['--use-fake-ui-for-media-stream=deny'], camera: [], microphone: [] };
  return { ...CHROMIUM, args: [...CHROMIUM.args, ...devices, ...asked[answer]] };
}

/**
 * Settings of a Chromium that refuses every cookie of the widget in a frame of the office's page and nowhere else, with
 * partitions or not: as strict modes and some browsers do. (Blocking third parties' cookies would not do: Chromium goes
 * on keeping those with a partition.)
 */
const NO_COOKIES_IN_FRAMES = { profile: { content_settings: { exceptions: { cookies: { '127.0.0.1,localhost': { setting: 2 } } } } } };

/**
 * Makes the folder of such a Chromium, for `launchPersistentContext`.
 * @param {string} folder  empty
 */
export function refuseCookiesInFrames(folder) {
  mkdirSync(join(folder, 'Default'));
  writeFileSync(join(folder, 'Default/Preferences'), JSON.stringify(NO_COOKIES_IN_FRAMES));
}
