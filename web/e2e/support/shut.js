import { execFileSync } from 'node:child_process';
import { waitingCrowd } from './crowd.js';
import { startServer } from './server.js';

/**
 * An office that lets nobody into its line now. Each must be called before anybody signs in: the server starts anew on a
 * database that was changed.
 *
 * @typedef {import('./fixtures.js').Office} Office
 */

/** So long does each talk take that a second one does not end before any closing time. */
const ENDLESS_S = 200_000;

/** Changes what the server has read at its start. @param {Office} office @param {string} sql */
async function changed(office, sql) {
  await office.server.stop();
  execFileSync('sqlite3', ['-cmd', '.timeout 10000', office.server.database, sql]);
  office.server = await startServer({ again: office.server });
}

/** Hours of every matter. @param {string} weekdays as in SQL @param {number} from_min @param {number} to_min */
function hours(weekdays, from_min, to_min) {
  return `DELETE FROM matter_hours;
    INSERT INTO matter_hours (office_id, matter_id, weekday, from_min, to_min)
    SELECT matters.office_id, matters.id, days.value, ${from_min}, ${to_min} FROM matters, json_each('[${weekdays}]') AS days;`;
}

/** Which day of the week tomorrow is in Warsaw, 1 for Monday. */
function tomorrow() {
  const name = new Intl.DateTimeFormat('en', { weekday: 'short', timeZone: 'Europe/Warsaw' }).format(new Date());
  return (['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(name) + 1) % 7 + 1;
}

/** Every matter opens tomorrow at eight. @param {Office} office */
export async function closed(office) {
  await changed(office, hours(String(tomorrow()), 480, 960));
}

/** As many wait as may. @param {Office} office @param {string[]} names theirs */
export async function full(office, names) {
  await changed(office, `UPDATE offices SET max_waiting = ${names.length};`);
  await (await office.desk('anna', { person: null })).receive();
  await waitingCrowd(await office.page({ person: null, shared: true }), office.server, names);
}

/** Somebody waits, whose talk outlasts the day. @param {Office} office */
export async function tooLate(office) {
  await changed(office, `${hours('1,2,3,4,5,6,7', 0, 1_439)} UPDATE matters SET typical_s = ${ENDLESS_S};`);
  await (await office.desk('anna', { person: null })).receive();
  await waitingCrowd(await office.page({ person: null, shared: true }), office.server, ['Zofia']);
}
