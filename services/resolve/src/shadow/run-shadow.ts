import { LiveIndex, type MatchingModel } from "@chesil/matching";
import {
  askForShadow,
  countActiveRecords,
  type Database,
  readActiveRecords,
  readShadowedIds,
  readShadowRun,
  type ShadowRun,
  saveShadowStep,
  writePairScores,
} from "@chesil/store";
import { RECORDS_PER_KEY_MAX } from "../identity/candidates.ts";
import { PreparedCache } from "../prepared-cache.ts";
import { type Anew, type AnewFound, decideAnew } from "./decide-anew.ts";
import { measurePairs } from "./measure-pairs.ts";
import { type Pace, Pacer } from "./pacer.ts";
import { readModelInForce, readStoredModel } from "./stored-model.ts";

/** What a run has counted, of the records decided so far. */
export type ShadowCounts = {
  /** Records decided anew, and those that there are to decide. */
  readonly records: number;
  readonly recordsToDecide: number;
  /** Decisions that join or part persons, and pairs of records that come together or apart by them. */
  readonly joins: number;
  readonly parts: number;
  readonly linksGained: number;
  readonly linksLost: number;
  readonly questionsGained: number;
  readonly questionsLost: number;
  /** Pairs of records that are one person by the candidate, and how many of them are rightly so by its own probabilities. */
  readonly links: number;
  readonly expectedMatches: number;
  /** Questions that are open by the candidate. */
  readonly questions: number;
};

export const NOTHING_COUNTED: ShadowCounts = {
  ...{ records: 0, recordsToDecide: 0, joins: 0, parts: 0, linksGained: 0, linksLost: 0 },
  ...{ questionsGained: 0, questionsLost: 0, links: 0, expectedMatches: 0, questions: 0 },
};

export type RunShadowOptions = Pace & {
  readonly database: Database;
  readonly onStep?: (counts: ShadowCounts) => void;
  readonly now: () => Date;
};

/** Prepared records kept: a run goes by everybody once, and meets few again. */
const PREPARED_MAX = 20_000;

/**
 * Runs a candidate beside the model in force to the end, from where it stands: everybody in the run's share is decided anew,
 * by the order of their ids. Nothing of anybody changes by it. A step and the position are kept together, so that a run that
 * was cut short goes on where it was, with nothing counted twice; where another model came into force meanwhile it begins
 * again.
 *
 * @returns the run as it ended; undefined where somebody ended it, asked for it anew or goes on with it elsewhere, and where
 * it was interrupted.
 */
export async function runShadow(version: string, options: RunShadowOptions): Promise<ShadowRun | undefined> {
  try {
    return await runToTheEnd(version, options);
  } catch (error) {
    if (options.signal.aborted) return undefined;
    throw error;
  }
}

async function runToTheEnd(version: string, options: RunShadowOptions): Promise<ShadowRun | undefined> {
  const { database, recordsPerStep, now } = options;
  let run = await readShadowRun(database.pool, version);
  const candidate = await readStoredModel(database, version);
  if (run === undefined || candidate === undefined) return undefined;
  const inForce = await readModelInForce(database);
  if (run.against !== null && run.against !== inForce.version) {
    const { share, askedBy } = run;
    await askForShadow(database, { version, share, by: askedBy, at: now() });
    run = await readShadowRun(database.pool, version);
    if (run === undefined) return undefined;
  }
  const isNew = run.against === null;
  if (isNew) {
    const measured = await measurePairs(database, candidate, options);
    await writePairScores(database.pool, { version, measuredAt: now(), ...measured });
  }
  const anew = await everybody(candidate, inForce, options);
  let counts = isNew ? NOTHING_COUNTED : (run.counted as ShadowCounts);
  const recordsToDecide = Math.round((await countActiveRecords(database.pool)) * run.share);
  let { position } = run;
  const pacer = new Pacer(options);
  for (;;) {
    const ids = await readShadowedIds(database.pool, { after: position, share: run.share, limit: recordsPerStep });
    const found = await decideAnew(database, ids, anew);
    counts = { ...withFound(counts, found, ids.length), recordsToDecide };
    position = ids.at(-1) ?? position;
    const isLast = ids.length < recordsPerStep;
    const step = {
      run,
      against: inForce.version,
      position,
      counted: counts,
      changes: found.changes,
      isLast,
      at: now(),
    };
    run = await saveShadowStep(database, step);
    if (run === undefined || isLast) return run;
    options.onStep?.(counts);
    await pacer.rest(ids.length);
  }
}

/** An index of its own: the decider's belongs to the decider. */
async function everybody(candidate: MatchingModel, inForce: MatchingModel, options: RunShadowOptions): Promise<Anew> {
  const pacer = new Pacer(options);
  const index = new LiveIndex({ recordsPerKeyMax: RECORDS_PER_KEY_MAX, preparedMax: PREPARED_MAX });
  const prepared = new PreparedCache();
  for await (const records of readActiveRecords(options.database.pool)) {
    for (const [at, record] of records.entries()) {
      index.put(record.sourceRecordId, prepared.of(record).facts);
      // Reading is no deciding: it keeps to the share, and has no rate.
      if (at % options.recordsPerStep === 0) await pacer.rest(0);
    }
  }
  return { candidate, inForce, index, prepared };
}

function withFound(counts: ShadowCounts, found: AnewFound, records: number): ShadowCounts {
  const of = (kind: AnewFound["changes"][number]["kind"]) => found.changes.filter((change) => change.kind === kind);
  const pairsOf = (kind: "link" | "unlink") => of(kind).reduce((sum, { pairs }) => sum + pairs, 0);
  return {
    records: counts.records + records,
    recordsToDecide: counts.recordsToDecide,
    joins: counts.joins + of("link").length,
    parts: counts.parts + of("unlink").length,
    linksGained: counts.linksGained + pairsOf("link"),
    linksLost: counts.linksLost + pairsOf("unlink"),
    questionsGained: counts.questionsGained + of("question-opened").length,
    questionsLost: counts.questionsLost + of("question-closed").length,
    links: counts.links + found.pairs,
    expectedMatches: counts.expectedMatches + found.expectedMatches,
    questions: counts.questions + found.questions,
  };
}
