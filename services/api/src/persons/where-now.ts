import type { PersonView } from "@chesil/access";
import {
  ATTENDANCE_HOURS_MAX,
  EMERGENCY_UNHEARD_DAYS_MAX,
  type GoldenRecord,
  isDeceased,
  placeParts,
  type Stay,
  UNHEARD_DAYS_MAX,
  whereNow,
} from "@chesil/model";
import type { StoredEncounter, StoredRecord } from "@chesil/store";
import { z } from "zod";

/** "Which ward is she on": where a person is now, with who said so and how old that is (`packages/model/src/where-now.ts`). */

const stayView = z.object({
  encounterId: z.string(),
  sourceRecordId: z.string(),
  authority: z.string(),
  feed: z.string(),
  /** The message that said the place. */
  messageId: z.string(),
  visitNumber: z.string(),
  class: z.string().nullable(),
  /** `away`: at a place that is no bed. `on-leave`: not on the ward, where the bed is kept. */
  presence: z.enum(["present", "away", "on-leave"]),
  /** As sent, and its parts, which are only told apart where all are there. Of who is on leave: where they were last. */
  place: z
    .object({
      name: z.string(),
      ward: z.string(),
      room: z.string().nullable(),
      bed: z.string().nullable(),
      facility: z.string().nullable(),
    })
    .nullable(),
  /** The bed that is kept for who is away or on leave. */
  bedKept: z.string().nullable(),
  /** Where they are to be transferred. */
  goingTo: z.string().nullable(),
  specialty: z.string().nullable(),
  consultant: z.object({ code: z.string().optional(), display: z.string().optional() }).nullable(),
  since: z.string().nullable(),
  /** When the latest that was heard of the visit was recorded. */
  heardAt: z.iso.datetime(),
  unheardDays: z.number().int(),
  isUnheard: z
    .boolean()
    .describe(
      "It is not certain that it still holds. Always so where nothing was heard of the visit for more than " +
        `${UNHEARD_DAYS_MAX} days, or ${EMERGENCY_UNHEARD_DAYS_MAX} where it is no inpatient's: perhaps nobody discharged them.`,
    ),
});

export const whereNowView = z.object({
  answer: z
    .enum(["here", "disagreement", "unheard", "deceased", "unknown", "withheld"])
    .describe(
      "here: one place; disagreement: more than one is said; unheard: one, of which it is not certain that it still holds; " +
        "deceased: they died; unknown: no visit says where they are; withheld: this viewer may not be told.",
    ),
  /** The latest movement first. */
  stays: z.array(stayView),
  setAside: z
    .array(z.object({ encounterId: z.string(), because: z.enum(["deceased", "attendance-over"]) }))
    .describe(
      `Visits that their feeds left open, which do not count: of who died, or an attendance (outpatient, preadmission, recurring) that began more than ${ATTENDANCE_HOURS_MAX} hours ago.`,
    ),
});

/**
 * Where somebody is, of what of their record may be shown; of one of whom a part is shown, nothing. What may not be shown is
 * not told, nor that there is anything; but nothing is said as if it were certain that it contradicts.
 */
export function whereNowViewOf(
  view: PersonView,
  { golden, records, encounters, visits: all }: Shown,
  now: Date,
): z.infer<typeof whereNowView> {
  if (view.isPartial) return { answer: "withheld", stays: [], setAside: [] };
  // What a sender deleted is held, and says nothing.
  const byId = new Map(records.flatMap((each) => (each.status === "deleted" ? [] : [[each.sourceRecordId, each]])));
  const told = new Set(encounters.map(({ encounterId }) => encounterId));
  const mayTell = ({ encounterId }: Visit) => told.has(encounterId);
  const visits = all.flatMap((visit) => {
    const record = byId.get(visit.sourceRecordId);
    return record ? [{ ...visit, authority: record.authority, feed: record.feed }] : [];
  });
  const { answer, stays, setAside } = whereNow(visits, { isDead: isDeceased(golden), now, mayTell });
  return {
    answer,
    stays: stays.map(stayViewOf),
    setAside: setAside.map(({ visit, because }) => ({ encounterId: String(visit.encounterId), because })),
  };
}

type Shown = {
  readonly golden: GoldenRecord;
  readonly records: readonly StoredRecord[];
  readonly encounters: readonly StoredEncounter[];
  /** Those that may not be shown too. */
  readonly visits: readonly StoredEncounter[];
};
type Visit = StoredEncounter & { readonly authority: string; readonly feed: string };

function stayViewOf({ visit, latest, ...stay }: Stay<Visit>): z.infer<typeof stayView> {
  const name = latest ? latest.place : visit.location;
  return {
    encounterId: String(visit.encounterId),
    sourceRecordId: String(visit.sourceRecordId),
    authority: visit.authority,
    feed: visit.feed,
    messageId: String(latest?.journalId ?? visit.updatedBy),
    visitNumber: visit.visitNumber,
    class: visit.class,
    presence: stay.presence,
    place: name === null ? null : { name, ...placeParts(name) },
    bedKept: stay.bedKept,
    goingTo: visit.pendingLocation,
    specialty: visit.specialty,
    consultant: visit.consultant,
    since: stay.since,
    heardAt: visit.recordedAt.toISOString(),
    unheardDays: stay.unheardDays,
    isUnheard: stay.isUnheard,
  };
}
