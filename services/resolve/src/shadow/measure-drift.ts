import {
  candidateSteps,
  clusterSteps,
  type Drift,
  type DriftFigures,
  type DriftRates,
  driftFrom,
  driftFromTraining,
  type MatchingModel,
  missingFields,
  ratesOf,
  sumOfFigures,
} from "@chesil/matching";
import {
  countClusterSizes,
  countLinkLevels,
  countNewcomers,
  countQuestionsAsked,
  type Database,
  readCandidates,
  readDriftDays,
  readJournalSpan,
  readNewcomers,
  readRecordsById,
  type StoredRecord,
  writeDriftDay,
} from "@chesil/store";
import { preparedOf } from "./labelled-pairs.ts";

const DAY_MS = 24 * 3_600_000;
/** New records of a day that are looked at for what they leave out, and for how many they are compared to. */
const LOOKED_AT_MAX = 5_000;
const COMPARED_MAX = 500;
/** The first days under a model are what later ones are held against. */
export const BASELINE_DAYS = 7;

/** The day of an instant, `2026-03-14`, UTC. */
export const dayOf = (at: Date): string => at.toISOString().slice(0, 10);
export const dayBefore = (day: string): string => dayOf(new Date(Date.parse(day) - DAY_MS));

/** Counts a day's decisions under a model and keeps the figures (`drift_day`). @param day `2026-03-14`, UTC. */
export async function measureDrift(
  database: Database,
  model: MatchingModel,
  { day, at }: { readonly day: string; readonly at: Date },
): Promise<DriftFigures> {
  const from = new Date(`${day}T00:00:00.000Z`);
  const figures = await figuresOf(database, model, { from, to: new Date(from.getTime() + DAY_MS) });
  await writeDriftDay(database.pool, { day, version: model.version, figures, measuredAt: at });
  return figures;
}

async function figuresOf(
  { pool }: Database,
  model: MatchingModel,
  { from, to }: { readonly from: Date; readonly to: Date },
): Promise<DriftFigures> {
  const span = await readJournalSpan(pool, from, to);
  if (!span) return sumOfFigures([]);
  const newcomers = await readNewcomers(pool, span, LOOKED_AT_MAX);
  const found = new Map((await readRecordsById(pool, newcomers)).map((record) => [record.sourceRecordId, record]));
  const records = newcomers.flatMap((id) => found.get(id) ?? []).filter(({ status }) => status === "active");
  const candidates: number[] = [];
  for (const { blockingKeys, sourceRecordId } of records.slice(0, COMPARED_MAX)) {
    const others = await readCandidates(pool, blockingKeys);
    candidates.push(others.filter((other) => other.sourceRecordId !== sourceRecordId).length);
  }
  const { linked, alone } = await countNewcomers(pool, span);
  return {
    levels: levelsOf(await countLinkLevels(pool, span, model.version)),
    missing: missingOf(records),
    candidates: candidateSteps(candidates),
    compared: { records: candidates.length, candidates: candidates.reduce((sum, each) => sum + each, 0) },
    clusters: clusterSteps(await countClusterSizes(pool, span)),
    decisions: { linked, alone, asked: await countQuestionsAsked(pool, from, to) },
  };
}

function levelsOf(counts: Awaited<ReturnType<typeof countLinkLevels>>): DriftFigures["levels"] {
  const byComparison = Map.groupBy(counts, ({ comparison }) => comparison);
  return Object.fromEntries(
    [...byComparison].map(([comparison, levels]) => [
      comparison,
      Object.fromEntries(levels.map(({ level, links }) => [level, links])),
    ]),
  );
}

function missingOf(records: readonly StoredRecord[]): DriftFigures["missing"] {
  const byFeed = Map.groupBy(records, ({ feed }) => feed);
  return Object.fromEntries(
    [...byFeed].map(([feed, own]) => {
      const fields: Record<string, number> = {};
      for (const record of own)
        for (const field of missingFields(preparedOf(record))) fields[field] = (fields[field] ?? 0) + 1;
      return [feed, { records: own.length, fields }];
    }),
  );
}

/** How the latest day measured under a model stands to the first week under it, or, within that week, to its training. */
export type DriftReport = {
  readonly version: string;
  /** The latest day; null: none was measured. */
  readonly day: string | null;
  readonly against: "baseline" | "training";
  /** First and last day of the baseline. */
  readonly baseline: readonly [string, string] | null;
  readonly figures: DriftFigures;
  readonly rates: DriftRates;
  readonly drifts: readonly Drift[];
};

/** @param day the day to look at; without one the latest that was measured. */
export async function reportDrift(database: Database, model: MatchingModel, day?: string): Promise<DriftReport> {
  const days = await readDriftDays(database.pool, model.version);
  const now = day === undefined ? days.at(-1) : days.find((each) => each.day === day);
  const figures = (now?.figures ?? sumOfFigures([])) as DriftFigures;
  const first = days.slice(0, BASELINE_DAYS);
  const [start, end] = [first[0]?.day, first.at(-1)?.day];
  const isLater = now !== undefined && first.length === BASELINE_DAYS && end !== undefined && now.day > end;
  const baseline = sumOfFigures(first.map((each) => each.figures as DriftFigures));
  return {
    version: model.version,
    day: now?.day ?? null,
    against: isLater ? "baseline" : "training",
    baseline: isLater && start !== undefined ? [start, end] : null,
    figures,
    rates: ratesOf(figures),
    drifts: isLater ? driftFrom(baseline, figures) : driftFromTraining(model, figures),
  };
}
