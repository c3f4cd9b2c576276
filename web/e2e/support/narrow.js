import { execFileSync } from 'node:child_process';

/**
 * A narrow way to one browser, made by the kernel: a class of its own on the loopback device, with a rate and a queue in
 * bytes as a router at home has one. What matches goes there, by its ports; everything else passes at full speed, so
 * tests beside this one notice nothing. Only inside the tests' own network namespace (see `run`).
 */

const DEVICE = 'lo';
/** How long the queue is, at the rate of the way. */
const QUEUE_S = 0.3;

/** @param {string} words */
function tc(words) {
  execFileSync('tc', words.split(/\s+/), { stdio: ['ignore', 'pipe', 'pipe'] });
}

/**
 * Narrows the way of UDP from one port to another.
 * @param {{from: number, to: number, kbit_s: number}} way
 * @returns {{heal: () => {dropped: number}}} `heal` makes it wide again and says how many packets the queue had no room for
 */
export function narrow({ from, to, kbit_s }) {
  tc(`qdisc add dev ${DEVICE} root handle 1: htb default 10`);
  tc(`class add dev ${DEVICE} parent 1: classid 1:10 htb rate 10gbit burst 1mb cburst 1mb quantum 60000`);
  tc(`class add dev ${DEVICE} parent 1: classid 1:20 htb rate ${kbit_s}kbit burst 3k cburst 3k quantum 1600`);
  tc(`qdisc add dev ${DEVICE} parent 1:20 handle 20: bfifo limit ${Math.round(kbit_s * 125 * QUEUE_S)}`);
  for (const [family, prio, match] of /** @type {const} */ ([['ip', 1, 'ip'], ['ipv6', 2, 'ip6']])) {
    tc(`filter add dev ${DEVICE} parent 1: protocol ${family} prio ${prio} u32 match ${match} protocol 17 0xff`
      + ` match ${match} sport ${from} 0xffff match ${match} dport ${to} 0xffff flowid 1:20`);
  }
  return {
    heal() {
      const shown = execFileSync('tc', ['-s', 'class', 'show', 'dev', DEVICE], { encoding: 'utf8' });
      tc(`qdisc del dev ${DEVICE} root`);
      return { dropped: Number(/class htb 1:20[^]*?dropped (\d+)/.exec(shown)?.[1] ?? 0) };
    },
  };
}
