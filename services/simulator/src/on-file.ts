import { ageInYears, dateStamp } from "./calendar.ts";
import { type Diligence, DUPLICATE_WITHOUT_NHS_NUMBER, outdatedRecords, PAIRS_THAT_DIFFER } from "./calibration.ts";
import { writeBirthDate, writeName, writeSex } from "./errors.ts";
import type { Person } from "./person.ts";
import type { Address } from "./places.ts";
import { SHARE_WHO_MOVED } from "./population.ts";
import type { Random } from "./random.ts";

/** One person as one system has them on file; `undefined` is what it does not have. */
export type OnFile = {
  family: string;
  formerFamily: string | undefined;
  given: readonly string[];
  title: string;
  sex: "M" | "F" | "U";
  birthDate: string | undefined;
  address: Address | undefined;
  landline: string | undefined;
  mobile: string | undefined;
  email: string | undefined;
  nhsNumber: string | undefined;
  nhsNumberTraced: boolean;
  practice: Person["practice"];
  doctor: Person["doctor"];
  ethnicity: string | undefined;
  marital: string | undefined;
  diedAtMs: number | undefined;
};

/** Who writes a file: how diligently, and whether it is a service that asks for mail and marital status. */
export type Keeper = { readonly diligence: Diligence; readonly kind: string };

export type Writing = {
  /** What the calibrated error rates are multiplied by. */
  readonly carelessness: number;
  /** A second registration, because the first was not found: it mostly lacks the NHS number that would have found it. */
  readonly again: boolean;
  /** The day of writing: nothing on file is later. */
  readonly onMs: number;
  /** Somebody of the same household, whose NHS number may be taken by mistake. */
  readonly housemate: Person | undefined;
};

/** Of the people who have moved, the share of files that still hold the address before. */
export const OUTDATED_SHARE = outdatedRecords(PAIRS_THAT_DIFFER.postcode, SHARE_WHO_MOVED);
/** A file opened at birth, before there was a name, and not touched since. */
const UNNAMED_BEFORE_AGE = 2;

/** One person as one keeper of files writes them down: less than the truth, and worse, at the calibrated rates. */
export function writeOnFile(random: Random, person: Person, keeper: Keeper, writing: Writing): OnFile {
  const { diligence } = keeper;
  const { carelessness, onMs } = writing;
  const name = writeName(random, person, carelessness);
  const [first = "", ...middle] = name.given;
  const small = ageInYears(person.birthDate, onMs) < UNNAMED_BEFORE_AGE;
  const infant = small && random.chance(diligence.infantUnnamed);
  const unnamed = person.twin === undefined ? "Baby" : person.twin > person.index ? "Twin 1" : "Twin 2";
  const keepMiddle = !random.chance(diligence.middleNamesMissing);
  const hasPhone = !random.chance(diligence.phoneMissing);
  const health = keeper.kind !== "social-care";
  return {
    family: name.family,
    formerFamily: person.previousFamily === name.family ? undefined : person.previousFamily,
    given: infant ? [unnamed] : keepMiddle ? [first, ...middle] : [first],
    title: person.title,
    sex: random.chance(diligence.sexUnknown) ? "U" : writeSex(random, person.sex, carelessness),
    birthDate: random.chance(diligence.birthDateMissing)
      ? undefined
      : writeBirthDate(random, person.birthDate, carelessness, dateStamp(onMs)),
    address: writeAddress(random, person, diligence),
    landline: hasPhone ? person.landline : undefined,
    mobile: hasPhone ? person.mobile : undefined,
    email: health && random.chance(0.5) ? person.email : undefined,
    ...writeNhsNumber(random, person, diligence, writing),
    practice: person.practice,
    doctor: person.doctor,
    ethnicity: random.chance(0.8) ? person.ethnicity : undefined,
    marital: health && random.chance(0.6) ? person.marital : undefined,
    diedAtMs: person.diedAtMs,
  };
}

function writeAddress(random: Random, person: Person, diligence: Diligence): Address | undefined {
  if (random.chance(diligence.postcodeMissing)) return { ...person.address, postcode: "" };
  if (!random.chance(diligence.postcodePseudo)) return person.address;
  const homeless = random.chance(0.5);
  return {
    lines: [homeless ? "No fixed abode" : "Not known"],
    town: "",
    postcode: homeless ? "ZZ99 3VZ" : "ZZ99 3WZ",
  };
}

function writeNhsNumber(
  random: Random,
  { nhsNumber }: Person,
  diligence: Diligence,
  { again, housemate }: Writing,
): Pick<OnFile, "nhsNumber" | "nhsNumberTraced"> {
  const none = { nhsNumber: undefined, nhsNumberTraced: false };
  if (nhsNumber === undefined) return none;
  if (random.chance(again ? DUPLICATE_WITHOUT_NHS_NUMBER : diligence.nhsNumberMissing)) return none;
  if (random.chance(diligence.nhsNumberMistyped)) {
    return { nhsNumber: mistyped(random, nhsNumber), nhsNumberTraced: false };
  }
  if (random.chance(diligence.nhsNumberOfAnother)) {
    return { nhsNumber: housemate?.nhsNumber ?? nhsNumber, nhsNumberTraced: false };
  }
  return { nhsNumber, nhsNumberTraced: !again && random.chance(diligence.nhsNumberTraced) };
}

/** One digit wrong after the 999, so that the number stays in the test range; its check digit then fails. */
function mistyped(random: Random, number: string): string {
  const at = random.between(3, 9);
  const wrong = (Number(number[at]) + random.between(1, 9)) % 10;
  return number.slice(0, at) + String(wrong) + number.slice(at + 1);
}
