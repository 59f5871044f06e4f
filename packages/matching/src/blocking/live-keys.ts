import { isFirstOfYear } from "../comparisons/birth-date.ts";
import { hash64 } from "../hash64.ts";
import type { Prepared } from "../prepare.ts";
import { familySounds, givenSound } from "./key-parts.ts";

/**
 * Which records are worth comparing: those that share a key. Each rule is selective by itself (in a region of a
 * million, a handful of records a key), and together they survive an error in any one or two fields:
 *
 *   number              NHS number
 *   date + name         birth date with the sound of a family or a given name (under one head: swapped names meet)
 *   date + postcode     birth date with the postcode
 *   date + outcode      birth date with the outcode and the sex
 *   name + postcode     sound of a family or a given name with the postcode: for a birth date that is wrong
 *   name + year         sounds of family and given name with the birth year: for a wrong day by somebody who moved
 *   phone, email        alone
 *
 * Placeholders never get this far: `prepare` has dropped them.
 */

/** Of one rule's keys for one record, those beyond this are left out, by key, so that order of values is nothing. */
const KEYS_PER_RULE_MAX = 8;

/**
 * The blocking keys of a record, each a signed 64-bit number: 0 for an empty record, some ten for a full one with one
 * name and address, more with former ones. Equal sets of values give equal keys in equal order.
 */
export const blockingKeys = (prepared: Prepared): bigint[] => keyTexts(prepared).map(hash64);

/**
 * Which value of the record a key of its own stands for, in words for a person: `phone`, `date and name`. Undefined: the
 * key is none of its blocking keys.
 */
export function keyInWords(prepared: Prepared, key: bigint): string | undefined {
  const text = keyTexts(prepared).find((each) => hash64(each) === key);
  return text?.slice(0, text.indexOf("|")).replace("nhs", "NHS number").replace("-", " and ");
}

function keyTexts(prepared: Prepared): string[] {
  const rules: string[][] = [numberRule(prepared), ...dateRules(prepared), namePostcodeRule(prepared)];
  rules.push(
    nameYearRule(prepared),
    prepared.phones.map((phone) => `phone|${phone}`),
    prepared.emails.map((email) => `email|${email}`),
  );
  return rules.flatMap((texts) => [...new Set(texts)].sort().slice(0, KEYS_PER_RULE_MAX));
}

function numberRule({ nhsNumber }: Prepared): string[] {
  return nhsNumber && nhsNumber.trust !== "invalid" ? [`nhs|${nhsNumber.digits}`] : [];
}

function dateRules({ birthDate, families, givens, postcodes, sex }: Prepared): string[][] {
  if (birthDate === undefined || birthDate.day === 0) return [];
  const date = birthDate.text;
  const sounds = nameSounds({ families, givens });
  const outcodes = postcodes.filter(({ outcode }) => outcode !== "").map(({ outcode }) => outcode);
  // The first of January is the birthday of whole communities: with sex and outcode alone it would name hundreds.
  const outcodeRule =
    sex && !isFirstOfYear(birthDate) ? outcodes.map((out) => `date-outcode|${date}|${out}|${sex}`) : [];
  return [
    sounds.map((code) => `date-name|${date}|${code}`),
    postcodes.map(({ text }) => `date-postcode|${date}|${text}`),
    outcodeRule,
  ];
}

function namePostcodeRule(prepared: Prepared): string[] {
  const sounds = nameSounds(prepared);
  return prepared.postcodes.flatMap(({ text }) => sounds.map((code) => `name-postcode|${code}|${text}`));
}

function nameYearRule({ names, birthDate }: Prepared): string[] {
  if (birthDate === undefined) return [];
  return names.flatMap(({ family, given }) =>
    family && given
      ? familySounds(family).map((code) => `name-year|${code}|${givenSound(given)}|${birthDate.year}`)
      : [],
  );
}

/** Family and given names under one head, so that a name written in the other's place is still found. */
function nameSounds({ families, givens }: Pick<Prepared, "families" | "givens">): string[] {
  return [...families.flatMap(familySounds), ...givens.map(givenSound)];
}
