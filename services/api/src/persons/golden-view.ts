import {
  type Candidate,
  CRITERIA,
  DEFAULT_SURVIVORSHIP,
  DEMOGRAPHIC_FIELDS,
  deathSaidBy,
  explainGolden,
  type GoldenField,
  type GoldenRecord,
  type Lost,
  type PersonName,
  type SourceRecord,
  type SurvivorshipPolicy,
} from "@chesil/model";
import { z } from "zod";
import { fieldText, nameText, nhsNumberText, usualName } from "./texts.ts";

/** Where a value comes from: who said it, in which message, and when. */
const provenance = {
  source: z.object({ sourceRecordId: z.string(), authority: z.string(), localId: z.string(), feed: z.string() }),
  /** When the source said so, and when the message arrived. */
  recordedAt: z.string(),
  receivedAt: z.iso.datetime().nullable(),
  messageId: z.string(),
};
/** By which criterion of the survivorship policy one value was preferred to another; `oldest`: by none, its record is older. */
const decider = z.enum([...CRITERIA, "oldest"]);
const goldenValue = z.object({
  value: z.unknown(),
  text: z.string(),
  ...provenance,
  /** What decided between this and the nearest other value; null: nobody says anything else, or another policy is under way. */
  decidedBy: decider.nullable(),
  /** What the person's other records say, where it differs: nearest first, and what decided against each. */
  alternatives: z.array(z.object({ text: z.string(), ...provenance, lostBy: decider.nullable() })),
});
type GoldenValue = z.infer<typeof goldenValue>;

const FIELDS = ["name", "nhsNumber", ...DEMOGRAPHIC_FIELDS] as const;
/** Each value of the golden record with where it came from; a field nobody said is absent. */
export const goldenView = z.object(
  Object.fromEntries(FIELDS.map((field) => [field, goldenValue.optional()])) as Record<
    (typeof FIELDS)[number],
    z.ZodOptional<typeof goldenValue>
  >,
);
export type GoldenView = z.infer<typeof goldenView>;

/** By what the values are explained. */
export type Explained = {
  readonly policy: SurvivorshipPolicy;
  /** When messages arrived, by their journal ids. */
  readonly receivedAt: ReadonlyMap<number, Date>;
};

/** For whoever shows only the values and whose they are. */
const UNEXPLAINED: Explained = { policy: DEFAULT_SURVIVORSHIP, receivedAt: new Map() };

/** Why the golden record is as it is, worked out anew by the function that made it. */
export function goldenViewOf(
  golden: GoldenRecord,
  records: readonly SourceRecord[],
  { policy, receivedAt }: Explained = UNEXPLAINED,
): GoldenView {
  const view: GoldenView = {};
  const shown = (candidate: Candidate) => provenanceOf(candidate, records, receivedAt);
  const survivals = new Map(explainGolden(records, policy).map((survival) => [survival.field, survival]));
  for (const field of ["nhsNumber", ...DEMOGRAPHIC_FIELDS] as const) {
    const its = storedIn(golden, field, records);
    if (!its) continue;
    const { survivor, agreeing, others, decidedBy } = survivals.get(field) ?? NOBODY_SPEAKS;
    // While a new policy walks by everybody, what is stored is the old one's.
    const isTheirs = survivor?.record.sourceRecordId === its.record.sourceRecordId;
    const all = [...(survivor ? [survivor] : []), ...agreeing, ...others.map(({ candidate }) => candidate)];
    const text = textOf(field, its.value);
    const lost: readonly Lost[] = isTheirs ? others : all.map((candidate) => ({ candidate, by: "oldest" }));
    view[field] = {
      ...{ value: its.value, text, ...shown(its), decidedBy: isTheirs ? decidedBy : null },
      alternatives: lost.flatMap(({ candidate, by }) => {
        const other = textOf(field, candidate.value);
        return other === text ? [] : [{ text: other, ...shown(candidate), lostBy: isTheirs ? by : null }];
      }),
    };
    if (field === "names") nameInto(view, its, lost, shown);
  }
  return view;
}

const NOBODY_SPEAKS = { survivor: undefined, agreeing: [], others: [], decidedBy: null };

function storedIn(golden: GoldenRecord, field: GoldenField, records: readonly SourceRecord[]): Candidate | undefined {
  const stored = golden[field];
  const record = stored && records.find(({ sourceRecordId }) => sourceRecordId === stored.sourceRecordId);
  const known = record && knownIn(record, field);
  return record && known && { record, known, value: stored.value };
}

function knownIn({ identifiers, demographics }: SourceRecord, field: GoldenField) {
  if (field === "nhsNumber") return identifiers;
  return field === "deceased" ? deathSaidBy(demographics).deceased : demographics[field];
}

/** The usual name by itself, as screens head a page with it. */
function nameInto(
  view: GoldenView,
  { value }: Candidate,
  lost: readonly Lost[],
  shown: (candidate: Candidate) => ReturnType<typeof provenanceOf>,
): void {
  const usual = usualName(value as PersonName[]);
  if (!usual || !view.names) return;
  const text = nameText(usual);
  const alternatives: GoldenValue["alternatives"] = lost.flatMap(({ candidate, by }) => {
    const other = usualName(candidate.value as PersonName[]);
    const differs = other !== undefined && nameText(other) !== text;
    const lostBy = view.names?.decidedBy === null ? null : by;
    return differs ? [{ text: nameText(other), ...shown(candidate), lostBy }] : [];
  });
  view.name = { ...view.names, value: usual, text, alternatives };
}

const textOf = (field: GoldenField, value: unknown): string =>
  field === "nhsNumber" ? nhsNumberText(value as never) : fieldText(field, value as never);

function provenanceOf(
  { record, known }: Candidate,
  records: readonly SourceRecord[],
  receivedAt: ReadonlyMap<number, Date>,
) {
  const { sourceRecordId, authority } = record;
  const localId = records.find((each) => each.sourceRecordId === sourceRecordId)?.localId ?? "";
  return {
    source: { sourceRecordId: String(sourceRecordId), authority, localId, feed: known.feed ?? record.feed },
    recordedAt: known.recordedAt,
    receivedAt: receivedAt.get(known.journalId)?.toISOString() ?? null,
    messageId: String(known.journalId),
  };
}

/** The messages that said what records know. */
export const messagesOf = (records: readonly SourceRecord[]): number[] => [
  ...new Set(
    records.flatMap(({ identifiers, demographics }) =>
      [identifiers, ...Object.values(demographics)].map(({ journalId }) => journalId),
    ),
  ),
];
