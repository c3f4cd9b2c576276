/**
 * What axe leaves undecided, and why it is right all the same: by rule and by the states in which it comes. Whatever it
 * leaves undecided elsewhere fails the test and has to be looked at by a person.
 *
 * @typedef {object} Undecided
 * @property {string} rule
 * @property {RegExp} state  as the tests name it
 * @property {RegExp} target  the elements, as axe names them
 * @property {string} because
 */

/** @type {Undecided[]} */
export const UNDECIDED = [
  {
    rule: 'css-orientation-lock', state: /^window\b/, target: /^html$/,
    because: 'The made-up domains of these tests keep axe from fetching the style sheet once more; it is looked at in all other states.',
  },
  {
    rule: 'video-caption', state: /^(call|desk|documents|check|host, call put away)\b/, target: /video/,
    because: 'Live pictures of people have no captions (WCAG 1.2.1 to 1.2.3 are of recordings); nothing recorded is shown.',
  },
];
