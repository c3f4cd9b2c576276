import { busyWhile, onAction } from './dom.js';
import { ProblemBox, toldOf, waysOn } from './problem-box.js';

/** The data notice: nothing personal leaves the browser before it was read and answered. */
export class DataNotice {
  /**
   * @param {HTMLElement} section
   * @param {object} on
   * @param {() => Promise<void>} on.agreed begins the session
   * @param {() => void} on.declined
   * @param {() => void} on.back
   */
  constructor(section, { agreed, declined, back }) {
    const problem = new ProblemBox(section);
    onAction(section, {
      back,
      decline: declined,
      agree: (button) =>
        busyWhile(button, async () => {
          problem.hide();
          try {
            await agreed();
          } catch (error) {
            problem.show(toldOf(error), waysOn(error));
          }
        }),
    });
  }
}
