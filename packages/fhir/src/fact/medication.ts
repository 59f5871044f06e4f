import type { FactOf } from "@chesil/model";
import type { MedicationStatement } from "../clinical-resources.ts";
import { wordsOf } from "../code-system.ts";
import type { CodeableConcept, Dosage } from "../datatypes.ts";
import { fhirDateTime } from "../date-time.ts";
import { CODE_SYSTEM, PROFILE } from "../uk-core.ts";
import { readable, withoutEmpty } from "../without-empty.ts";
import { quantityOf } from "./quantity.ts";
import { type SourceOf, statusOf, Telling } from "./telling.ts";

/**
 * MedicationStatement, whatever was said of the medicine: that it was ordered, dispensed, taken, or taken home. Chesil
 * holds no orders to be carried out, only statements that there was one; the category says which.
 */

type Medication = FactOf<"medication">;

const CATEGORIES: Readonly<Record<Medication["stage"], CodeableConcept>> = {
  order: { text: "Ordered" },
  dispense: { text: "Dispensed" },
  statement: { text: "Taken" },
  discharge: {
    coding: [{ system: CODE_SYSTEM.medicationStatementCategory, code: "discharge", display: "Discharge" }],
    text: "Taken home at discharge",
  },
};

const STATUS = {
  active: "active",
  "on-hold": "on-hold",
  stopped: "stopped",
  // An order that was called off before anybody took anything.
  cancelled: "not-taken",
  completed: "completed",
  unknown: "unknown",
} as const satisfies Record<Medication["status"], MedicationStatement["status"]>;
const NOT_CURRENT = { retracted: "entered-in-error", superseded: "stopped", withdrawn: "unknown" } as const;

export function medicationStatementOf(source: SourceOf<"medication">): MedicationStatement {
  const { content, state } = source;
  const telling = new Telling(source);
  const category = CATEGORIES[content.stage];
  telling.text("What is stated", category.text);
  const statement: Omit<MedicationStatement, "text"> = {
    resourceType: "MedicationStatement",
    ...telling.head(PROFILE.medicationStatement),
    identifier: telling.orderNumbers(content.placerId, content.fillerId),
    status: statusOf<MedicationStatement["status"]>(state, NOT_CURRENT, STATUS[content.status]),
    category,
    medicationCodeableConcept: telling.requiredConcept("Medicine", content.code),
    subject: telling.patient,
    context: telling.encounter,
    effectivePeriod: telling.period(["From", "Until"], content.startsAt, content.endsAt),
    dateAsserted: fhirDateTime(source.recordedAt),
    informationSource: telling.either("Prescriber", content.prescriber),
    dosage: dosageOf(content, telling),
  };
  telling.text("Status", content.status);
  telling.note("Form", wordsOf(content.form));
  telling.note("Strength", content.strength);
  telling.note("Quantity", content.quantity);
  for (const { code, amount } of content.ingredients ?? [])
    telling.note("Ingredient", [wordsOf(code), readable(amount)].filter((each) => each !== undefined).join(" "));
  telling.notesOf(content.notes);
  return withoutEmpty<MedicationStatement>({
    ...statement,
    note: telling.annotations,
    text: telling.narrative(`Medicine: ${wordsOf(content.code) ?? "not stated"}`, true),
  });
}

/** The words of the sender, and beside them what of it can be computed with. */
function dosageOf({ dose, frequency, instructions, route }: Medication, telling: Telling): Dosage[] | undefined {
  const words = [
    telling.text("Dose", dose),
    telling.text("How often", frequency),
    telling.text("Instructions", instructions),
  ];
  const text = words.filter((each) => each !== undefined).join(", ");
  const sentRoute = telling.concept("Route", route);
  const doseQuantity = quantityOf(readable(dose));
  if (text === "" && sentRoute === undefined) return undefined;
  return [
    {
      text,
      timing: words[1] === undefined ? undefined : { code: { text: words[1] } },
      route: sentRoute,
      // R4, SimpleQuantity: an amount to take is never "less than".
      doseAndRate: doseQuantity && !doseQuantity.comparator ? [{ doseQuantity }] : undefined,
      patientInstruction: words[2],
    },
  ];
}
