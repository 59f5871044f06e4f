import { fold } from "@chesil/matching";
import { nhsNumberDigits, normalPostcode } from "@chesil/model";
import type { PersonCriteria } from "@chesil/store";
import { badRequest } from "../problem.ts";

/**
 * What somebody typed, as criteria. Several: ways to read the same text, tried in order until one finds somebody.
 */
export type PersonQuery = readonly PersonCriteria[];

/** The least of a family name to search by: one letter is a twentieth of a region. */
const FAMILY_LETTERS_MIN = 2;

export type PersonFields = {
  readonly nhsNumber?: string | undefined;
  readonly family?: string | undefined;
  readonly given?: string | undefined;
  readonly birthDate?: string | undefined;
  readonly sex?: string | undefined;
  readonly postcode?: string | undefined;
  readonly localId?: string | undefined;
};

/** @throws Problem 400 when a field can not be read, or when they narrow nothing. */
export function queryOfFields(fields: PersonFields): PersonQuery {
  const nhsNumber = fields.nhsNumber === undefined ? undefined : nhsNumberDigits(fields.nhsNumber);
  if (fields.nhsNumber !== undefined && nhsNumber === undefined) throw badRequest("An NHS number has ten digits");
  const birthDate = fields.birthDate === undefined ? undefined : dateOf(fields.birthDate);
  if (fields.birthDate !== undefined && birthDate === undefined) {
    throw badRequest("The date of birth can not be read", "Give it as 1950-07-31 or 31/07/1950, or only its year.");
  }
  const postcodePrefix = fields.postcode === undefined ? undefined : postcodeOf(fields.postcode);
  if (fields.postcode !== undefined && postcodePrefix === undefined) throw badRequest("The postcode can not be read");
  const criteria: PersonCriteria = {
    nhsNumber,
    familyPrefix: fields.family === undefined ? undefined : familyOf(fields.family),
    givenPrefix: fields.given === undefined ? undefined : fold(fields.given) || undefined,
    birthDate,
    sex: fields.sex,
    postcodePrefix,
    ...localIdOf(fields.localId),
  };
  const narrowing = [
    criteria.nhsNumber,
    criteria.familyPrefix,
    criteria.birthDate,
    criteria.postcodePrefix,
    criteria.localId,
  ];
  if (narrowing.every((each) => each === undefined)) {
    throw badRequest(
      "There is too little to search by",
      "Give a family name, an NHS number, a date of birth, a postcode or a local id.",
    );
  }
  return [criteria];
}

/**
 * One line: an NHS number, a local id (`RDZ|12345` or `12345`), or any of names, date of birth and postcode together
 * (`Smith Jane 31/07/1950 BH1 1AA`, `SMITH, Jane`).
 *
 * @throws Problem 400 when nothing in it can be searched by.
 */
export function queryOfText(text: string): PersonQuery {
  const digits = nhsNumberDigits(text);
  if (digits !== undefined) return [{ nhsNumber: digits }, { localId: text.trim() }];
  if (text.includes("|")) return [localIdOf(text)];
  const { rest, postcode } = takePostcode(text);
  const dates = rest.split(/[\s,]+/).filter((word) => dateOf(word) !== undefined && /\D/.test(word));
  const [date] = dates;
  const birthDate = date === undefined ? undefined : dateOf(date);
  const named = date === undefined ? rest : rest.replace(date, " ");
  const found: PersonCriteria = { birthDate, postcodePrefix: postcode };
  if (fold(named) === "") {
    if (birthDate === undefined && postcode === undefined) throw badRequest("There is nothing to search by");
    return [found];
  }
  if (/\d/.test(named)) return [{ ...found, localId: named.trim() }, ...outwardOnly(named, found)];
  return namesOf(named).map((names) => ({ ...found, ...names }));
}

/** The ways round two or more words may be a family and a given name. */
function namesOf(text: string): PersonCriteria[] {
  const [before, after] = text.split(",", 2);
  if (after !== undefined && fold(after) !== "") {
    return [{ familyPrefix: familyOf(before ?? ""), givenPrefix: fold(after) }];
  }
  const parts = fold(text).split(" ");
  const [first = "", second] = parts;
  if (second === undefined) return [{ familyPrefix: familyOf(first) }];
  if (parts.length === 2) {
    if (first.length < FAMILY_LETTERS_MIN) return [{ familyPrefix: familyOf(second), givenPrefix: first }];
    if (second.length < FAMILY_LETTERS_MIN) return [{ familyPrefix: first, givenPrefix: second }];
    // Smith-Jones, typed alone, is two words too.
    return [{ eitherName: [first, second] }, { familyPrefix: parts.join(" ") }];
  }
  const last = parts.at(-1) ?? "";
  return [
    { familyPrefix: familyOf(last), givenPrefix: parts.slice(0, -1).join(" ") },
    { familyPrefix: familyOf(parts.slice(1).join(" ")), givenPrefix: first },
    { familyPrefix: familyOf(first), givenPrefix: parts.slice(1).join(" ") },
    { familyPrefix: familyOf(parts.slice(0, -1).join(" ")), givenPrefix: last },
  ];
}

function familyOf(text: string): string {
  const folded = fold(text);
  if (folded.length < FAMILY_LETTERS_MIN) {
    throw badRequest(`Give at least ${FAMILY_LETTERS_MIN} letters of the family name`);
  }
  return folded;
}

function localIdOf(text: string | undefined): Pick<PersonCriteria, "localId" | "authority"> {
  if (text === undefined) return {};
  const place = text.indexOf("|");
  return place < 0
    ? { localId: text.trim() }
    : { authority: text.slice(0, place).trim(), localId: text.slice(place + 1).trim() };
}

const OUTWARD = /^[A-Z]{1,2}\d[A-Z\d]?$/;

/** A whole postcode, or the outward part with the space that ends it: BH1 is not BH10. */
function postcodeOf(text: string): string | undefined {
  const outward = text.trim().toUpperCase();
  return normalPostcode(text) ?? (OUTWARD.test(outward) ? `${outward} ` : undefined);
}

function outwardOnly(text: string, found: PersonCriteria): PersonCriteria[] {
  const outward = text.trim().toUpperCase();
  return OUTWARD.test(outward) ? [{ ...found, postcodePrefix: `${outward} ` }] : [];
}

/** Takes one whole postcode out of a line, written with its space or without. */
function takePostcode(text: string): { rest: string; postcode: string | undefined } {
  for (const match of text.matchAll(/(?<![A-Za-z\d])[A-Za-z]{1,2}\d[A-Za-z\d]?\s?\d[A-Za-z]{2}(?![A-Za-z\d])/g)) {
    const postcode = normalPostcode(match[0]);
    if (postcode !== undefined) return { rest: text.replace(match[0], " "), postcode };
  }
  return { rest: text, postcode: undefined };
}

const MONTH_NAMES = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** `1950-07-31`, `1950-07`, `1950`, `31/07/1950`, `31.7.1950`, `31-Jul-1950`; undefined for what is no date. */
function dateOf(text: string): string | undefined {
  const iso = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(text);
  if (iso) return isoDate(iso[1], iso[2], iso[3]);
  const british = /^(\d{1,2})[/.-](\d{1,2}|[A-Za-z]{3})[/.-](\d{4})$/.exec(text);
  if (!british) return undefined;
  const [, day, month = "", year] = british;
  const named = MONTH_NAMES.indexOf(month.toLowerCase());
  return isoDate(year, named < 0 ? month : String(named + 1), day);
}

function isoDate(year: string | undefined, month?: string, day?: string): string | undefined {
  const parts = [year, month?.padStart(2, "0"), day?.padStart(2, "0")].filter((part) => part !== undefined);
  const iso = parts.join("-");
  const whole = new Date(`${[...parts, "01", "01"].slice(0, 3).join("-")}T00:00:00Z`);
  return !Number.isNaN(whole.getTime()) && whole.toISOString().startsWith(iso) ? iso : undefined;
}

/** The names of the criteria that were used, for the audit. */
export function criteriaNames(criteria: PersonCriteria): string[] {
  return Object.entries(criteria).flatMap(([name, value]) => (value === undefined ? [] : [name]));
}
