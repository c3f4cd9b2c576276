/**
 * Whether people who use a screen reader will get on with a PDF. It is read in the sandboxed frame, before it is sent.
 *
 * @module accessible-pdf
 */

import { SandboxFrame } from './sandbox-frame.js';

/**
 * @param {Blob} blob
 * @returns {Promise<boolean | null>} null where it cannot be told
 */
export async function isAccessiblePdf(blob) {
  const frame = new SandboxFrame('');
  frame.element.hidden = true;
  document.body.append(frame.element);
  try {
    const answer = await frame.ask({ kind: 'inspect', bytes: await blob.arrayBuffer() });
    return answer?.kind === 'inspected' ? Object.values(answer.found).every(Boolean) : null;
  } finally {
    frame.close();
  }
}
