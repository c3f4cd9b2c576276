import puppeteer from 'puppeteer-core';
import { colourOf, isGroundOf, isVoiceOf, pitchOf } from './support/media.js';
import { expect, PEOPLE, test } from './support/fixtures.js';

/**
 * A resident with Firefox and a clerk with Chromium. Playwright drives only a Firefox of its own build, so this one is
 * driven by puppeteer over WebDriver BiDi.
 */

/** What Firefox's microphone of the tests gives: one tone. */
const HUM = { ...PEOPLE.jadwiga, pitch_hz: 1000 };

/** Firefox's own test picture and tone; its camera and microphone cannot be fed a file. */
const FIREFOX = {
  browser: /** @type {const} */ ('firefox'),
  executablePath: process.env.OKIENKO_FIREFOX ?? '/usr/bin/firefox-esr',
  headless: true,
  extraPrefsFirefox: {
    'media.navigator.streams.fake': true,
    'media.navigator.audio.fake_frequency': HUM.pitch_hz,
    'media.navigator.permission.disabled': true,
    'media.autoplay.default': 0,
    'media.peerconnection.ice.obfuscate_host_addresses': false,
    'media.peerconnection.ice.loopback': true,
    'intl.accept_languages': 'pl-PL',
    'app.update.enabled': false,
    'browser.shell.checkDefaultBrowser': false,
  },
};

/** @param {import('puppeteer-core').Page} page @param {RegExp} name */
async function press(page, name) {
  await page.waitForFunction((source) => {
    const wanted = new RegExp(source);
    const button = [...document.querySelectorAll('button')].find((each) =>
      wanted.test(each.textContent?.trim().replace(/\s+/g, ' ') ?? '') && each.checkVisibility() && !each.disabled);
    button?.click();
    return Boolean(button);
  }, { timeout: 30_000, polling: 200 }, name.source);
}

/** Lets {@link energyHeard} ask the connections that a page makes. @param {import('puppeteer-core').Page} page */
function keepConnections(page) {
  return page.evaluateOnNewDocument(() => {
    const Native = globalThis.RTCPeerConnection;
    const kept = /** @type {any} */ (globalThis);
    kept.okienkoConnections = [];
    globalThis.RTCPeerConnection = class extends Native {
      /** @param {RTCConfiguration} [configuration] */
      constructor(configuration) {
        super(configuration);
        kept.okienkoConnections.push(this);
      }
    };
  });
}

/**
 * How much sound has come out of the decoder, by what Firefox counts itself: without a loudspeaker it runs no audio
 * context that could tell a pitch. Silence has no energy, whatever number of packets brings it.
 * @param {import('puppeteer-core').Page} page
 */
function energyHeard(page) {
  return page.evaluate(async () => {
    let energy = 0;
    for (const connection of /** @type {any} */ (globalThis).okienkoConnections) {
      for (const row of (await connection.getStats()).values()) {
        if (row.type === 'inbound-rtp' && row.kind === 'audio') energy += row.totalAudioEnergy ?? 0;
      }
    }
    return energy;
  });
}

test('Firefox and Chromium talk to each other', async ({ office }) => {
  const desk = await office.desk('anna');
  await desk.receive();
  const firefox = await puppeteer.launch(FIREFOX);
  try {
    const page = await firefox.newPage();
    await keepConnections(page);
    await page.goto(`${office.server.widget}/talk/wroclaw`);
    await press(page, /^Porozmawiaj teraz/);
    await page.waitForSelector('input[type="radio"]');
    await page.evaluate(() => {
      const label = [...document.querySelectorAll('label')].find((each) => /Informacja ogólna/.test(each.textContent ?? ''));
      label?.click();
    });
    await press(page, /^Dalej$/);
    await press(page, /^Rozumiem, dalej$/);
    await press(page, /^Sprawdź kamerę/);
    await page.waitForFunction(() => /Kamera działa/.test(document.body.innerText), { timeout: 30_000 });
    await press(page, /^Dołącz do kolejki$/);
    await expect(desk.button(/^Wywołaj(?! następną)/)).toBeVisible();
    await desk.callNext();
    await press(page, /^Dołącz teraz$/);

    await expect.poll(async () => {
      const colour = await page.evaluate(() => {
        const video = [...document.querySelectorAll('[data-tile="other"] video')].find((element) =>
          element instanceof HTMLVideoElement && element.videoWidth > 0);
        if (!(video instanceof HTMLVideoElement)) return null;
        const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
        const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
        context.drawImage(video, 0, 0);
        const at = Math.round(video.videoWidth / 32);
        return [...context.getImageData(at, at, 1, 1).data.subarray(0, 3)];
      });
      return isGroundOf(/** @type {[number, number, number] | null} */ (colour), PEOPLE.anna);
    }, { message: 'Firefox sees the clerk', timeout: 40_000 }).toBe(true);
    // Either side may be the first to see the other: only a picture that has come can be told from the next one.
    /** @type {[number, number, number] | null} */
    let first = null;
    const seenByClerk = () => colourOf(desk.page, '[data-tile="other"] video');
    await expect.poll(async () => { first = await seenByClerk(); return first; },
      { message: 'Chromium sees Firefox', timeout: 40_000 }).not.toBeNull();
    await expect.poll(async () => {
      const now = await seenByClerk();
      return now !== null && String(now) !== String(first);
    }, { message: "Firefox's picture moves", timeout: 20_000 }).toBe(true);

    const sounds = '[data-tile="other"] audio, [data-tile="other"] video';
    await expect.poll(async () => isVoiceOf(await pitchOf(desk.page, sounds), HUM),
      { message: 'Chromium hears Firefox', timeout: 40_000 }).toBe(true);
    await expect.poll(() => energyHeard(page), { message: 'Firefox hears the clerk', timeout: 40_000 }).toBeGreaterThan(0.001);
  } finally {
    await firefox.close();
  }
});
