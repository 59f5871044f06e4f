import type { PreparedFamilyName } from "../comparisons/family-name.ts";
import type { PreparedGivenName } from "../comparisons/given-name.ts";
import { formalName } from "../nicknames.ts";
import { sound } from "../phonetics.ts";
import type { Prepared } from "../prepare.ts";

/** The values that a record gives one part of a blocking key: none, one, or several for former names and addresses. */
export type PartValues = (record: Prepared) => readonly string[];

/** Sound codes longer than this tell apart what a reader would mishear anyway; KRST is Christopher and Christine. */
const SOUND_LENGTH = 4;
const PREFIX_LENGTH = 3;
const NONE: readonly string[] = [];
const EVERYONE: readonly string[] = ["everyone"];

const some = (value: string | undefined): readonly string[] => (value ? [value] : NONE);

/** Parts of blocking keys by name. Two records meet under a rule when they share a value of every part it names. */
const PARTS: Readonly<Record<string, PartValues>> = {
  /** The same for all: every record meets every other. */
  everyone: () => EVERYONE,
  nhsNumber: ({ nhsNumber }) => some(nhsNumber?.trust === "invalid" ? undefined : nhsNumber?.digits),
  familyName: ({ families }) => families.flatMap(familyTexts),
  familySound: ({ families }) => families.flatMap(familySounds),
  familyPrefix: ({ families }) => families.map(({ text }) => text.slice(0, PREFIX_LENGTH)),
  givenName: ({ givens }) => givens.map(({ first }) => formalName(first)),
  givenSound: ({ givens }) => givens.map(givenSound),
  givenPrefix: ({ givens }) => givens.map(({ first }) => first.slice(0, PREFIX_LENGTH)),
  /** Either name, so that a name written in the other's place is found. */
  nameSound: ({ families, givens }) => [...families.flatMap(familySounds), ...givens.map(givenSound)],
  birthDate: ({ birthDate }) => some(birthDate?.day ? birthDate.text : undefined),
  birthYear: ({ birthDate }) => some(birthDate && String(birthDate.year)),
  /** Day and month in ascending order: survives a wrong year and a swap. */
  birthDay: ({ birthDate }) =>
    some(birthDate?.day ? [birthDate.day, birthDate.month].sort((a, b) => a - b).join() : undefined),
  sex: ({ sex }) => some(sex),
  postcode: ({ postcodes }) => postcodes.map(({ text }) => text),
  /** Another country's code is a district as it stands. */
  outcode: ({ postcodes }) => postcodes.map(({ outcode, text }) => outcode || text),
  street: ({ addresses }) => addresses.map(({ street }) => street),
  phone: ({ phones }) => phones,
  email: ({ emails }) => emails,
  emailName: ({ emails }) => emails.map((email) => email.slice(0, email.indexOf("@"))),
  practice: ({ practice }) => some(practice),
};

/**
 * Parts that two records share wherever they share another, so that a rule of the finer one finds nothing that a rule of
 * the coarser does not. A record of more values of a part than are kept is the one exception.
 */
export const COARSER: Readonly<Record<string, readonly string[]>> = {
  familyName: ["familySound", "nameSound"],
  familySound: ["nameSound"],
  givenName: ["givenSound", "nameSound"],
  givenSound: ["nameSound"],
  birthDate: ["birthYear", "birthDay"],
  postcode: ["outcode"],
  email: ["emailName"],
};

/** The names of all parts, those of declared columns aside. */
export const PART_NAMES: readonly string[] = Object.keys(PARTS).filter((name) => name !== "everyone");

/**
 * The values of a part: a built-in one, or `column:NAME` for the declared column at that place among a record's extras.
 * @throws RangeError for a part that nobody knows.
 */
export function partValues(name: string, extras: readonly string[]): PartValues {
  const builtIn = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
  if (builtIn) return builtIn;
  const place = name.startsWith(COLUMN) ? extras.indexOf(name.slice(COLUMN.length)) : -1;
  if (place < 0) throw new RangeError(`No part of a blocking key is called ${name}.`);
  return (record) => some(record.extras[place]?.text);
}

export const COLUMN = "column:";

/** What two records that share the part agree upon, or nearly, so that such pairs teach nothing of it. */
export const fixedComparisons = (part: string): readonly string[] =>
  FIXED[part] ?? (part.startsWith(COLUMN) ? [part.slice(COLUMN.length)] : [part]);

/** Where it is not the part of the same name alone: a given name all but fixes the sex, a postcode the address. */
const FIXED: Readonly<Record<string, readonly string[]>> = {
  familySound: ["familyName"],
  familyPrefix: ["familyName"],
  givenName: ["givenName", "sex"],
  givenSound: ["givenName", "sex"],
  givenPrefix: ["givenName", "sex"],
  nameSound: ["familyName", "givenName", "sex"],
  birthYear: ["birthDate"],
  birthDay: ["birthDate"],
  postcode: ["postcode", "address"],
  outcode: ["postcode"],
  street: ["address", "postcode"],
  emailName: ["email"],
};

/** A family name and each part of a double-barrelled one. */
const familyTexts = ({ text, parts }: PreparedFamilyName): readonly string[] =>
  parts[0] === text ? parts : [text, ...parts];

/** Of the same, so that names with a text in common have a sound in common: `Smith-Jones` meets `Smithjones`. */
export const familySounds = (name: PreparedFamilyName): string[] =>
  familyTexts(name).map((text) => shortened(text === name.text ? name.sound : sound(text)));

/** Bob is filed under Robert. */
export function givenSound({ first, sound: own }: PreparedGivenName): string {
  const formal = formalName(first);
  return shortened(formal === first ? own : sound(formal));
}

const shortened = (code: string): string => code.slice(0, SOUND_LENGTH);
