import { type PreparedAddress, prepareAddress } from "./comparisons/address.ts";
import { type PreparedBirthDate, prepareBirthDate } from "./comparisons/birth-date.ts";
import { prepareEmail } from "./comparisons/email.ts";
import { prepareFamilyName } from "./comparisons/family-name.ts";
import { prepareGivenName } from "./comparisons/given-name.ts";
import type { PreparedName, PreparedNames } from "./comparisons/name.ts";
import { type PreparedNhsNumber, prepareNhsNumber } from "./comparisons/nhs-number.ts";
import { preparePhone } from "./comparisons/phone.ts";
import { type PreparedPostcode, preparePostcode } from "./comparisons/postcode.ts";
import { preparePractice } from "./comparisons/practice.ts";
import { type PreparedSex, prepareSex } from "./comparisons/sex.ts";
import { type PreparedText, prepareText } from "./comparisons/text.ts";
import { isInventedPerson } from "./placeholders.ts";
import type { MatchRecord } from "./record.ts";

/** A record ready to be compared and blocked: plain data, made once. Placeholders are gone, doubles are one. */
export type Prepared = PreparedNames & {
  readonly nhsNumber: PreparedNhsNumber | undefined;
  readonly birthDate: PreparedBirthDate | undefined;
  readonly sex: PreparedSex | undefined;
  readonly postcodes: readonly PreparedPostcode[];
  readonly addresses: readonly PreparedAddress[];
  readonly phones: readonly string[];
  readonly emails: readonly string[];
  readonly practice: string | undefined;
  /** The declared columns, in the order in which the model lists them. */
  readonly extras: readonly (PreparedText | undefined)[];
};

/** Values of one kind beyond this are left out, the smallest by text kept, so that the order they came in is nothing. */
const VALUES_MAX = 16;

/**
 * Folds, parses and codes a record once, so that comparing it to thousands is cheap. Never throws on content.
 * @param extras the values of declared columns, in the order in which the model lists them.
 */
export function prepare(record: MatchRecord, extras: readonly string[] = []): Prepared {
  const names = distinct(record.names.map(prepareName), keyOfName);
  const named = names.filter(({ family, given }) => family !== undefined || given !== undefined);
  return {
    nhsNumber: record.nhsNumber && prepareNhsNumber(record.nhsNumber),
    names: named,
    families: distinct(
      named.map(({ family }) => family),
      ({ text }) => text,
    ),
    givens: distinct(
      named.map(({ given }) => given),
      ({ names }) => names.join(" "),
    ),
    birthDate: record.birthDate === undefined ? undefined : prepareBirthDate(record.birthDate),
    sex: record.sex && prepareSex(record.sex),
    postcodes: distinct(record.postcodes.map(preparePostcode), ({ text }) => text),
    addresses: distinct(record.addressLines.map(prepareAddress), ({ text }) => text),
    phones: distinct(record.phones.map(preparePhone), (phone) => phone),
    emails: distinct(record.emails.map(prepareEmail), (email) => email),
    practice: record.gpPractice === undefined ? undefined : preparePractice(record.gpPractice),
    extras: extras.length === 0 ? NONE : extras.map(prepareText),
  };
}

const NONE: readonly undefined[] = [];

function prepareName(name: MatchRecord["names"][number]): PreparedName {
  const family = name.family === undefined ? undefined : prepareFamilyName(name.family);
  const given = prepareGivenName(name.given);
  if (family && given && isInventedPerson(family.text, given.first)) return { family: undefined, given: undefined };
  return { family, given };
}

const keyOfName = ({ family, given }: PreparedName): string => `${family?.text ?? ""}|${given?.names.join(" ") ?? ""}`;

/** Sorted by key, so that equal sets give equal arrays whatever order they came in. */
function distinct<T>(values: readonly (T | undefined)[], keyOf: (value: T) => string): T[] {
  const [first, second] = values;
  if (first === undefined && values.length <= 1) return [];
  if (first !== undefined && second === undefined && values.length === 1) return [first];
  const byKey = new Map<string, T>();
  for (const value of values) {
    if (value === undefined) continue;
    const key = keyOf(value);
    if (!byKey.has(key)) byKey.set(key, value);
  }
  const sorted = [...byKey].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.slice(0, VALUES_MAX).map(([, value]) => value);
}
