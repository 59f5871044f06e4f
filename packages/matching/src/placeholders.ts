/**
 * Values that fill a mandatory field and say nothing of the person. They are shared by thousands of records, so
 * each is read as missing: no evidence, no blocking key.
 */

/** A given name that begins so names a newborn by its mother or its place in the birth, not by its own name. */
const INFANT_WORDS = new Set([
  "baby",
  "infant",
  "newborn",
  "twin",
  "triplet",
  "boy",
  "girl",
  "male",
  "female",
  "son",
  "daughter",
  "bb",
  "bg",
]);

const TITLES = new Set(["mr", "mrs", "miss", "ms", "mx", "dr", "prof", "rev", "sir", "lady", "master", "aka"]);

const NOT_A_NAME = new Set([
  "unknown",
  "unkn",
  "unk",
  "unidentified",
  "unnamed",
  "anonymous",
  "anon",
  "patient",
  "notknown",
  "noname",
  "nosurname",
  "nofirstname",
  "nogivenname",
  "notgiven",
  "notstated",
  "notrecorded",
  "none",
  "null",
  "nil",
  "na",
  "nk",
  "nfn",
  "nln",
  "fnu",
  "lnu",
  "tba",
  "tbc",
  "donotuse",
  "duplicate",
  "delete",
]);

/** TEST, ZZTEST, XXTESTPATIENT: the usual marks of records that are no patient. */
const TEST_NAME = /^[xz]*test(ing|patient|record)?\d*$/;
const FILLER = /^[xz]+$/;

const INVENTED_PERSONS = new Set(["doe john", "doe jane", "bloggs joe", "bloggs fred", "mouse mickey", "duck donald"]);

function isNotAName(word: string): boolean {
  return NOT_A_NAME.has(word) || TEST_NAME.test(word) || FILLER.test(word);
}

/** The words of a family name, folded: none where the whole is a placeholder. */
export function familyWords(folded: readonly string[]): string[] {
  const whole = folded.join("");
  if (isNotAName(whole) || INFANT_WORDS.has(whole)) return [];
  return folded.filter((word) => !TEST_NAME.test(word));
}

/** The words of the given names, folded, first name first: none for `Baby Jane`, `Twin 2`, `B/O Smith`, `Unknown`. */
export function givenWords(folded: readonly string[]): string[] {
  const named = folded.filter((word) => !TITLES.has(word));
  const [first, second] = named;
  if (first === undefined || isNotAName(named.join("")) || INFANT_WORDS.has(first)) return [];
  if (first === "b" && second === "o") return [];
  return named.filter((word) => !isNotAName(word) && !/^\d+$/.test(word));
}

/** John Doe and his like: each part may be a real name, both together are not. */
export function isInventedPerson(family: string, given: string): boolean {
  return INVENTED_PERSONS.has(`${family} ${given}`);
}

/** Defaults of systems: the epochs of Excel, Delphi and SQL Server, and the forms that demand a date. */
const DEFAULT_DATES = new Set([
  "0001-01-01",
  "1111-11-11",
  "1753-01-01",
  "1800-01-01",
  "1899-12-30",
  "1899-12-31",
  "1900-01-01",
  "1901-01-01",
  "2099-12-31",
  "2999-12-31",
  "9999-12-31",
]);

/** Whether an ISO date is a system's default rather than anyone's birth. */
export function isPlaceholderDate(iso: string): boolean {
  return DEFAULT_DATES.has(iso);
}

const ONE_DIGIT_MOSTLY = /(\d)\1{6}/;
const RISING = "01234567890123456789";
const FALLING = "98765432109876543210";

/** Ten digits or a telephone's last nine: seven equal digits in a row, or a straight run up or down. */
export function isPlaceholderNumber(digits: string): boolean {
  return ONE_DIGIT_MOSTLY.test(digits) || RISING.includes(digits) || FALLING.includes(digits);
}

const EMAIL_FILLERS = new Set(["noemail", "none", "no", "unknown", "na", "notknown", "test", "nomail", "noreply"]);

/** Whether an address's part before the @ is a filler. */
export function isPlaceholderEmail(localPart: string): boolean {
  return EMAIL_FILLERS.has(localPart.replace(/[^a-z]/g, ""));
}
