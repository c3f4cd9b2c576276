import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { filesOf } from './people.js';

/**
 * Somebody whose picture needs many bits: the drawn portraits move so little that they would fit on any way.
 * @typedef {import('./people.js').Person} Person
 */

const WIDTH = 640;
const HEIGHT = 480;
const FPS = 30;
const FRAMES = 20;
/** Grains of this many points, which differ in each picture by up to so much. */
const GRAIN = 8;
const RESTLESS = 24;

/**
 * The same person in front of a camera that sees a crowd behind them.
 * @param {Person} person @returns {Person}
 */
export function restless(person) {
  const other = { ...person, name: `${person.name}-restless` };
  const { video, audio } = filesOf(other);
  if (!existsSync(video)) writeFileSync(video, noise(person.ground));
  if (!existsSync(audio)) copyFileSync(filesOf(person).audio, audio);
  return other;
}

/** @param {[number, number, number]} ground */
function noise([r, g, b]) {
  const level = Math.round(16 + 0.257 * r + 0.504 * g + 0.098 * b);
  const parts = [Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F${FPS}:1 Ip A1:1 C420jpeg\n`)];
  const columns = WIDTH / GRAIN;
  let seed = 1;
  for (let frame = 0; frame < FRAMES; frame += 1) {
    const luma = Buffer.alloc(WIDTH * HEIGHT);
    for (let row = 0; row < HEIGHT / GRAIN; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        // A generator of our own, so that the picture is the same on each machine.
        seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
        // The corner by which people are told apart stays quiet.
        const grain = row < 16 && column < 16 ? level : level + (seed >>> 16) % RESTLESS;
        for (let y = row * GRAIN; y < (row + 1) * GRAIN; y += 1) luma.fill(grain, y * WIDTH + column * GRAIN, y * WIDTH + (column + 1) * GRAIN);
      }
    }
    const blue = Buffer.alloc((WIDTH * HEIGHT) / 4, Math.round(128 - 0.148 * r - 0.291 * g + 0.439 * b));
    const red = Buffer.alloc((WIDTH * HEIGHT) / 4, Math.round(128 + 0.439 * r - 0.368 * g - 0.071 * b));
    parts.push(Buffer.from('FRAME\n'), luma, blue, red);
  }
  return Buffer.concat(parts);
}
