import type { EncounterStatement, EncounterStatus } from "@chesil/model";
import type { StoredEncounter } from "@chesil/store";

/** What each event makes of an encounter. `update` and a transfer leave a finished encounter finished. */
const STATUS_AFTER: Record<EncounterStatement["action"], (status: EncounterStatus | undefined) => EncounterStatus> = {
  plan: (status) => status ?? "planned",
  admit: () => "in-progress",
  transfer: (status) => (status === undefined || status === "planned" ? "in-progress" : status),
  discharge: () => "finished",
  update: (status) => status ?? "in-progress",
  "cancel-admit": () => "cancelled",
  "cancel-transfer": (status) => status ?? "in-progress",
  "cancel-discharge": () => "in-progress",
};

/**
 * An encounter after an event. A late event (recorded before the latest one applied) fills what is still unknown and
 * changes nothing else: its facts count, but they are not new (law 5). The one exception is an end that arrives late,
 * for an encounter that is still open: a discharge recorded earlier than a correction still ended the stay.
 */
export function encounterAfter(
  known: StoredEncounter | undefined,
  statement: EncounterStatement,
  moment: { sourceRecordId: number; encounterId: number; recordedAt: Date; journalId: number },
): StoredEncounter {
  const late = known !== undefined && known.recordedAt > moment.recordedAt;
  const pick = <T>(before: T | null | undefined, said: T | undefined): T | null =>
    late ? (before ?? said ?? null) : (said ?? before ?? null);
  const status = STATUS_AFTER[statement.action](known?.status);
  const endsLate =
    late && statement.action === "discharge" && known.status === "in-progress" && known.dischargedAt === null;
  const reopened = !late && statement.action === "cancel-discharge";
  return {
    sourceRecordId: moment.sourceRecordId,
    visitNumber: statement.visitNumber,
    encounterId: known?.encounterId ?? moment.encounterId,
    status: late && !endsLate ? known.status : status,
    class: pick(known?.class, statement.class),
    location: pick(known?.location, statement.location),
    specialty: pick(known?.specialty, statement.specialty),
    consultant: pick(known?.consultant, statement.consultant),
    admissionMethod: pick(known?.admissionMethod, statement.admissionMethod),
    admittedAt: pick(known?.admittedAt, statement.admittedAt),
    dischargedAt: reopened ? null : pick(known?.dischargedAt, statement.dischargedAt),
    dischargeDestination: reopened ? null : pick(known?.dischargeDestination, statement.dischargeDestination),
    recordedAt: late ? known.recordedAt : moment.recordedAt,
    updatedBy: moment.journalId,
  };
}
