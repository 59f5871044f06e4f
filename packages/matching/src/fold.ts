/**
 * Text as it is compared: lower case, no diacritics, no punctuation, Latin letters where a plain transliteration
 * exists. What a clerk, a web form and a legacy system write of one name meets here.
 */

/** Longer values are cut before folding: no name or address line is longer, and a 10 MB field must cost nothing. */
const FOLD_LENGTH_MAX = 256;

/** Removed without a space, so that O'Neill, O’Neill and ONeill are one word. */
const APOSTROPHES = /['`\u00b4\u02b9-\u02bd\u2018-\u201b\u2032\uff07]/g;
const COMBINING = /[\u0300-\u036f]/g;
const NOT_WORD = /[^\p{L}\p{M}\p{N}]+/gu;
const NOT_ASCII = /[^\0-\u007f]/;

/** Letters that Unicode does not decompose, and the usual Latin spelling of Greek and Cyrillic. */
const LETTERS = new Map(
  Object.entries({
    ß: "ss",
    æ: "ae",
    œ: "oe",
    ø: "o",
    ł: "l",
    đ: "d",
    ð: "d",
    þ: "th",
    ħ: "h",
    ı: "i",
    ŋ: "n",
    ŧ: "t",
    ƒ: "f",
    ə: "e",
    а: "a",
    б: "b",
    в: "v",
    г: "g",
    ґ: "g",
    д: "d",
    ђ: "dj",
    е: "e",
    є: "ye",
    ж: "zh",
    з: "z",
    и: "i",
    і: "i",
    ј: "j",
    к: "k",
    л: "l",
    љ: "lj",
    м: "m",
    н: "n",
    њ: "nj",
    о: "o",
    п: "p",
    р: "r",
    с: "s",
    т: "t",
    ћ: "c",
    у: "u",
    ф: "f",
    х: "kh",
    ц: "ts",
    ч: "ch",
    џ: "dz",
    ш: "sh",
    щ: "shch",
    ъ: "",
    ы: "y",
    ь: "",
    э: "e",
    ю: "yu",
    я: "ya",
    α: "a",
    β: "v",
    γ: "g",
    δ: "d",
    ε: "e",
    ζ: "z",
    η: "i",
    θ: "th",
    ι: "i",
    κ: "k",
    λ: "l",
    μ: "m",
    ν: "n",
    ξ: "x",
    ο: "o",
    π: "p",
    ρ: "r",
    σ: "s",
    ς: "s",
    τ: "t",
    υ: "y",
    φ: "f",
    χ: "ch",
    ψ: "ps",
    ω: "o",
  }),
);

/**
 * Words in lower case separated by single spaces; "" for nothing. Apostrophes vanish, hyphens and every other sign
 * part words. Letters of scripts without a table here stay as they are. `fold(fold(x))` is `fold(x)`.
 */
export function fold(text: string): string {
  let folded = text.slice(0, FOLD_LENGTH_MAX).replace(APOSTROPHES, "").toLowerCase();
  if (NOT_ASCII.test(folded)) folded = toLatin(folded);
  return folded.replace(NOT_WORD, " ").slice(0, FOLD_LENGTH_MAX).trim();
}

function toLatin(lower: string): string {
  // Decomposing may yield capitals and signs anew (℡ is TEL), so the lower case is taken again after it.
  const plain = lower.normalize("NFKD").replace(COMBINING, "").replace(APOSTROPHES, "").toLowerCase();
  let latin = "";
  for (const letter of plain) latin += LETTERS.get(letter) ?? letter;
  return latin.normalize("NFC");
}

/** The folded text without its spaces: `van der Berg` and `Vanderberg` are one. */
export function compact(folded: string): string {
  return folded.includes(" ") ? folded.replaceAll(" ", "") : folded;
}

/** The words of a folded text; none for "". */
export function words(folded: string): string[] {
  return folded === "" ? [] : folded.split(" ");
}
