import { isValidNhsNumber } from "@chesil/model";
import { dictionaryName } from "./name-dictionary.ts";
import { type BaselineRecord, plainDate, plainName, plainNhsNumber, plainPostcode, plainSex } from "./record.ts";
import { jaroWinkler, soundex } from "./text.ts";

/**
 * The trace of NHS England's Master Person Service, written from its description in the Person_ID Handbook: cross-check,
 * alphanumeric, algorithmic. Each record is traced against the persons there are, in order; it joins the one that is
 * found or founds the next.
 *
 * Where the description is silent, or means the national register that is not here, the reading that serves it best:
 * - A person is all values ever seen of them, as PDS keeps former names and addresses.
 * - A number that fails its check is no number.
 * - In life a right number is always found by the first step, for everybody is in PDS. So a record whose valid number
 *   nobody bears yet is traced further only against persons without a number.
 * - The alphanumeric trace asks for the given name, and for a shared postcode or practice, where the record has them.
 * - Block sizes are bounded together: more than 50 candidates is no trace. What is missing is left out of the mean.
 * - The least score of an algorithmic match is not given. On our register a lower SCORE_MIN joins strangers for a tenth
 *   of a hundredth of recall, a higher one loses recall by hundredths.
 * A set without sex, or without names, passes the steps that need them by: nothing but the first step links it.
 */

const CANDIDATES_MAX = 50;
const SCORE_MIN = 80;
const MARGIN = 5;

type Traced = {
  readonly nhsNumber: string;
  readonly birthDate: string;
  readonly sex: string;
  readonly postcode: string;
  readonly practice: string;
  readonly family: string;
  readonly given: string;
};

/** The cluster of each record, numbered from 0 in order of founding. */
export function clusterByMps(records: readonly BaselineRecord[]): Int32Array {
  const register = new Register();
  return Int32Array.from(records, (record) => {
    const traced = tracedOf(record);
    const person =
      crossCheck(register, traced) ?? alphanumericTrace(register, traced) ?? algorithmicTrace(register, traced);
    return register.keep(traced, person);
  });
}

function tracedOf(record: BaselineRecord): Traced {
  const nhsNumber = plainNhsNumber(record.nhs_number);
  return {
    nhsNumber: isValidNhsNumber(nhsNumber) ? nhsNumber : "",
    birthDate: plainDate(record.date_of_birth),
    sex: plainSex(record.sex),
    postcode: plainPostcode(record.postcode),
    practice: (record.gp_practice ?? "").trim(),
    family: plainName(record.family_name),
    given: plainName(record.given_name),
  };
}

/** The persons there are, each with every version of them, and the blocks they are found by. */
class Register {
  readonly #versions: Traced[][] = [];
  readonly #byKey = new Map<string, Set<number>>();

  keep(record: Traced, found: number | undefined): number {
    const person = found ?? this.#versions.push([]) - 1;
    this.versionsOf(person).push(record);
    const keys = [numberKey(record), alphanumericKey(record), ...blockKeys(record)];
    for (const key of keys) {
      if (key === undefined) continue;
      const persons = this.#byKey.get(key);
      if (persons === undefined) this.#byKey.set(key, new Set([person]));
      else persons.add(person);
    }
    return person;
  }

  versionsOf(person: number): Traced[] {
    return this.#versions[person] ?? [];
  }

  find(key: string | undefined): ReadonlySet<number> {
    return (key === undefined ? undefined : this.#byKey.get(key)) ?? NOBODY;
  }

  /** Whether a trace by anything but the number may find this person for this record. */
  isOpen(record: Traced, person: number): boolean {
    if (record.nhsNumber === "" || this.find(numberKey(record)).size > 0) return true;
    return this.versionsOf(person).every((version) => version.nhsNumber === "");
  }
}

const NOBODY: ReadonlySet<number> = new Set();

const numberKey = ({ nhsNumber }: Traced): string | undefined => (nhsNumber === "" ? undefined : `N${nhsNumber}`);

function alphanumericKey({ family, sex, birthDate }: Traced): string | undefined {
  return family === "" || sex === "" || birthDate === "" ? undefined : `A${soundex(family)}|${sex}|${birthDate}`;
}

/** The four blocks of the algorithmic trace. */
function blockKeys({ family, given, sex, birthDate, postcode }: Traced): string[] {
  if (birthDate === "" || sex === "" || postcode === "") return [];
  const keys = [`4${birthDate}|${postcode}|${sex}`];
  if (family !== "" && given !== "") keys.push(`1${soundex(family)}|${soundex(given)}|${birthDate}`);
  if (family !== "") keys.push(`2${soundex(family)}|${sex}|${birthDate}|${postcode}`);
  if (given !== "") keys.push(`3${soundex(given)}|${sex}|${birthDate}|${postcode}`);
  return keys;
}

/** The person of the NHS number, when the date of birth agrees, or agrees in part and something else does. */
function crossCheck(register: Register, record: Traced): number | undefined {
  for (const person of register.find(numberKey(record))) {
    const versions = register.versionsOf(person);
    if (versions.some(({ birthDate }) => birthDate !== "" && birthDate === record.birthDate)) return person;
    if (versions.some((version) => isPartialDate(record.birthDate, version.birthDate) && bears(record, version))) {
      return person;
    }
  }
  return undefined;
}

/** Two parts of three alike, day and month swapped, or two digits of the day or the year swapped. */
function isPartialDate(left: string, right: string): boolean {
  if (left === "" || right === "") return false;
  if (partsAlike(left, right) >= 2) return true;
  const [year, month, day] = partsOf(left);
  const swapped = [
    year + day + month,
    year + month + day.charAt(1) + day.charAt(0),
    year.slice(0, 2) + year.charAt(3) + year.charAt(2) + month + day,
  ];
  return swapped.includes(right);
}

const partsOf = (date: string): [year: string, month: string, day: string] => [
  date.slice(0, 4),
  date.slice(4, 6),
  date.slice(6, 8),
];

function partsAlike(left: string, right: string): number {
  const others = partsOf(right);
  return partsOf(left).filter((part, place) => part === others[place]).length;
}

/** The first letter of the given name and three of the family name, or the outward half of the postcode. */
function bears(record: Traced, version: Traced): boolean {
  const named = record.given !== "" && record.family !== "";
  const name = ({ given, family }: Traced): string => `${given.charAt(0)} ${family.slice(0, 3)}`;
  if (named && name(record) === name(version)) return true;
  const outward = ({ postcode }: Traced): string => postcode.split(" ")[0] ?? "";
  return record.postcode !== "" && outward(record) === outward(version);
}

/** The only person of that sound of name, sex and date of birth, and of a place the record names. */
function alphanumericTrace(register: Register, record: Traced): number | undefined {
  const survivors: number[] = [];
  for (const person of register.find(alphanumericKey(record))) {
    if (!register.isOpen(record, person)) continue;
    const versions = register.versionsOf(person);
    const sounds = record.given === "" || versions.some(({ given }) => soundex(given) === soundex(record.given));
    if (sounds && sharesPlace(record, versions)) survivors.push(person);
  }
  return survivors.length === 1 ? survivors[0] : undefined;
}

function sharesPlace({ postcode, practice }: Traced, versions: readonly Traced[]): boolean {
  if (postcode === "" && practice === "") return true;
  return versions.some(
    (version) =>
      (postcode !== "" && version.postcode === postcode) || (practice !== "" && version.practice === practice),
  );
}

/** The best of the candidates of four blocks, when it is good enough and nobody is near it. */
function algorithmicTrace(register: Register, record: Traced): number | undefined {
  const candidates = new Set<number>();
  for (const key of blockKeys(record)) {
    for (const person of register.find(key)) if (register.isOpen(record, person)) candidates.add(person);
  }
  if (candidates.size > CANDIDATES_MAX) return undefined;
  let best: number | undefined;
  let bestScore = 0;
  let nextScore = 0;
  for (const person of candidates) {
    const score = scoreOf(record, register.versionsOf(person));
    if (score > bestScore) [best, bestScore, nextScore] = [person, score, bestScore];
    else if (score > nextScore) nextScore = score;
  }
  return bestScore >= SCORE_MIN && bestScore - nextScore > MARGIN ? best : undefined;
}

/** The unweighted mean of date of birth, sex, postcode and the two names, 0 to 100, each at its best version. */
function scoreOf(record: Traced, versions: readonly Traced[]): number {
  const best = (score: (version: Traced) => number): number => Math.max(...versions.map(score));
  const scores = [
    best((version) => dateScore(record.birthDate, version.birthDate)),
    best(({ sex }) => (sex === record.sex ? 100 : sex === "" ? 50 : 0)),
    best((version) => postcodeScore(record.postcode, version.postcode)),
  ];
  if (record.given !== "") {
    const given = dictionaryName(record.given);
    scores.push(best((version) => 100 * jaroWinkler(given, dictionaryName(version.given))));
  }
  if (record.family !== "") scores.push(best((version) => 100 * jaroWinkler(record.family, version.family)));
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

function dateScore(left: string, right: string): number {
  const alike = partsAlike(left, right);
  if (alike === 3) return 100;
  if (alike === 2) return 66;
  const [year, month, day] = partsOf(left);
  return year + day + month === right ? 66 : alike * 33;
}

/** 100 for the same, else the share of letters that agree from the front. */
function postcodeScore(left: string, right: string): number {
  let alike = 0;
  while (alike < left.length && left[alike] === right[alike]) alike++;
  return (100 * alike) / Math.max(left.length, right.length, 1);
}
