import { NHS_AUTHORITY, nhsNumberDigits } from "@chesil/model";
import { encounterClassOf, sexOf } from "../map/codes.ts";
import { type FeedDialect, standardCode } from "../map/dialect.ts";
import { cleanText, isSomething, issuerOf } from "../map/identifiers.ts";
import type { Message } from "../message/message.ts";
import type { FieldView } from "../message/place.ts";
import { readDate } from "../message/time.ts";
import type { QueriedText, QueryCriteria, VisitCriteria } from "./query.ts";
import { cannot, QUERY_REPETITIONS_MAX, QUERY_TEXT_LENGTH_MAX, type Read, read, repetitionsOf } from "./query-place.ts";

/**
 * QPD-3 of a demographics query: pairs of a place and its value (`@PID.5.1.1^SMITH~@PID.8^F`). A place that can not be
 * searched by is refused, never left out: the answer would be about other people than were asked for.
 */

/** The places that can be asked for, by the name of what they hold. `PID.5`, `PID.5.1` and `PID.5.1.1` are one. */
const PLACES = new Map<string, Asked>([
  ["PID.3.1", "id"],
  ["PID.3.4", "idAuthority"],
  ["PID.3.4.2", "idUniversalAuthority"],
  ["PID.3.5", "idType"],
  ["PID.5.1", "family"],
  ["PID.5.2", "given"],
  ["PID.7.1", "birthDate"],
  ["PID.8.1", "sex"],
  ["PID.11.1", "street"],
  ["PID.11.3", "city"],
  ["PID.11.5", "postcode"],
  ["PID.13.1", "phone"],
  ["PID.18.1", "account"],
  ["PID.18.4", "accountAuthority"],
  ["PV1.2.1", "class"],
  ["PV1.3.1", "ward"],
  ["PV1.3.2", "room"],
  ["PV1.3.3", "bed"],
  ["PV1.3.4", "facility"],
  ["PV1.7.1", "consultantCode"],
  ["PV1.7.2", "consultantName"],
  ["PV1.10.1", "specialty"],
  ["PV1.19.1", "visitNumber"],
  ["PV1.19.4", "visitAuthority"],
]);

type Asked =
  | ("id" | "idAuthority" | "idUniversalAuthority" | "idType" | "family" | "given" | "birthDate" | "sex" | "street")
  | ("city" | "postcode" | "phone" | "account" | "accountAuthority" | "class" | "ward" | "room" | "bed" | "facility")
  | ("consultantCode" | "consultantName" | "specialty" | "visitNumber" | "visitAuthority");

const PLACE = /^@?([A-Z][A-Z0-9]{2})[.-](\d{1,3})(?:\.(\d{1,2}))?(?:\.(\d{1,2}))?$/;

/** A value with the place in the query where it stood. */
interface Value {
  readonly text: string;
  readonly location: string;
}

type Values = Map<Asked, Value>;

/** The criteria of QPD-3. Visits can be asked for where `withVisits`. */
export function readCriteria(message: Message, feed: FeedDialect, withVisits: boolean): Read<QueryCriteria> {
  const values = valuesOf(message, withVisits);
  if (!values.ok) return values;
  const birthDate = dateIn(values.value);
  if (!birthDate.ok) return birthDate;
  const sex = codeIn(values.value, "sex", (text) => sexOf(standardCode(feed, "sex", text)));
  if (!sex.ok) return sex;
  const visit = visitIn(values.value, feed);
  if (!visit.ok) return visit;
  const criteria = said<QueryCriteria>({
    identifier: identifierIn(values.value, feed),
    family: textIn(values.value, "family"),
    given: textIn(values.value, "given"),
    birthDate: birthDate.value,
    sex: sex.value,
    street: textIn(values.value, "street"),
    city: textIn(values.value, "city"),
    postcode: textIn(values.value, "postcode"),
    phone: values.value.get("phone")?.text,
    visit: visit.value,
  });
  if (Object.keys(criteria).length > 0) return read(criteria);
  return cannot(
    "101",
    "QPD^1^3",
    "QPD-3 asks for nobody in particular. Give an id, a name, a date of birth or an address.",
  );
}

function valuesOf(message: Message, withVisits: boolean): Read<Values> {
  const repetitions = repetitionsOf(message, 3);
  if (repetitions.length > QUERY_REPETITIONS_MAX) {
    return cannot("102", "QPD^1^3", `QPD-3 has at most ${QUERY_REPETITIONS_MAX} repetitions.`);
  }
  const values: Values = new Map();
  for (const [index, repetition] of repetitions.entries()) {
    const location = `QPD^1^3^${index + 1}`;
    const name = cleanText(repetition.component(1).text).toUpperCase();
    const sent = valueIn(repetition);
    if (sent === undefined) return cannot("103", location, "Places are compared by EQ and joined by AND.");
    const text = cleanText(sent.text);
    if (name === "" && text === "") continue;
    const asked = placeOf(name);
    if (asked === undefined || (!withVisits && isOfVisit(name))) {
      return cannot("103", location, "This place can not be searched by.");
    }
    if (text === "" || text === "*") continue;
    if (text.length > QUERY_TEXT_LENGTH_MAX) {
      return cannot("102", location, `A value has at most ${QUERY_TEXT_LENGTH_MAX} characters.`);
    }
    if (values.has(asked)) return cannot("102", location, "QPD-3 asks for one place twice.");
    values.set(asked, { text, location });
  }
  return read(values);
}

/** The value: behind its place, or as NHS ITK has it behind a comparison (`@PV1.2^EQ^O^AND`), of which EQ alone is offered. */
function valueIn(repetition: FieldView): FieldView | undefined {
  const [second, third] = [repetition.component(2), repetition.component(3)];
  const isEqual = second.text.trim().toUpperCase() === "EQ";
  if (third.state === "absent" || (third.state !== "value" && !isEqual)) return second;
  const conjunction = repetition.component(4).text.trim().toUpperCase();
  return isEqual && ["", "AND"].includes(conjunction) ? third : undefined;
}

/** A first part may go unsaid: `@PID.7` is `@PID.7.1`, and `@PID.5.1.1` is `@PID.5.1`. */
function placeOf(name: string): Asked | undefined {
  const [, segment, field, component = "1", subcomponent = "1"] = PLACE.exec(name) ?? [];
  if (segment === undefined) return undefined;
  const place = `${segment}.${Number(field)}.${Number(component)}`;
  return PLACES.get(Number(subcomponent) === 1 ? place : `${place}.${Number(subcomponent)}`);
}

const isOfVisit = (name: string): boolean => /^@?PV1/.test(name);

function identifierIn(values: Values, feed: FeedDialect): QueryCriteria["identifier"] {
  const value = values.get("id")?.text;
  if (value === undefined || !isSomething(value)) return undefined;
  const [name, universalId] = [values.get("idAuthority")?.text ?? "", values.get("idUniversalAuthority")?.text ?? ""];
  const isNhsType = /^(NH|NHS)$/i.test(values.get("idType")?.text ?? "");
  if (name === "" && universalId === "" && !isNhsType) return { value };
  const authority = isNhsType ? NHS_AUTHORITY : issuerOf(name, universalId, feed);
  return { value: authority === NHS_AUTHORITY ? (nhsNumberDigits(value) ?? value) : value, authority };
}

function visitIn(values: Values, feed: FeedDialect): Read<VisitCriteria | undefined> {
  const visitClass = codeIn(values, "class", (text) => encounterClassOf(standardCode(feed, "patientClass", text)));
  if (!visitClass.ok) return visitClass;
  const places = (["ward", "room", "bed", "facility"] as const).flatMap((each) => values.get(each)?.text ?? []);
  const specialty = values.get("specialty")?.text;
  const visit = said<VisitCriteria>({
    account: numberIn(values, "account", "accountAuthority", feed),
    class: visitClass.value,
    places: places.length > 0 ? places : undefined,
    consultantCode: values.get("consultantCode")?.text,
    consultantName: textIn(values, "consultantName"),
    specialty: specialty && standardCode(feed, "specialty", specialty),
    visitNumber: numberIn(values, "visitNumber", "visitAuthority", feed),
  });
  return read(Object.keys(visit).length > 0 ? visit : undefined);
}

function numberIn(values: Values, number: Asked, authority: Asked, feed: FeedDialect): VisitCriteria["account"] {
  const value = values.get(number)?.text;
  const name = values.get(authority)?.text;
  return value === undefined
    ? undefined
    : { value, ...(name === undefined ? {} : { authority: issuerOf(name, "", feed) }) };
}

/** `SM*` is the start of a name, `SMITH` the whole of one. */
function textIn(values: Values, asked: Asked): QueriedText | undefined {
  const sent = values.get(asked)?.text;
  if (sent === undefined) return undefined;
  const text = sent.replace(/\*+$/, "").trim();
  return { text, isStart: text !== sent };
}

function dateIn(values: Values): Read<string | undefined> {
  const value = values.get("birthDate");
  if (value === undefined) return read(undefined);
  const date = readDate(value.text);
  return date === undefined ? cannot("102", value.location, "The date of birth can not be read.") : read(date);
}

function codeIn<T>(values: Values, asked: Asked, codeOf: (text: string) => T | undefined): Read<T | undefined> {
  const value = values.get(asked);
  if (value === undefined) return read(undefined);
  const code = codeOf(value.text);
  return code === undefined ? cannot("103", value.location, "This code is not known.") : read(code);
}

/** Only what is said. */
function said<T extends object>(criteria: { [Key in keyof T]: T[Key] | undefined }): T {
  return Object.fromEntries(Object.entries(criteria).filter(([, value]) => value !== undefined)) as T;
}
