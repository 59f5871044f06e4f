/**
 * The characters a sender chose to separate with: MSH-1 and MSH-2. Nothing is assumed of them but that they are
 * distinct and could not be part of a word.
 */
export interface Delimiters {
  readonly field: string;
  readonly component: string;
  readonly repetition: string;
  /** Empty when the sender has none: then nothing is escaped and nothing can be. */
  readonly escape: string;
  /** Empty when the sender has none. */
  readonly subcomponent: string;
  /** The fifth character (2.7 on). It marks truncated text and never separates anything. Empty when not sent. */
  readonly truncation: string;
  /** MSH-2 as sent, 2 to 5 characters. */
  readonly encodingCharacters: string;
}

export const DEFAULT_DELIMITERS: Delimiters = {
  field: "|",
  component: "^",
  repetition: "~",
  escape: "\\",
  subcomponent: "&",
  truncation: "",
  encodingCharacters: "^~\\&",
};

/** Where nothing separates: MSH-2 is read with these, so that its characters stay what they are. */
export const NO_DELIMITERS: Delimiters = {
  field: "",
  component: "",
  repetition: "",
  escape: "",
  subcomponent: "",
  truncation: "",
  encodingCharacters: "",
};

const ENCODING_CHARACTERS_MIN = 2;
const ENCODING_CHARACTERS_MAX = 5;

/**
 * The delimiters of a message, from text that begins with `MSH`; undefined when they cannot separate anything.
 *
 * MSH-2 may be `^~` (no escapes, no subcomponents), `^~&` (subcomponents without escapes: seen in the field, and `&`
 * has no other use there), `^~\` (escapes without subcomponents), `^~\&` or `^~\&#`.
 */
export function readDelimiters(header: string): Delimiters | undefined {
  if (header.startsWith("|^~\\&|", 3)) return DEFAULT_DELIMITERS;
  const field = header.charAt(3);
  const encodingCharacters = encodingCharactersAfter(header, field);
  if (!canDelimit(field) || !areDistinct(field + encodingCharacters)) return undefined;
  if (encodingCharacters.length < ENCODING_CHARACTERS_MIN) return undefined;
  if (encodingCharacters.length > ENCODING_CHARACTERS_MAX) return undefined;
  const third = encodingCharacters.charAt(2);
  const thirdIsSubcomponent = encodingCharacters.length === 3 && third === "&";
  return {
    field,
    component: encodingCharacters.charAt(0),
    repetition: encodingCharacters.charAt(1),
    escape: thirdIsSubcomponent ? "" : third,
    subcomponent: thirdIsSubcomponent ? third : encodingCharacters.charAt(3),
    truncation: encodingCharacters.charAt(4),
    encodingCharacters,
  };
}

/** MSH-2: everything up to the next field separator or the end of the segment, one character past the limit at most. */
function encodingCharactersAfter(header: string, field: string): string {
  let end = 4;
  while (end < header.length && end <= 4 + ENCODING_CHARACTERS_MAX) {
    const character = header.charAt(end);
    if (character === field || character === "\r" || character === "\n") break;
    end++;
  }
  return header.slice(4, end);
}

function areDistinct(characters: string): boolean {
  if (new Set(characters).size !== characters.length) return false;
  for (const character of characters) if (!canDelimit(character)) return false;
  return true;
}

/** ASCII punctuation but the quotation mark, which would make `""` unreadable. Letters and digits are text. */
function canDelimit(character: string): boolean {
  return /^[!#-/:-@[-`{-~]$/.test(character);
}
