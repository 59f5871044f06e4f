import { compact, fold, words } from "../fold.ts";
import { sound } from "../phonetics.ts";
import { familyWords } from "../placeholders.ts";
import { remembered } from "../remembered.ts";
import { editDistance, jaroWinkler, letterSet, mayBeSimilar } from "../similarity.ts";

export type PreparedFamilyName = {
  readonly raw: string;
  /** Folded, without spaces: `Smith-Jones` is `smithjones`, `O'Neill` is `oneill`. */
  readonly text: string;
  /** The words that can stand alone; particles (van, de, al) can not. The whole where no other word remains. */
  readonly parts: readonly string[];
  /** Whether a part may be shared that is not the whole. */
  readonly hasParts: boolean;
  readonly sound: string;
  readonly letters: number;
  readonly length: number;
};

export const FAMILY_NAME_LEVELS = [
  "exact",
  /** The family name of each stands as the given name of the other. The given-name comparison then abstains. */
  "swapped",
  /** One slip apart, or Jaro-Winkler at least 0.92. */
  "close",
  /** A word in common, where one is double-barrelled. */
  "part",
  /** Jaro-Winkler at least 0.85, or alike in sound. */
  "similar",
  "else",
] as const;
type FamilyNameLevel = (typeof FAMILY_NAME_LEVELS)[number];

const PARTICLES = new Set(
  "van von der den de del della di da do dos du la le los las el al ul ur bin ibn ben bint abu".split(" "),
);
/** These begin a word that is written with and without a gap: Mac Donald, O Neill, St John. */
const BEGINNINGS = new Set("o mac mc st fitz".split(" "));

/** Undefined for nothing and for placeholders. */
export const prepareFamilyName = remembered((raw): PreparedFamilyName | undefined => {
  const named = familyWords(words(fold(raw)));
  const text = compact(named.join(" "));
  if (text === "") return undefined;
  const parts = named.length === 1 ? [text] : partsOf(named, text);
  const hasParts = parts[0] !== text;
  return { raw, text, parts, hasParts, sound: sound(text), letters: letterSet(text), length: text.length };
});

function partsOf(named: readonly string[], text: string): string[] {
  const parts: string[] = [];
  let beginning = "";
  for (const word of named) {
    if (BEGINNINGS.has(word)) beginning += word;
    else if (!PARTICLES.has(word)) {
      parts.push(beginning + word);
      beginning = "";
    }
  }
  return parts.length > 0 ? parts : [text];
}

export const CLOSE_SIMILARITY_MIN = 0.92;
export const SIMILAR_SIMILARITY_MIN = 0.85;
/** Names that sound alike must look alike more than this, as a code is a coarse thing. None below is of any use. */
export const SOUND_SIMILARITY_MIN = 0.7;
/** In a shorter name one edit makes another name (Lee and Lea, Ali and Alo). */
export const EDIT_LENGTH_MIN = 5;
const PART_LENGTH_MIN = 3;

export const FAMILY_NAME_RANK = Object.fromEntries(FAMILY_NAME_LEVELS.map((level, rank) => [level, rank])) as Record<
  FamilyNameLevel,
  number
>;

/** The place of the level that two family names come out at. */
export function rankFamilyNames(a: PreparedFamilyName, b: PreparedFamilyName): number {
  if (a === b || (a.letters === b.letters && a.text === b.text)) return FAMILY_NAME_RANK.exact;
  const similarity = mayBeSimilar(a.letters, a.length, b.letters, b.length) ? jaroWinkler(a.text, b.text) : 0;
  if (similarity > 0 && isClose(a.text, b.text, similarity)) return FAMILY_NAME_RANK.close;
  if ((a.hasParts || b.hasParts) && sharesPart(a.parts, b.parts)) return FAMILY_NAME_RANK.part;
  const alike = similarity > SOUND_SIMILARITY_MIN && a.sound === b.sound;
  return similarity >= SIMILAR_SIMILARITY_MIN || alike ? FAMILY_NAME_RANK.similar : FAMILY_NAME_RANK.else;
}

/** Whether two folded names, of the similarity given, are one slip of the hand apart. */
export function isClose(a: string, b: string, similarity: number): boolean {
  if (similarity >= CLOSE_SIMILARITY_MIN) return true;
  return Math.min(a.length, b.length) >= EDIT_LENGTH_MIN && editDistance(a, b, 1) <= 1;
}

const sharesPart = (a: readonly string[], b: readonly string[]): boolean =>
  a.some((part) => part.length >= PART_LENGTH_MIN && b.includes(part));
