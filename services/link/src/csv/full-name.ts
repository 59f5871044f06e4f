/** A name written in one column, in its parts. What is not there is "" or empty. */
export type NameParts = {
  readonly given: readonly string[];
  readonly family: string;
  /** `(née Herbert)`. */
  readonly birthFamily: string;
};

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(" "));

const TITLES = setOf(
  "mr mrs miss ms mx dr doctor prof professor rev revd reverend sir dame lady lord master father fr sister capt captain col colonel major maj lt sgt hon",
);
const SUFFIXES = setOf("jr jnr junior sr snr senior ii iii iv esq esquire obe mbe cbe phd md frs bt qc kc mp");
/** They belong to the word after them. Not `ben` or `al` alone in the first place, which are given names. */
const PARTICLES = setOf(
  "van von der den de del della di da do dos du la le los las el al ul ur bin ibn bint abu st mac mc",
);
/** `1st Baronet`, `3rd Earl of Somewhere`: what follows a comma and is no given name. */
const RANK = /^(\d+(st|nd|rd|th)\b|baronet\b|\S+ of\b)/i;
/** No name is longer; a value of a megabyte must cost nothing. */
const NAME_LENGTH_MAX = 256;
/** Not at the beginning: Nee is a name too. */
const MAIDEN = /(?<=\S\s*)\(?\b(?:née|nee|formerly|maiden name)\s+([^(),]+)\)?/i;

/**
 * Takes a full name apart: `Dr John Paul Smith Jr`, `Smith, John Paul`, `Ludwig van Beethoven`, `Ann Hill (née
 * Herbert)`. Titles, ranks and suffixes go. The last word is the family name, with the particles before it; a single
 * word is one too, as is the word after a title.
 */
export function splitFullName(written: string): NameParts {
  const text = written.slice(0, NAME_LENGTH_MAX);
  const birthFamily = MAIDEN.exec(text)?.[1]?.trim() ?? "";
  const plain = text
    .replace(MAIDEN, " ")
    .replace(/\([^)]*\)?/g, " ")
    .replaceAll(")", " ");
  const [before = "", ...after] = plain.split(",").map((part) => part.trim());
  const givenPart = after.find((part) => part !== "" && !RANK.test(part) && !isSuffix(part));
  if (givenPart !== undefined && before !== "") {
    const given = withoutTitles(wordsOf(givenPart)).words;
    return { given: withoutSuffixes(given), family: withoutTitles(wordsOf(before)).words.join(" "), birthFamily };
  }
  const { words, hadTitle } = withoutTitles(wordsOf(before));
  const named = withoutSuffixes(words);
  const first = familyStart(named, hadTitle ? 0 : 1);
  return { given: named.slice(0, first), family: named.slice(first).join(" "), birthFamily };
}

/**
 * The words between given and family name where the full name begins with the one and ends with the other: the middle
 * names that a file with three columns of names holds in the third.
 */
export function middleNames(fullName: NameParts, given: string, family: string): readonly string[] {
  const [first, ...middle] = fullName.given;
  const agrees = first !== undefined && sameWord(first, given) && sameWord(fullName.family, family);
  return agrees ? middle : [];
}

const sameWord = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

const wordsOf = (text: string): string[] => text.split(/\s+/).filter((word) => word !== "");

const plainWord = (word: string): string => word.toLowerCase().replaceAll(".", "");

const isSuffix = (part: string): boolean => wordsOf(part).every((word) => SUFFIXES.has(plainWord(word)));

function withoutTitles(words: readonly string[]): { words: readonly string[]; hadTitle: boolean } {
  let from = 0;
  while (from < words.length - 1 && TITLES.has(plainWord(words[from] as string))) from++;
  return { words: words.slice(from), hadTitle: from > 0 };
}

/** A name keeps two words: Junior and Senior are names as well. */
function withoutSuffixes(words: readonly string[]): readonly string[] {
  let to = words.length;
  while (to > 2 && SUFFIXES.has(plainWord(words[to - 1] as string))) to--;
  return words.slice(0, to);
}

/** Where the family name begins: at least `least` words stay given names, unless there is one word only. */
function familyStart(words: readonly string[], least: number): number {
  let at = Math.max(0, words.length - 1);
  while (at > least && PARTICLES.has(plainWord(words[at - 1] as string))) at--;
  return at;
}
