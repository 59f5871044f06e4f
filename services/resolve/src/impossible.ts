import { deathSaidBy, isBeforeDay, type LIVING_KINDS, livingTimeOf, type SubjectStatement } from "@chesil/model";
import type { StoredRecord } from "@chesil/store";
import type { Application } from "./application.ts";

/** Says of what a message states and can not be so that it was kept all the same: nothing of it is lost. */
export function warnOfImpossible(
  { set, warnings }: Application,
  record: StoredRecord,
  { patient, encounter, facts }: SubjectStatement,
): void {
  const { birthDate, deathDate } = patient.demographics;
  const isSpokenOf = birthDate?.said === "value" || deathDate?.said === "value";
  const known = record.demographics;
  if (isSpokenOf && isBeforeDay(deathSaidBy(known).deathDate?.value, known.birthDate?.value)) {
    const text = "The date of death is before the date of birth: both were kept.";
    warnings.push({ location: "PID-29", code: "bad-date", text });
  }
  const deaths = set
    .recordsOf(record.personId)
    .flatMap(({ status, demographics }) =>
      status === "active" ? (deathSaidBy(demographics).deathDate?.value ?? []) : [],
    );
  const isAfterDeath = (at: string | undefined) => deaths.some((death) => isBeforeDay(death, at));
  const begins = encounter?.action === "cancel" || encounter?.action === "delete" ? undefined : encounter?.admittedAt;
  if (isAfterDeath(begins)) {
    const text = "The visit begins after the patient's death: it was kept.";
    warnings.push({ location: "PV1-44", code: "bad-date", text });
  }
  const late = facts.filter(({ action, content }) => action !== "retract" && isAfterDeath(livingTimeOf(content)));
  for (const kind of new Set(late.map(({ content }) => content.kind))) {
    const text = `What a ${kind} speaks of was after the patient's death: it was kept.`;
    warnings.push({ location: TIME_OF[kind as LivingKind], code: "bad-date", text });
  }
}

type LivingKind = (typeof LIVING_KINDS)[number];

/** Where HL7 v2 has the time of each. */
const TIME_OF: Readonly<Record<LivingKind, string>> = {
  result: "OBR-7",
  measurement: "OBX-14",
  procedure: "PR1-5",
  immunisation: "RXA-3",
  medication: "TQ1-7",
  appointment: "AIS-4",
  accident: "ACC-1",
};
