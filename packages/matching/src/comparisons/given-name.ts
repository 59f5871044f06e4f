import { fold, words } from "../fold.ts";
import { nameFormsAgree, nicknamePlaces } from "../nicknames.ts";
import { sound } from "../phonetics.ts";
import { givenWords } from "../placeholders.ts";
import { remembered } from "../remembered.ts";
import { jaroWinkler, letterSet, mayBeSimilar } from "../similarity.ts";
import { isClose, SIMILAR_SIMILARITY_MIN, SOUND_SIMILARITY_MIN } from "./family-name.ts";

export type PreparedGivenName = {
  readonly raw: string;
  readonly first: string;
  /** First name first, then middle names. */
  readonly names: readonly string[];
  /** All names without spaces: `Anne-Marie` and `Annemarie` are one. */
  readonly text: string;
  readonly sound: string;
  readonly nicknames: readonly number[];
  /** Of the first name. */
  readonly letters: number;
  readonly length: number;
  readonly hasMiddle: boolean;
  /** Of all names. */
  readonly textLetters: number;
};

export const GIVEN_NAME_LEVELS = [
  "exact",
  /** One name's spellings, or a name and its short form. */
  "nickname",
  /** One slip apart, or Jaro-Winkler at least 0.92, with the same first letter or sound. */
  "close",
  /** First names agree by any of these, but both sides state middle names, and none of one could be one of the other. */
  "middle-differs",
  /** The first name of one is a middle name of the other. */
  "part",
  /** An initial on one side, and it agrees. */
  "initial",
  /** Jaro-Winkler at least 0.85, alike in sound, or two short forms of one name. */
  "similar",
  "else",
] as const;

/** Undefined for nothing and for placeholders such as `Baby Jane` and `Twin 2`. */
export const prepareGivenName = (given: readonly string[]): PreparedGivenName | undefined => prepared(given.join(" "));

const prepared = remembered((raw): PreparedGivenName | undefined => {
  const names = givenWords(words(fold(raw)));
  const [first] = names;
  if (first === undefined) return undefined;
  const text = names.join("");
  const letters = letterSet(first);
  return {
    raw,
    first,
    names,
    text,
    sound: sound(first),
    nicknames: nicknamePlaces(first),
    letters,
    length: first.length,
    hasMiddle: names.length > 1,
    textLetters: names.length > 1 ? letterSet(text) : letters,
  };
});

export const GIVEN_NAME_RANK = Object.fromEntries(GIVEN_NAME_LEVELS.map((level, rank) => [level, rank])) as Record<
  (typeof GIVEN_NAME_LEVELS)[number],
  number
>;

/** The place of the level that two given names come out at. Evie Linda and Evelyn Lisa are twins, not one short form. */
export function rankGivenNames(a: PreparedGivenName, b: PreparedGivenName): number {
  const rank = rankFirstNames(a, b);
  const differs = GIVEN_NAME_RANK["middle-differs"];
  return rank < differs && middleNamesDiffer(a, b) ? differs : rank;
}

/** Middle names heard only where they might be the first name, or all names are written as one. */
function rankFirstNames(a: PreparedGivenName, b: PreparedGivenName): number {
  if (a.letters === b.letters && a.first === b.first)
    return a.length === 1 ? GIVEN_NAME_RANK.initial : GIVEN_NAME_RANK.exact;
  if (a.textLetters === b.textLetters && a.text === b.text) return GIVEN_NAME_RANK.exact;
  if (a.length === 1 || b.length === 1) {
    return a.first[0] === b.first[0] ? GIVEN_NAME_RANK.initial : partOrElse(a, b);
  }
  const forms = nameFormsAgree(a.nicknames, b.nicknames);
  if (forms === "full") return GIVEN_NAME_RANK.nickname;
  const part = partOrElse(a, b);
  if (!mayBeSimilar(a.letters, a.length, b.letters, b.length)) {
    return part === GIVEN_NAME_RANK.else && forms === "short" ? GIVEN_NAME_RANK.similar : part;
  }
  const similarity = jaroWinkler(a.first, b.first);
  const alike = a.sound === b.sound;
  // A slip in the very first letter that also changes the sound makes another name: Jayden and Kayden are twins.
  if ((a.first[0] === b.first[0] || alike) && isClose(a.first, b.first, similarity)) return GIVEN_NAME_RANK.close;
  if (part !== GIVEN_NAME_RANK.else) return part;
  if (forms === "short" || similarity >= SIMILAR_SIMILARITY_MIN) return GIVEN_NAME_RANK.similar;
  return alike && similarity > SOUND_SIMILARITY_MIN ? GIVEN_NAME_RANK.similar : GIVEN_NAME_RANK.else;
}

/** A shared middle name alone is nothing: sisters often have one. */
function partOrElse(a: PreparedGivenName, b: PreparedGivenName): number {
  const inB = b.hasMiddle && a.length > 1 && b.names.includes(a.first);
  const inA = a.hasMiddle && b.length > 1 && a.names.includes(b.first);
  return inB || inA ? GIVEN_NAME_RANK.part : GIVEN_NAME_RANK.else;
}

/** Both sides state middle names and none of one could be one of the other, not even as its initial. */
function middleNamesDiffer(a: PreparedGivenName, b: PreparedGivenName): boolean {
  if (!a.hasMiddle || !b.hasMiddle || a.text === b.text) return false;
  for (let i = 1; i < a.names.length; i++) {
    for (let j = 1; j < b.names.length; j++) {
      if (couldBeOne(a.names[i] ?? "", b.names[j] ?? "")) return false;
    }
  }
  return true;
}

function couldBeOne(a: string, b: string): boolean {
  if (a.length === 1 || b.length === 1) return a[0] === b[0];
  return jaroWinkler(a, b) >= SIMILAR_SIMILARITY_MIN;
}
