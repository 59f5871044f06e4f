import type { Concept, Observation } from "@chesil/model";
import {
  amountOf,
  conceptAt,
  conceptsIn,
  conceptText,
  notesAt,
  quantityOf,
  startAt,
  unitOf,
  whenAt,
} from "../datatypes.ts";
import type { Element } from "../element.ts";
import { NOTE_LENGTH_MAX } from "../limits.ts";
import { stated } from "../stated.ts";
import { isInError, type ReadFact, requiredConcept } from "./read-fact.ts";

/** Observation: what was measured, counted, seen or concluded. */

const STATUSES: Readonly<Record<string, Observation["status"]>> = {
  ...{ registered: "registered", preliminary: "preliminary", final: "final", cancelled: "cancelled" },
  ...{ amended: "corrected", corrected: "corrected", "entered-in-error": "entered-in-error", unknown: "unknown" },
};

/**
 * An observation and its components, the systolic and the diastolic pressure, each as one of its own. A panel that says
 * nothing but which others belong to it is none.
 */
export function observationsOf(resource: Element): Observation[] {
  const own = { code: requiredConcept(resource, "code"), ...valueIn(resource) };
  const components = resource.list("component").flatMap((each, index) => {
    const code = conceptAt(each, "code");
    return code === undefined ? [] : [{ code, subId: String(index + 1), ...valueIn(each), ...markedOf(each) }];
  });
  const notes = [...notesAt(resource), ...absenceOf(resource)];
  const isPanel = own.value === undefined && (components.length > 0 || resource.list("hasMember").length > 0);
  const all = [...(isPanel ? [] : [{ ...own, ...markedOf(resource) }]), ...components];
  return all.map((each, index) => ({
    ...each,
    ...stated<Partial<Observation>>({
      observedAt: whenObserved(resource),
      notes: index === 0 ? notes : undefined,
    }),
    status: statusOf(resource),
  }));
}

const whenObserved = (resource: Element): string | undefined =>
  startAt(resource, "effective") ?? whenAt(resource, "effectiveInstant") ?? whenAt(resource, "issued");

/** Observations outside of a report: a height, a pressure, a habit. Its components may come in another order next time. */
export function measurementFacts(resource: Element): ReadFact[] {
  const isRetracted = isInError(resource);
  const names = new Set<string>();
  return observationsOf(resource).map(({ subId, ...observation }) => {
    const content = { kind: "measurement", observation } as const;
    if (subId === undefined) return { content, isRetracted };
    const name = observation.code.codings[0]?.code ?? observation.code.text ?? subId;
    const part = names.has(name) ? `${name}#${subId}` : name;
    names.add(name);
    return { content, isRetracted, part };
  });
}

function statusOf(resource: Element): Observation["status"] {
  const sent = resource.text("status") ?? "unknown";
  const status = Object.hasOwn(STATUSES, sent) ? STATUSES[sent] : undefined;
  if (status === undefined) resource.flag("status", "bad-code", "It is no code of FHIR.");
  return status ?? "unknown";
}

/** Range and marks stand with a component as with an observation. */
function markedOf(element: Element): Pick<Observation, "referenceRange" | "flags"> {
  const range = element.first("referenceRange");
  const [low, high] = [amountOf(range?.at("low")), quantityOf(range?.at("high"))];
  const words = range?.text("text") ?? [low ?? "", high ?? ""].join(" - ");
  return stated({
    referenceRange: words === " - " ? undefined : words,
    flags: conceptsIn(element, "interpretation").map(({ codings, text }) => codings[0]?.code ?? text ?? ""),
  });
}

type Value = Pick<Observation, "valueType"> & Partial<Pick<Observation, "value" | "concepts" | "units">>;

/** `value[x]`, with the HL7 v2 type that says the same. */
function valueIn(element: Element): Value {
  const quantity = element.at("valueQuantity");
  if (quantity) return quantityValue(quantity);
  const concept = conceptAt(element, "valueCodeableConcept");
  if (concept) return { valueType: "CWE", value: conceptText(concept), concepts: [concept] };
  const count = element.number("valueInteger");
  if (count !== undefined) return { valueType: "NM", value: String(count) };
  const truth = element.boolean("valueBoolean");
  if (truth !== undefined) return { valueType: "ST", value: truth ? "Yes" : "No" };
  const text = element.text("valueString", NOTE_LENGTH_MAX);
  if (text !== undefined) return { valueType: text.includes("\n") ? "TX" : "ST", value: text };
  return rangeValue(element) ?? timeValue(element) ?? nothing(element);
}

function quantityValue(quantity: Element): Value {
  const value = amountOf(quantity);
  const valueType = quantity.has("comparator") ? "SN" : "NM";
  return stated<Value>({ valueType, value, concepts: undefined, units: unitOf(quantity) });
}

function rangeValue(element: Element): Value | undefined {
  const [range, ratio] = [element.at("valueRange"), element.at("valueRatio")];
  const [low, high] = [range?.at("low"), range?.at("high")];
  if (range)
    return stated<Value>({
      valueType: "SN",
      value: `${amountOf(low) ?? ""}-${amountOf(high) ?? ""}`,
      concepts: undefined,
      units: unitOf(high) ?? unitOf(low),
    });
  const [over, under] = [amountOf(ratio?.at("numerator")), amountOf(ratio?.at("denominator"))];
  return over === undefined || under === undefined ? undefined : { valueType: "SN", value: `${over}:${under}` };
}

function timeValue(element: Element): Value | undefined {
  const at = whenAt(element, "valueDateTime");
  const time = element.text("valueTime");
  if (at !== undefined) return { valueType: "DTM", value: at };
  return time === undefined ? undefined : { valueType: "TM", value: time };
}

function nothing(element: Element): Value {
  for (const name of ["valuePeriod", "valueSampledData"])
    if (element.has(name)) element.flag(name, "ignored", "A value of this type is not stated.");
  return { valueType: "" };
}

/** Why there is no value. */
function absenceOf(resource: Element): string[] {
  const reason: Concept | undefined = conceptAt(resource, "dataAbsentReason");
  const words = reason && conceptText(reason);
  return words ? [`No value: ${words}`] : [];
}
