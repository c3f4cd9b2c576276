import { execFileSync } from 'node:child_process';

/**
 * Faults of the network by packet filter. Only inside the tests' own network namespace (see `run`), where nobody else's
 * packets pass.
 */

/** Whether these tests have a network of their own. */
export const hasOwnNetwork = process.env.OKIENKO_E2E_INSIDE === '1';

/** Tests that run side by side have a table each. */
let tables = 0;

/** @param {string} rules */
function nft(rules) {
  execFileSync('nft', ['-f', '-'], { input: rules });
}

/**
 * Loses packets until `heal()`.
 * @param {string} which  a match in nft's words, such as `udp dport 40000`
 * @returns {{heal: () => number}} `heal` ends it and gives how many packets were lost
 */
export function lose(which) {
  tables += 1;
  const table = `okienko_faults_${process.pid}_${tables}`;
  nft(`table inet ${table} {\n chain in {\n  type filter hook input priority 0; policy accept;\n  ${which} counter drop\n }\n}\n`);
  return {
    heal() {
      const list = execFileSync('nft', ['list', 'table', 'inet', table], { encoding: 'utf8' });
      nft(`delete table inet ${table}\n`);
      return Number(/counter packets (\d+)/.exec(list)?.[1] ?? 0);
    },
  };
}
