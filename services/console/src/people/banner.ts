import type { Golden, PersonName, Sex, Trust } from "../api/types.ts";
import { formatAge, formatPartialDate } from "../text/dates.ts";
import { formatNhsNumber } from "../text/nhs-number.ts";
import { SEX_WORDS } from "../text/words.ts";

/**
 * The patient banner after the NHS Common User Interface guidance: SURNAME, Given (Title); Born dd-Mmm-yyyy (age);
 * Gender; NHS No. in 3 3 4. What is missing is "Not Known", never blank and never a question mark.
 */
export type Banner = {
  name: string;
  born: string;
  /** Present when the person has died: the date and the age at death, as far as known. */
  died: string | undefined;
  gender: string;
  nhsNumber: string;
  nhsNumberTrust: Trust | undefined;
};

const NOT_KNOWN = "Not Known";

export function bannerName(name: PersonName | undefined): string {
  if (!name) return NOT_KNOWN;
  const family = name.family?.toLocaleUpperCase("en-GB") ?? "";
  const given = name.given.filter(Boolean).map(capitalised).join(" ");
  const title = name.prefix ? `(${capitalised(name.prefix)})` : "";
  const both = [family, given].filter(Boolean).join(", ");
  return [both || NOT_KNOWN, title].filter(Boolean).join(" ");
}

/** `JANE` and `jane` become `Jane`, also after a hyphen or an apostrophe; a name with its own capitals stays. */
function capitalised(name: string): string {
  if (name !== name.toUpperCase() && name !== name.toLowerCase()) return name;
  return name.toLocaleLowerCase("en-GB").replace(/(^|[\s'’-])(\p{L})/gu, (_, before: string, letter: string) => {
    return before + letter.toLocaleUpperCase("en-GB");
  });
}

export function genderWords(sex: Sex | null | undefined): string {
  return sex ? SEX_WORDS[sex] : NOT_KNOWN;
}

/** Born, with the age today in brackets; no age once a person has died. */
export function bornWords(birthDate: string | null | undefined, today: string, dead: boolean): string {
  if (!birthDate) return NOT_KNOWN;
  const age = dead ? undefined : formatAge(birthDate, today);
  return formatPartialDate(birthDate) + (age ? ` (${age})` : "");
}

export function diedWords(deathDate: string | null | undefined, birthDate: string | null | undefined): string {
  if (!deathDate) return "Date Not Known";
  const age = birthDate ? formatAge(birthDate, deathDate.slice(0, 10)) : undefined;
  return formatPartialDate(deathDate.slice(0, 10)) + (age ? ` (${age})` : "");
}

/** `today` is a date (`2026-07-26`) in Dorset. */
export function bannerOf(golden: Golden, today: string): Banner {
  const deathDate = golden.deathDate?.value;
  const dead = golden.deceased?.value === true || deathDate !== undefined;
  const birthDate = golden.birthDate?.value;
  const nhsNumber = golden.nhsNumber?.value;
  return {
    name: bannerName(golden.name?.value),
    born: bornWords(birthDate, today, dead),
    died: dead ? diedWords(deathDate, birthDate) : undefined,
    gender: genderWords(golden.sex?.value),
    nhsNumber: nhsNumber ? formatNhsNumber(nhsNumber.value) : NOT_KNOWN,
    nhsNumberTrust: nhsNumber?.trust,
  };
}
