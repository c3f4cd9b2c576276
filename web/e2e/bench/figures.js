import { availableParallelism, loadavg } from 'node:os';

/** With more than this share of the machine at work for others, a figure says nothing. */
const BUSY_SHARE = 0.5;

/** Why nothing can be judged at this moment, if so. @returns {string | null} */
export function tooBusy() {
  const [load = 0] = loadavg();
  const isBusy = load > availableParallelism() * BUSY_SHARE;
  return isBusy ? `INVALID: the machine had a load of ${load.toFixed(1)} before the first call, so nothing is judged` : null;
}

/** @param {number[]} times @param {number} share */
export function percentile(times, share) {
  const sorted = [...times].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** Prints a line of figures. @param {string} what @param {number[]} times in milliseconds */
export function print(what, times) {
  const [p50, p95, most] = [0.5, 0.95, 1].map((share) => Math.round(percentile(times, share)));
  console.log(`${what}: p50 ${p50} ms, p95 ${p95} ms, max ${most} ms, of ${times.length}`);
}
