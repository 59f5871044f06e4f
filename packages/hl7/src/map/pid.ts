import type { Demographics, Identifier, Party, Said } from "@chesil/model";
import { isValidNhsNumber, NHS_AUTHORITY, nhsNumberDigits, value } from "@chesil/model";
import type { Dialect, FieldView } from "../message/place.ts";
import type { Segment } from "../message/segment.ts";
import { isAfter, readDate, readTime } from "../message/time.ts";
import { addressesSaid } from "./addresses.ts";
import { sexOf, yesOrNo } from "./codes.ts";
import {
  cleanText,
  type FeedDialect,
  identifierOf,
  isSomething,
  otherIdentifiers,
  readIdentifiers,
} from "./identifiers.ts";
import { namesSaid } from "./names.ts";
import { locationOf, saidCode, saidOf, textAt, type Warnings, wordAt } from "./statement.ts";
import { telecomsSaid } from "./telecoms.ts";

/** A day's grace for dates: they are of the sender's calendar, the receipt of UTC's. */
const CALENDAR_AHEAD_MS = 24 * 3_600_000;

const NHS_NUMBER = /^\d{3}[ -]?\d{3}[ -]?\d{4}$/;

/** Every identifier of PID-3, 2, 4, 18 and 19, each once. */
export function identifiersSaid(pid: Segment, dialect: Dialect, feed: FeedDialect, warnings: Warnings): Identifier[] {
  const found = new Map<string, Identifier>();
  const add = (identifier: Identifier) => {
    const type = identifier.trust === undefined ? identifier.type : "";
    const key = `${identifier.authority}|${identifier.value}|${type}`;
    if (!found.has(key)) found.set(key, identifier);
  };
  const list = readIdentifiers(pid, 3, dialect, feed);
  const fields = [
    [3, list],
    [2, otherIdentifiers(pid, 2, list, dialect, feed)],
    [4, otherIdentifiers(pid, 4, list, dialect, feed)],
    [18, readIdentifiers(pid, 18, dialect, feed)],
  ] as const;
  for (const [field, sents] of fields) {
    for (const sent of sents) {
      const identifier = identifierOf(sent, pid, feed);
      add(field === 18 && identifier.type === "" ? { ...identifier, type: "AN" } : identifier);
      if (identifier.trust === "invalid") {
        const location = `${locationOf(`PID-${field}`, sent.repetition - 1)}.1`;
        warnings.add(location, "bad-nhs-number", "The NHS number fails its check or is a placeholder.");
      }
    }
  }
  const social = socialOrNhsNumber(pid, feed);
  if (social !== undefined) add(social);
  return [...found.values()];
}

/** PID-19 is a social security number; older UK feeds put the NHS number there, which its check digit shows. */
function socialOrNhsNumber(pid: Segment, feed: FeedDialect): Identifier | undefined {
  const text = cleanText(pid.get(19));
  if (!isSomething(text)) return undefined;
  if (!NHS_NUMBER.test(text) || !isValidNhsNumber(text)) return { authority: "SSN", value: text, type: "SS" };
  const value = nhsNumberDigits(text) ?? text;
  const sent = { authority: NHS_AUTHORITY, value, type: "NH", isNhsNumber: true, status: undefined, repetition: 1 };
  return identifierOf(sent, pid, feed);
}

/** PID and PD1, field by field as said. A field that can not be read is left out with a warning. */
export function demographicsSaid(
  pid: Segment,
  pd1: Segment | undefined,
  receivedAt: Date,
  warnings: Warnings,
): Demographics {
  const said: { [Key in keyof Demographics]: Demographics[Key] | undefined } = {
    names: namesSaid(pid, receivedAt, warnings),
    birthDate: birthDateSaid(pid.field(7), receivedAt, warnings),
    sex: codedSaid(pid.field(8), sexOf, "PID-8", "The sex is not one of table 0001.", warnings),
    addresses: addressesSaid(pid, receivedAt, warnings),
    telecoms: telecomsSaid(pid, warnings),
    language: saidCode(pid.field(15)),
    maritalStatus: saidCode(pid.field(16)),
    religion: saidCode(pid.field(17)),
    ethnicity: saidCode(pid.field(22)),
    ...deathSaid(pid, warnings),
    generalPractice: pd1 === undefined ? undefined : saidOf(pd1.field(3), practiceIn),
    generalPractitioner: pd1 === undefined ? undefined : saidOf(pd1.field(4), practitionerIn),
  };
  return withoutAbsent(said);
}

/** A key that is missing was absent from the message. */
function withoutAbsent(said: { [Key in keyof Demographics]: Demographics[Key] | undefined }): Demographics {
  for (const key of Object.keys(said) as (keyof Demographics)[]) if (said[key] === undefined) delete said[key];
  return said as Demographics;
}

function birthDateSaid(field: FieldView, receivedAt: Date, warnings: Warnings): Said<string> | undefined {
  return saidOf(field, (place) => {
    const text = textAt(place, 1);
    if (text === undefined) return undefined;
    const date = readDate(text);
    if (date === undefined) {
      warnings.add("PID-7", "bad-date", "The date of birth is not a date.");
      return undefined;
    }
    if (isAfter(date, new Date(receivedAt.getTime() + CALENDAR_AHEAD_MS))) {
      warnings.add("PID-7", "bad-date", "The date of birth is later than the message.");
      return undefined;
    }
    return date;
  });
}

function codedSaid<T>(
  field: FieldView,
  meaning: (code: string) => T | undefined,
  location: string,
  warningText: string,
  warnings: Warnings,
): Said<T> | undefined {
  return saidOf(field, (place) => {
    const code = textAt(place, 1);
    if (code === undefined) return undefined;
    const meant = meaning(code);
    if (meant === undefined) warnings.add(location, "bad-code", warningText);
    return meant;
  });
}

/** PID-30 and PID-29. A date of death says that the patient died, unless PID-30 says the opposite: then it is not used. */
function deathSaid(pid: Segment, warnings: Warnings): Pick<Demographics, "deceased" | "deathDate"> {
  const deceased = codedSaid(pid.field(30), yesOrNo, "PID-30", "The death indicator is not Y or N.", warnings);
  const deathDate = saidOf(pid.field(29), (place) => {
    const time = readTime(textAt(place, 1) ?? "");
    if (time === undefined) warnings.add("PID-29", "bad-date", "The date of death is not a date.");
    return time === undefined ? undefined : (time.iso ?? time.date);
  });
  if (deathDate?.said !== "value") return { deceased, deathDate };
  if (deceased?.said === "value" && !deceased.value) {
    warnings.add("PID-29", "ignored", "PID-30 says that the patient is alive, so the date of death is not used.");
    return { deceased, deathDate: undefined };
  }
  return { deceased: value(true), deathDate };
}

/** XON: the code in XON.3, or XON.10 since 2.5; the name in XON.1. */
function practiceIn(place: FieldView): Party | undefined {
  return partyOf(wordAt(place, 3) ?? wordAt(place, 10), wordAt(place, 1));
}

/** XCN: the code in XCN.1, then the name: `Dr Gregory Townley`. */
export function practitionerIn(place: FieldView): Party | undefined {
  const name = [6, 3, 2].map((component) => wordAt(place, component)).filter((part) => part !== undefined);
  return partyOf(wordAt(place, 1), name.length === 0 ? undefined : name.join(" "));
}

function partyOf(code: string | undefined, display: string | undefined): Party | undefined {
  if (code === undefined && display === undefined) return undefined;
  return { ...(code === undefined ? {} : { code }), ...(display === undefined ? {} : { display }) };
}
