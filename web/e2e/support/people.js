import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { CHROMIUM } from './browser.js';

/**
 * The people of the tests: each has a drawn portrait with a ground of its own and a voice with a pitch of its own, so
 * that a test can tell who is seen and heard, and screenshots show people rather than a test pattern.
 */

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), '../.cache/people');
const WIDTH = 640;
const HEIGHT = 480;
const FPS = 15;
const FRAMES = 15;
const SAMPLE_RATE = 48_000;

/**
 * @typedef {object} Person
 * @property {string} name
 * @property {[number, number, number]} ground  colour behind them, red green blue
 * @property {string} hair
 * @property {string} skin
 * @property {string} clothes
 * @property {number} pitch_hz  of their voice
 */

/** @type {Record<string, Person>} */
export const PEOPLE = {
  jadwiga: { name: 'jadwiga', ground: [148, 58, 62], hair: '#c9ccd1', skin: '#e3bd9f', clothes: '#39506b', pitch_hz: 440 },
  anna: { name: 'anna', ground: [50, 74, 110], hair: '#4a2f24', skin: '#dcbfa6', clothes: '#e7ecf2', pitch_hz: 700 },
  marek: { name: 'marek', ground: [62, 110, 74], hair: '#2b2018', skin: '#d6ab8a', clothes: '#243442', pitch_hz: 1000 },
  olena: { name: 'olena', ground: [150, 120, 40], hair: '#a9743a', skin: '#e8c9b0', clothes: '#5d3a66', pitch_hz: 1300 },
};

/** Where a person's camera and microphone files are. @param {Person} person */
export function filesOf(person) {
  return { video: join(FOLDER, `${person.name}.y4m`), audio: join(FOLDER, `${person.name}.wav`) };
}

/** Draws and voices everybody who is not there yet. */
export async function makePeople() {
  const missing = Object.values(PEOPLE).filter((person) => {
    const files = filesOf(person);
    return !existsSync(files.video) || !existsSync(files.audio);
  });
  if (missing.length === 0) return;
  mkdirSync(FOLDER, { recursive: true });
  const browser = await chromium.launch(CHROMIUM);
  try {
    const page = await browser.newPage({ viewport: { width: WIDTH, height: HEIGHT } });
    for (const person of missing) {
      writeFileSync(filesOf(person).audio, voice(person.pitch_hz));
      const frames = [];
      for (let index = 0; index < FRAMES; index += 1) frames.push(await picture(page, person, index / FRAMES));
      writeFileSync(filesOf(person).video, y4m(frames));
    }
  } finally {
    await browser.close();
  }
}

/**
 * One picture as RGBA. People nod a little, so that frames differ.
 * @param {import('playwright-core').Page} page @param {Person} person @param {number} turn 0 to 1
 */
async function picture(page, person, turn) {
  const nod = Math.sin(turn * 2 * Math.PI) * 6;
  const lids = turn > 0.8 ? 1.5 : 6;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 640 480">
    <rect width="640" height="480" fill="rgb(${person.ground.join(',')})"/>
    <rect x="60" y="60" width="90" height="150" fill="#fff" opacity=".08"/><rect x="470" y="40" width="110" height="180" fill="#fff" opacity=".08"/>
    <path d="M150 480c0-96 74-140 170-140s170 44 170 140z" fill="${person.clothes}"/>
    <rect x="288" y="290" width="64" height="76" rx="26" fill="${person.skin}" opacity=".85"/>
    <g transform="translate(0 ${nod})">
      <ellipse cx="320" cy="190" rx="104" ry="122" fill="${person.hair}"/>
      <ellipse cx="320" cy="212" rx="84" ry="100" fill="${person.skin}"/>
      <path d="M236 196c6-74 50-98 92-94 46 4 76 40 76 96-40-12-64-30-84-56-22 28-50 46-84 54z" fill="${person.hair}"/>
      <ellipse cx="288" cy="214" rx="7" ry="${lids}" fill="#2b2320"/><ellipse cx="352" cy="214" rx="7" ry="${lids}" fill="#2b2320"/>
      <path d="M292 262c18 ${14 + nod} 38 ${14 + nod} 56 0" fill="none" stroke="#8d4a3f" stroke-width="6" stroke-linecap="round"/>
    </g></svg>`;
  const base64 = await page.evaluate(async ({ markup, width, height }) => {
    const image = new Image();
    image.src = `data:image/svg+xml;base64,${btoa(markup)}`;
    await image.decode();
    const canvas = new OffscreenCanvas(width, height);
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
    context.drawImage(image, 0, 0);
    const bytes = context.getImageData(0, 0, width, height).data;
    let text = '';
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return btoa(text);
  }, { markup: svg, width: WIDTH, height: HEIGHT });
  return Buffer.from(base64, 'base64');
}

/** Pictures as a YUV4MPEG2 file, BT.601, 4:2:0. @param {Buffer[]} frames */
function y4m(frames) {
  const parts = [Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F${FPS}:1 Ip A1:1 C420jpeg\n`)];
  for (const rgba of frames) {
    const luma = Buffer.alloc(WIDTH * HEIGHT);
    const blue = Buffer.alloc((WIDTH * HEIGHT) / 4);
    const red = Buffer.alloc((WIDTH * HEIGHT) / 4);
    for (let y = 0; y < HEIGHT; y += 1) {
      for (let x = 0; x < WIDTH; x += 1) {
        const at = (y * WIDTH + x) * 4;
        const [r, g, b] = [rgba[at], rgba[at + 1], rgba[at + 2]];
        luma[y * WIDTH + x] = clamp(16 + 0.257 * r + 0.504 * g + 0.098 * b);
        if (x % 2 === 0 && y % 2 === 0) {
          const half = (y / 2) * (WIDTH / 2) + x / 2;
          blue[half] = clamp(128 - 0.148 * r - 0.291 * g + 0.439 * b);
          red[half] = clamp(128 + 0.439 * r - 0.368 * g - 0.071 * b);
        }
      }
    }
    parts.push(Buffer.from('FRAME\n'), luma, blue, red);
  }
  return Buffer.concat(parts);
}

/** @param {number} value */
function clamp(value) {
  return Math.max(0, Math.min(255, Math.round(value)));
}

/**
 * A voice: short tones of one pitch with its overtones, since a steady tone is taken for noise and suppressed.
 * @param {number} pitch_hz
 */
function voice(pitch_hz) {
  const seconds = 4;
  const samples = Buffer.alloc(SAMPLE_RATE * seconds * 2);
  for (let index = 0; index < SAMPLE_RATE * seconds; index += 1) {
    const at = index / SAMPLE_RATE;
    const within = at % 0.5;
    const loud = within < 0.3 ? Math.sin((within / 0.3) * Math.PI) : 0;
    const wave = Math.sin(2 * Math.PI * pitch_hz * at) + 0.3 * Math.sin(4 * Math.PI * pitch_hz * at);
    samples.writeInt16LE(Math.round(wave * loud * 16_000), index * 2);
  }
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(SAMPLE_RATE, 24);
  header.writeUInt32LE(SAMPLE_RATE * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
}
