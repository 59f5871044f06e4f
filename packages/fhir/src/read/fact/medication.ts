import type { Concept, FactOf } from "@chesil/model";
import {
  amountOf,
  conceptAt,
  conceptsIn,
  conceptText,
  notesAt,
  periodAt,
  quantityOf,
  textOfConceptAt,
  whenAt,
} from "../datatypes.ts";
import type { Element } from "../element.ts";
import { ITEMS_MAX, NOTE_LENGTH_MAX } from "../limits.ts";
import { partyAt, resolved } from "../references.ts";
import { stated } from "../stated.ts";
import { numberAs, oneFact, type ReadFact, requiredConcept, statusIn } from "./read-fact.ts";

/** What is ordered, dispensed, taken, and taken home. */

type Medication = FactOf<"medication">;

const STATUSES: Readonly<Record<string, Medication["status"]>> = {
  ...{ active: "active", intended: "active", draft: "active", preparation: "active", "in-progress": "active" },
  ...{ "on-hold": "on-hold", stopped: "stopped", declined: "cancelled", "not-taken": "cancelled" },
  ...{ cancelled: "cancelled", completed: "completed", unknown: "unknown" },
};

export function medicationStatementFacts(resource: Element): ReadFact[] {
  const category = conceptAt(resource, "category");
  const stage = STAGES.get(conceptText(category ?? { codings: [] })) ?? stageOf(category) ?? "statement";
  const { start, end } = periodAt(resource, "effectivePeriod");
  return oneFact(resource, {
    ...common(resource, stage, resource.list("dosage")),
    ...stated({
      prescriber: partyAt(resource, "informationSource"),
      startsAt: start ?? whenAt(resource, "effectiveDateTime"),
      endsAt: end,
    }),
  });
}

export function medicationRequestFacts(resource: Element): ReadFact[] {
  const supply = resource.at("dispenseRequest");
  const { start, end } = periodAt(supply, "validityPeriod");
  const stage =
    conceptsIn(resource, "category")
      .map(stageOf)
      .find((each) => each !== undefined) ?? "order";
  return oneFact(resource, {
    ...common(resource, stage, resource.list("dosageInstruction")),
    ...stated({
      prescriber: partyAt(resource, "requester"),
      quantity: quantityOf(supply?.at("quantity")) ?? textAt(supply, /MedicationQuantityText|QuantityText/),
      startsAt: start ?? whenAt(resource, "authoredOn"),
      endsAt: end,
    }),
  });
}

export function medicationDispenseFacts(resource: Element): ReadFact[] {
  return oneFact(resource, {
    ...common(resource, "dispense", resource.list("dosageInstruction")),
    ...stated({
      prescriber: undefined,
      quantity: quantityOf(resource.at("quantity")),
      startsAt: whenAt(resource, "whenHandedOver") ?? whenAt(resource, "whenPrepared"),
    }),
  });
}

/** Chesil's own words for the stages, which FHIR has no codes for. */
const STAGES: ReadonlyMap<string, Medication["stage"]> = new Map([
  ["Ordered", "order"],
  ["Dispensed", "dispense"],
]);

const stageOf = (category: Concept | undefined): Medication["stage"] | undefined =>
  category?.codings.some(({ code }) => code === "discharge") ? "discharge" : undefined;

function common(resource: Element, stage: Medication["stage"], dosages: readonly Element[]): Medication {
  const drug = medicineOf(resource);
  const [first] = dosages;
  const doses = dosages.flatMap((each) => doseOf(each) ?? []);
  return stated<Medication>({
    kind: "medication",
    stage,
    placerId: numberAs(resource, "PLAC"),
    fillerId: numberAs(resource, "FILL"),
    code: drug.code,
    status: statusIn(resource, "status", STATUSES, "unknown"),
    dose: [...new Set(doses)].join("; ") || undefined,
    strength: undefined,
    form: conceptAt(drug.resource, "form"),
    route: conceptAt(first, "route"),
    frequency: frequencyOf(first),
    instructions: instructionsOf(dosages),
    quantity: undefined,
    startsAt: undefined,
    endsAt: undefined,
    prescriber: undefined,
    ingredients: ingredientsOf(drug.resource),
    notes: [...notesAt(resource), ...reasonsOf(resource)],
  });
}

/** The medicine itself is coded here, or is a resource of its own. */
function medicineOf(resource: Element): { code: Concept; resource: Element | undefined } {
  const medication = resolved(resource.at("medicationReference"));
  if (medication && medication.type !== "Medication")
    throw resource.refusal("medicationReference", "structure", "What it refers to is no Medication.");
  const words = resource.at("medicationReference")?.text("display");
  const code = conceptAt(medication, "code") ?? (words === undefined ? undefined : { codings: [], text: words });
  return { code: code ?? requiredConcept(resource, "medicationCodeableConcept"), resource: medication };
}

function ingredientsOf(medication: Element | undefined): Medication["ingredients"] {
  return medication?.list("ingredient").flatMap((each) => {
    const code = conceptAt(each, "itemCodeableConcept");
    const amount = amountOf(each.at("strength")?.at("numerator"));
    return code ? [stated<NonNullable<Medication["ingredients"]>[number]>({ code, amount })] : [];
  });
}

function doseOf(dosage: Element): string | undefined {
  const [rate] = dosage.list("doseAndRate");
  const range = rate?.at("doseRange");
  const [low, high] = [amountOf(range?.at("low")), quantityOf(range?.at("high"))];
  return quantityOf(rate?.at("doseQuantity")) ?? (low && high && `${low} to ${high}`);
}

const frequencyOf = (dosage: Element | undefined): string | undefined => textOfConceptAt(dosage?.at("timing"), "code");

/** What the patient is told; else the dosage in the prescriber's words. */
function instructionsOf(dosages: readonly Element[]): string | undefined {
  const told = dosages.flatMap((each) => each.text("patientInstruction", NOTE_LENGTH_MAX) ?? []);
  const words = dosages.flatMap((each) => each.text("text", NOTE_LENGTH_MAX) ?? []);
  return (told.length > 0 ? told : words).join("; ") || undefined;
}

/** Why it was stopped is what the next prescriber has to know. */
const reasonsOf = (resource: Element): string[] =>
  ["statusReason", "reasonCode"].flatMap((name) => {
    const words = resource.list(name, ITEMS_MAX).flatMap((each) => each.text("text") ?? codedWords(each));
    return words.map((text) => `Reason: ${text}`);
  });

const codedWords = (element: Element): string[] => element.list("coding").flatMap((each) => each.text("display") ?? []);

const textAt = (element: Element | undefined, ending: RegExp): string | undefined =>
  element?.extension(ending)?.text("valueString");
