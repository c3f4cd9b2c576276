/**
 * The text of a line as edits of ITU-T T.140: what to erase at its end, and what to write then. Pure.
 *
 * Both ends count characters as Unicode scalar values. What is erased or written in one edit is made of whole graphemes,
 * so that nobody sees half of an emoji or a letter without its mark.
 *
 * @module edits
 */

/** Erases the last character. */
const ERASE = '\b';
/** Ends the line. */
export const END_OF_LINE = '\u2028';
/** Stands for text that was lost. */
export const LOST = '\uFFFD';

/** As on the server (`domain::live_text`). */
export const MAX_UTTERANCE_CHARS = 280;
export const MAX_EDIT_CHARS = 300;

/** In any of the ways in which systems say it. */
const NEW_LINE = /\r\n|[\n\r\u2028\u2029]/u;
/** What the server drops: not seen, or makes others be seen in another order. Half a surrogate pair is no character. */
const UNSEEN = /[^\P{Cc}\t]|[\p{Cs}\u00AD\u115F\u1160\u180E\u200B\u202A-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF9-\uFFFB\u{E0000}-\u{E007F}]/gu;
/** Flags; anything with its marks, shades and what a joiner joins. (Firefox 115 has no `Intl.Segmenter`.) */
const GRAPHEME = /\p{RI}\p{RI}|.(?:[\p{M}\p{EMod}\u200D]|(?<=\u200D).)*/gsu;

/** No emoji of Unicode 16 has more. */
const GRAPHEME_CHARS = 16;

/** How many characters the server counts. @param {string} text */
export function length(text) {
  return [...text].length;
}

/**
 * What of a field's text is sent: its ended lines, and the one that is still written. Lines that are too long end at a
 * word.
 *
 * @param {string} text
 * @returns {{ended: string[], open: string}}
 */
export function linesOf(text) {
  const lines = text.split(NEW_LINE);
  let open = lines.pop() ?? '';
  const ended = lines.flatMap(folded);
  const tooLong = folded(open);
  open = tooLong.pop() ?? '';
  return { ended: [...ended, ...tooLong], open };
}

/** The text as the server keeps it. @param {string} text */
export function clean(text) {
  return text.normalize('NFC').replace(UNSEEN, '');
}

/**
 * What makes one text into another, in pieces that must not be cut.
 *
 * @param {string} from
 * @param {string} to
 * @returns {string[]}
 */
export function difference(from, to) {
  const [before, after] = [graphemes(from), graphemes(to)];
  let same = 0;
  while (same < before.length && before[same] === after[same]) same += 1;
  const erased = before.slice(same).reverse().map((grapheme) => ERASE.repeat(length(grapheme)));
  return [...erased, ...after.slice(same)];
}

/**
 * As many of the pieces as fit.
 *
 * @param {string[]} pieces
 * @param {number} most characters
 */
export function cut(pieces, most) {
  let left = most;
  let edit = '';
  for (const piece of pieces) {
    left -= length(piece);
    if (left < 0) break;
    edit += piece;
  }
  return edit;
}

/**
 * The text after an edit, as the server has it then.
 *
 * @param {string} text
 * @param {string} edit
 */
export function applied(text, edit) {
  const characters = [...text];
  for (const character of edit) {
    if (character === ERASE) characters.pop();
    else if (character !== END_OF_LINE) characters.push(character);
  }
  return characters.join('');
}

/** @param {string} text */
function graphemes(text) {
  return text.match(GRAPHEME) ?? [];
}

/** @param {string} text @returns {string[]} the last one is not full */
function folded(text) {
  const lines = [];
  let characters = [...text];
  while (characters.length > MAX_UTTERANCE_CHARS) {
    const full = characters.slice(0, MAX_UTTERANCE_CHARS).join('');
    const atWord = full.slice(0, full.search(/\s\S*$/u) + 1);
    // A little more than fits shows whether the last grapheme is whole.
    const atGrapheme = cut(graphemes(characters.slice(0, MAX_UTTERANCE_CHARS + GRAPHEME_CHARS).join('')), MAX_UTTERANCE_CHARS);
    const line = atWord || atGrapheme || full;
    lines.push(line);
    characters = characters.slice(length(line));
  }
  return [...lines, characters.join('')];
}
