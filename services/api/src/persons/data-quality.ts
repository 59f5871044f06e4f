import {
  deathSaidBy,
  type GoldenRecord,
  isBeforeDay,
  type KnownDemographics,
  type LIVING_KINDS,
  livingTimeOf,
  NHS_AUTHORITY,
  type SourceRecord,
} from "@chesil/model";
import type { LateFact, StoredEncounter } from "@chesil/store";
import { z } from "zod";

/** What can not be so, and was kept all the same: for whoever reads the record, and for its sources to put right. */
export const qualityMark = z.object({
  code: z.enum(["death-before-birth", "activity-after-death", "death-differs", "nhs-numbers-differ"]),
  text: z.string(),
  /** Whose words they are. */
  sources: z.array(z.object({ sourceRecordId: z.string(), authority: z.string(), localId: z.string() })),
});
type QualityMark = z.infer<typeof qualityMark>;

/** What somebody does who is alive, or what is done with them: facts by their kinds, and visits. */
const ACTIVITIES = {
  visit: "A visit began",
  appointment: "An appointment was kept",
  procedure: "A procedure was done",
  medication: "A medicine was started",
  immunisation: "A vaccine was given",
  result: "A sample was taken or a test done",
  measurement: "Something was measured",
  accident: "An accident happened",
} as const satisfies Readonly<Record<(typeof LIVING_KINDS)[number] | "visit", string>>;

type Activity = { readonly what: string; readonly at: string | undefined; readonly sourceRecordId: number };

/** What of a record may be of the time after a death. */
export type Happenings = {
  readonly encounters: readonly Pick<StoredEncounter, "sourceRecordId" | "status" | "admittedAt">[];
  readonly facts: readonly LateFact[];
};

export function qualityMarksOf(
  golden: GoldenRecord,
  records: readonly SourceRecord[],
  happenings: Happenings,
): QualityMark[] {
  const speaking = records.filter(({ status }) => status === "active");
  const birthDate = golden.birthDate?.value;
  const deathDate = golden.deathDate?.value;
  const impossible = speaking.filter(({ demographics }) => {
    const { birth = birthDate, death = deathDate } = datesOf(demographics);
    return isBeforeDay(death, birth);
  });
  const after = activitiesIn(happenings).filter(({ at }) => isBeforeDay(deathDate, at));
  const actors = new Set(after.map(({ sourceRecordId }) => sourceRecordId));
  const whats = new Set(after.map(({ what }) => what));
  const deaths = speaking.filter(({ demographics }) => deathSaidBy(demographics).deceased?.value !== undefined);
  const numbered = speaking.filter((record) => numberOf(record) !== undefined);
  const isNumbersDiffer = new Set(numbered.map(numberOf)).size > 1;
  return [
    mark("death-before-birth", "The date of death is before the date of birth.", impossible),
    mark(
      "activity-after-death",
      Object.entries(ACTIVITIES)
        .flatMap(([what, words]) => (whats.has(what) ? [`${words} after the date of death.`] : []))
        .join(" "),
      records.filter(({ sourceRecordId }) => actors.has(sourceRecordId)),
    ),
    mark("death-differs", "The records do not agree on whether they died, or when.", isOneDeath(deaths) ? [] : deaths),
    mark("nhs-numbers-differ", "The records carry different NHS numbers.", isNumbersDiffer ? numbered : []),
  ].filter(({ sources }) => sources.length > 0);
}

const activitiesIn = ({ encounters, facts }: Happenings): Activity[] => [
  ...encounters.flatMap(({ sourceRecordId, status, admittedAt }) =>
    HAPPENED.has(status) ? [{ what: "visit", at: admittedAt ?? undefined, sourceRecordId }] : [],
  ),
  ...facts.map(({ sourceRecordId, content }) => ({ what: content.kind, at: livingTimeOf(content), sourceRecordId })),
];

const HAPPENED: ReadonlySet<string> = new Set(["in-progress", "on-leave", "finished"]);

function datesOf({ birthDate, ...said }: KnownDemographics) {
  const { deathDate } = deathSaidBy(said);
  return {
    ...(birthDate?.value === undefined ? {} : { birth: birthDate.value }),
    ...(deathDate?.value === undefined ? {} : { death: deathDate.value }),
  };
}

/** Whether all say the same of a death, as precisely as each was told; who says no date contradicts none. */
function isOneDeath(records: readonly SourceRecord[]): boolean {
  const said = records.map(({ demographics }) => deathSaidBy(demographics));
  const dates = said.flatMap(({ deathDate }) => deathDate?.value ?? []);
  const isOneDay = dates.every((one) => dates.every((other) => !isBeforeDay(one, other)));
  return isOneDay && new Set(said.map(({ deceased }) => deceased?.value)).size < 2;
}

const numberOf = ({ identifiers }: SourceRecord): string | undefined =>
  identifiers.value?.find(({ authority, trust }) => authority === NHS_AUTHORITY && trust === "verified")?.value;

const mark = (code: QualityMark["code"], text: string, records: readonly SourceRecord[]): QualityMark => ({
  ...{ code, text },
  sources: records.map(({ sourceRecordId, authority, localId }) => ({
    ...{ sourceRecordId: String(sourceRecordId), authority, localId },
  })),
});
