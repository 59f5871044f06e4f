import { type PreparedAddress, prepareAddress } from "./comparisons/address.ts";
import { type PreparedBirthDate, prepareBirthDate } from "./comparisons/birth-date.ts";
import { prepareEmail } from "./comparisons/email.ts";
import { type PreparedFamilyName, prepareFamilyName } from "./comparisons/family-name.ts";
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
export type Prepared = PreparedNames &
  OnlyValues & {
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

/**
 * Of a list of one value, that value: of millions of records each step through memory is a wait, and a list is two.
 * Undefined where the list has none or several.
 */
type OnlyValues = {
  readonly onlyPostcode: PreparedPostcode | undefined;
  readonly onlyAddress: PreparedAddress | undefined;
  readonly onlyPhone: string | undefined;
  readonly onlyEmail: string | undefined;
};

/** The value of a list of one. */
const onlyOf = <V>(values: readonly V[]): V | undefined => (values.length === 1 ? values[0] : undefined);

/** Values of one kind beyond this are left out, the smallest by text kept, so that the order they came in is nothing. */
const VALUES_MAX = 16;

/**
 * Folds, parses and codes a record once, so that comparing it to thousands is cheap. Never throws on content.
 * @param extras the values of declared columns, in the order in which the model lists them.
 */
export function prepare(record: MatchRecord, extras: readonly string[] = []): Prepared {
  const names = distinct(record.names.map(prepareName), keyOfName);
  const named = names.filter(({ family, given }) => family !== undefined || given !== undefined);
  const families = distinct(
    named.map(({ family }) => family),
    keyOfFamily,
  );
  const givens = distinct(
    named.map(({ given }) => given),
    ({ names }) => names.join(" "),
  );
  const postcodes = distinct(record.postcodes.map(preparePostcode), ({ text }) => text);
  const addresses = distinct(record.addressLines.map(prepareAddress), ({ text }) => text);
  const phones = distinct(record.phones.map(preparePhone), (phone) => phone);
  const emails = distinct(record.emails.map(prepareEmail), (email) => email);
  return {
    nhsNumber: record.nhsNumber && prepareNhsNumber(record.nhsNumber),
    names: named,
    families,
    onlyFamily: onlyOf(families),
    givens,
    onlyGiven: onlyOf(givens),
    birthDate: record.birthDate === undefined ? undefined : prepareBirthDate(record.birthDate),
    sex: record.sex && prepareSex(record.sex),
    postcodes,
    onlyPostcode: onlyOf(postcodes),
    addresses,
    onlyAddress: onlyOf(addresses),
    phones,
    onlyPhone: onlyOf(phones),
    emails,
    onlyEmail: onlyOf(emails),
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

const keyOfName = ({ family, given }: PreparedName): string =>
  `${family ? keyOfFamily(family) : ""}|${given?.names.join(" ") ?? ""}`;

/** `Smith-Jones` and `Smithjones` are one text and two names: the first can be met by its parts. */
const keyOfFamily = ({ text, parts }: PreparedFamilyName): string => `${text} ${parts.join(" ")}`;

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
