import type { Demographics, Identifier, Party, Said, Sensitivity, Sex } from "@chesil/model";
import { isValidNhsNumber, NHS_AUTHORITY, nhsNumberDigits, value } from "@chesil/model";
import type { FieldView } from "../message/place.ts";
import type { Segment } from "../message/segment.ts";
import { isAfter, readDate, readTime } from "../message/time.ts";
import { addressesSaid } from "./addresses.ts";
import { sensitivityOf, sexOf, yesOrNo } from "./codes.ts";
import type { MappingContext } from "./context.ts";
import { type CodeSet, type FeedDialect, type PlacedField, standardCode } from "./dialect.ts";
import { cleanText, identifierOf, isSomething, otherIdentifiers, readIdentifiers } from "./identifiers.ts";
import { namesSaid } from "./names.ts";
import type { PatientGroup } from "./patient-groups.ts";
import { type Placed, placed } from "./places.ts";
import { locationOf, saidOf, textAt, wordAt } from "./statement.ts";
import { telecomsSaid } from "./telecoms.ts";

/** A day's grace for dates: they are of the sender's calendar, the receipt of UTC's. */
const CALENDAR_AHEAD_MS = 24 * 3_600_000;

const NHS_NUMBER = /^\d{3}[ -]?\d{3}[ -]?\d{4}$/;

/** Every identifier of PID-3, 2, 4, 18 and 19, each once. */
export function identifiersSaid(pid: Segment, { message, feed, warnings }: MappingContext): Identifier[] {
  const found = new Map<string, Identifier>();
  const add = (identifier: Identifier) => {
    const type = identifier.trust === undefined ? identifier.type : "";
    const key = `${identifier.authority}|${identifier.value}|${type}`;
    if (!found.has(key)) found.set(key, identifier);
  };
  const list = readIdentifiers(pid, 3, message, feed);
  const fields = [
    [3, list],
    [2, otherIdentifiers(pid, 2, list, message, feed)],
    [4, otherIdentifiers(pid, 4, list, message, feed)],
    [18, readIdentifiers(pid, 18, message, feed)],
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
  const sent = {
    authority: NHS_AUTHORITY,
    value,
    type: "NH",
    isNhsNumber: true,
    isLocal: false,
    status: undefined,
    repetition: 1,
  };
  return identifierOf(sent, pid, feed);
}

/** PID and PD1, field by field as said. A field that can not be read is left out with a warning. */
export function demographicsSaid(group: PatientGroup, context: MappingContext): Demographics {
  const { pid } = group;
  const said: { [Key in keyof Demographics]: Demographics[Key] | undefined } = {
    names: namesSaid(pid, context),
    birthDate: birthDateSaid(pid.field(7), context),
    sex: sexSaid(pid.field(8), context),
    addresses: addressesSaid(pid, context),
    telecoms: telecomsSaid(pid, context),
    language: codeSaid("language", group, context),
    maritalStatus: codeSaid("maritalStatus", group, context),
    religion: codeSaid("religion", group, context),
    ethnicity: codeSaid("ethnicity", group, context),
    ...deathSaid(group, context),
    generalPractice: practiceSaid(placed("generalPractice", group, context), practiceIn),
    generalPractitioner: practiceSaid(placed("generalPractitioner", group, context), practitionerIn),
    confidentiality: confidentialitySaid(group, context),
  };
  return withoutAbsent(said);
}

/** A key that is missing was absent from the message. */
function withoutAbsent(said: { [Key in keyof Demographics]: Demographics[Key] | undefined }): Demographics {
  for (const key of Object.keys(said) as (keyof Demographics)[]) if (said[key] === undefined) delete said[key];
  return said as Demographics;
}

function birthDateSaid(field: FieldView, { receivedAt, warnings }: MappingContext): Said<string> | undefined {
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

function sexSaid(field: FieldView, { feed, warnings }: MappingContext): Said<Sex> | undefined {
  return saidOf(field, (place) => {
    const code = textAt(place, 1);
    if (code === undefined) return undefined;
    const sex = sexOf(standardCode(feed, "sex", code));
    if (sex === undefined) warnings.add("PID-8", "bad-code", "The sex is not one of table 0001.");
    return sex;
  });
}

function confidentialitySaid(group: PatientGroup, context: MappingContext): Said<Sensitivity> | undefined {
  const { place, location } = placed("confidentiality", group, context);
  return saidOf(place, (field) => {
    const code = textAt(field, 1);
    if (code === undefined) return undefined;
    const level = sensitivityOf(standardCode(context.feed, "confidentiality", code));
    if (level === undefined)
      context.warnings.add(location, "bad-code", "How closely the record is kept is no known code.");
    return level;
  });
}

/** A coded field (CWE, CE, IS): the code, else the text that stands for it. A placeholder states nothing. */
function codeSaid(
  field: PlacedField & CodeSet,
  group: PatientGroup,
  context: MappingContext,
): Said<string> | undefined {
  return saidOf(placed(field, group, context).place, (place) => {
    const code = wordAt(place, 1) ?? wordAt(place, 2);
    return code === undefined ? undefined : standardCode(context.feed, field, code);
  });
}

/** PID-30 and PID-29. A date of death says that the patient died, unless PID-30 says the opposite: then it is not used. */
function deathSaid(group: PatientGroup, context: MappingContext): Pick<Demographics, "deceased" | "deathDate"> {
  const { warnings } = context;
  const indicator = placed("deceased", group, context);
  const date = placed("deathDate", group, context);
  const deceased = saidOf(indicator.place, (place) => {
    const code = textAt(place, 1);
    if (code === undefined) return undefined;
    const isDead = yesOrNo(code);
    if (isDead === undefined) warnings.add(indicator.location, "bad-code", "The death indicator is not Y or N.");
    return isDead;
  });
  const deathDate = saidOf(date.place, (place) => {
    const time = readTime(textAt(place, 1) ?? "");
    if (time === undefined) warnings.add(date.location, "bad-date", "The date of death is not a date.");
    return time === undefined ? undefined : (time.iso ?? time.date);
  });
  if (deathDate?.said !== "value") return { deceased, deathDate };
  if (deceased?.said === "value" && !deceased.value) {
    const text = `${indicator.location} says that the patient is alive, so the date of death is not used.`;
    warnings.add(date.location, "ignored", text);
    return { deceased, deathDate: undefined };
  }
  return { deceased: value(true), deathDate };
}

/** A feed that puts it in one component has a code there. */
function practiceSaid(
  { place, isComponent }: Placed,
  read: (place: FieldView) => Party | undefined,
): Said<Party> | undefined {
  return saidOf(place, (field) => (isComponent ? partyOf(wordAt(field, 1), undefined) : read(field)));
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
