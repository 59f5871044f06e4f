import { join } from "node:path";
import { type Linked, writeCsv } from "@chesil/link";
import { clusterAgreement, wrongLinkKinds, wrongPairsWithin } from "@chesil/matching";
import { nhsNumberDigits } from "@chesil/model";
import { REGISTER_COLUMNS, type RegisterRow, type Relation, relationOf, simulateRegister } from "@chesil/simulator";
import { clusterByJempi } from "./baselines/jempi.ts";
import { clusterByMps } from "./baselines/mps.ts";
import { blockedPairsOf } from "./blocking-recall.ts";
import { linkFile } from "./link-file.ts";

/** Our own UK region, with and without NHS numbers, linked by Chesil and by the baselines: the same records for all. */

export type RegisterOptions = {
  readonly records: number;
  readonly seed: number;
  readonly hasNumbers: boolean;
  /** The only source to read, by its feed: most people stand in it once. Of all sources where none is named. */
  readonly source?: string | undefined;
};

/** Who a wrong link joins, from nearest to furthest; `namesakes` are a parent and a child of one name. */
export const WRONG_KINDS = ["twins", "siblings", "namesakes", "parents", "household", "strangers"] as const;
export type WrongKind = (typeof WRONG_KINDS)[number];

/** Counts, so that those of several registers add up. */
export type RegisterCounts = {
  readonly records: number;
  /** Pairs of records: of one person, put together, and both. */
  readonly truePairs: number;
  readonly linkedPairs: number;
  readonly sharedPairs: number;
  /** True pairs that blocking brought together to be compared; undefined for a system that says nothing of it. */
  readonly blockedPairs: number | undefined;
  /** True pairs of which both sides state one NHS number, and those of them that were put together. */
  readonly numberedPairs: number;
  readonly numberedSharedPairs: number;
  /** Of these, where both sides state a birth date too: without one nothing links, whatever the number. */
  readonly datedPairs: number;
  readonly datedSharedPairs: number;
  /** Pairs put together that are two people. */
  readonly wrong: Readonly<Record<WrongKind, number>>;
  /** What a person is asked: pairs, and the records that they name. */
  readonly reviewPairs: number;
  readonly reviewRecords: number;
};

export const SYSTEMS = ["Chesil", "MPS", "JeMPI"] as const;
export type System = (typeof SYSTEMS)[number];

/** One register, linked by each system; `scratch` is a folder for its file. */
export async function measureRegister(
  options: RegisterOptions,
  scratch: string,
): Promise<Readonly<Partial<Record<System, RegisterCounts>>>> {
  const { records } = options;
  const rows = registerOf(options);
  const file = join(scratch, "register.csv");
  await writeCsv(
    file,
    REGISTER_COLUMNS,
    rows.map((row) => REGISTER_COLUMNS.map((column) => row[column])),
  );
  const linked = await linkFile(file, { truth: "person" });
  // The trace and the linker of the baselines ask nobody: what they do not link stays apart.
  return {
    Chesil: {
      ...countsOf(rows, linked.clustering.clusterOf, linked.clustering.proposals),
      blockedPairs: blockedPairsOf(linked).blockedPairs,
    },
    MPS: countsOf(rows, clusterByMps(rows), []),
    ...(records <= JEMPI_RECORDS_MAX ? { JeMPI: countsOf(rows, clusterByJempi(rows), []) } : {}),
  };
}

/** Of 100,000 records our reading of it needs longer than all else that is measured together. */
const JEMPI_RECORDS_MAX = 50_000;

/** A region so many times as large as the records of one source asked for, so that there are enough of them. */
const PEOPLE_PER_RECORD = 5;

function registerOf({ records, seed, hasNumbers, source }: RegisterOptions): RegisterRow[] {
  const nhsNumbers = hasNumbers ? "test-range" : "none";
  if (source === undefined) return [...simulateRegister({ records, seed, nhsNumbers })];
  const region = simulateRegister({ people: records * PEOPLE_PER_RECORD, seed, nhsNumbers });
  const rows = [...region.filter((row) => row.source === source).take(records)];
  if (rows.length < records) throw new Error(`The source "${source}" has only ${rows.length} of ${records} records.`);
  return rows;
}

type Proposed = Pick<Linked["clustering"]["proposals"][number], "left" | "right">;

function countsOf(rows: readonly RegisterRow[], clusterOf: Int32Array, proposals: readonly Proposed[]): RegisterCounts {
  const truth = numbersOf(rows.map(({ person }) => person));
  const { linkedPairs, truePairs, sharedPairs } = clusterAgreement(clusterOf, truth).pairwise;
  const numbered = clusterAgreement(clusterOf, numbersOf(rows.map(personAndNumber))).pairwise;
  const dated = clusterAgreement(
    clusterOf,
    numbersOf(rows.map((row) => (isDated(row) ? personAndNumber(row) : undefined))),
  );
  return {
    records: rows.length,
    truePairs,
    linkedPairs,
    sharedPairs,
    blockedPairs: undefined,
    numberedPairs: numbered.truePairs,
    numberedSharedPairs: numbered.sharedPairs,
    datedPairs: dated.pairwise.truePairs,
    datedSharedPairs: dated.pairwise.sharedPairs,
    wrong: wrongOf(rows, clusterOf, truth),
    reviewPairs: proposals.length,
    reviewRecords: new Set(proposals.flatMap(({ left, right }) => [left, right])).size,
  };
}

/** The person together with the NHS number that the record states; undefined where it states none. */
function personAndNumber({ person, nhs_number }: RegisterRow): string | undefined {
  const digits = nhsNumberDigits(nhs_number);
  return digits === undefined ? undefined : `${person} ${digits}`;
}

/** The first of January stands for a day that nobody knows. */
const isDated = ({ date_of_birth }: RegisterRow): boolean => date_of_birth !== "" && !date_of_birth.endsWith("-01-01");

/** Equal values as equal numbers from 0 on, -1 for none. */
function numbersOf(values: readonly (string | undefined)[]): Int32Array {
  const numbers = new Map<string, number>();
  return Int32Array.from(values, (value) => {
    if (value === undefined) return -1;
    const known = numbers.get(value);
    if (known !== undefined) return known;
    numbers.set(value, numbers.size);
    return numbers.size - 1;
  });
}

const KIND_OF: Readonly<Record<Exclude<Relation, "same">, WrongKind>> = {
  twin: "twins",
  sibling: "siblings",
  namesake: "namesakes",
  parent: "parents",
  couple: "household",
  household: "household",
  stranger: "strangers",
};

function wrongOf(rows: readonly RegisterRow[], clusterOf: Int32Array, truth: Int32Array): Record<WrongKind, number> {
  const person = (place: number): string => rows[place]?.person ?? "";
  const kindOf = (left: number, right: number): WrongKind => {
    const relation = relationOf(person(left), person(right));
    if (relation === "same") throw new Error("A pair of one person was taken for a wrong link.");
    return KIND_OF[relation];
  };
  const wrong = { twins: 0, siblings: 0, namesakes: 0, parents: 0, household: 0, strangers: 0 };
  for (const { kind, links } of wrongLinkKinds(wrongPairsWithin(clusterOf, truth, Infinity), truth, kindOf))
    wrong[kind as WrongKind] += links;
  return wrong;
}

/** Several registers as one. */
export function pooled(counts: readonly RegisterCounts[]): RegisterCounts {
  const sum = (of: (each: RegisterCounts) => number): number => counts.reduce((total, each) => total + of(each), 0);
  return {
    records: sum(({ records }) => records),
    truePairs: sum(({ truePairs }) => truePairs),
    linkedPairs: sum(({ linkedPairs }) => linkedPairs),
    sharedPairs: sum(({ sharedPairs }) => sharedPairs),
    blockedPairs: counts.some(({ blockedPairs }) => blockedPairs === undefined)
      ? undefined
      : sum(({ blockedPairs = 0 }) => blockedPairs),
    numberedPairs: sum(({ numberedPairs }) => numberedPairs),
    numberedSharedPairs: sum(({ numberedSharedPairs }) => numberedSharedPairs),
    datedPairs: sum(({ datedPairs }) => datedPairs),
    datedSharedPairs: sum(({ datedSharedPairs }) => datedSharedPairs),
    wrong: {
      twins: sum(({ wrong }) => wrong.twins),
      siblings: sum(({ wrong }) => wrong.siblings),
      namesakes: sum(({ wrong }) => wrong.namesakes),
      parents: sum(({ wrong }) => wrong.parents),
      household: sum(({ wrong }) => wrong.household),
      strangers: sum(({ wrong }) => wrong.strangers),
    },
    reviewPairs: sum(({ reviewPairs }) => reviewPairs),
    reviewRecords: sum(({ reviewRecords }) => reviewRecords),
  };
}

/** Shares between 0 and 1. */
export function sharesOf(counts: RegisterCounts) {
  const { records, truePairs, linkedPairs, sharedPairs, numberedPairs, numberedSharedPairs } = counts;
  return {
    precision: share(sharedPairs, linkedPairs),
    recall: share(sharedPairs, truePairs),
    f1: share(2 * sharedPairs, linkedPairs + truePairs),
    blockingRecall: counts.blockedPairs === undefined ? undefined : share(counts.blockedPairs, truePairs),
    /** Undefined where no record states a number. */
    numberedRecall: numberedPairs === 0 ? undefined : numberedSharedPairs / numberedPairs,
    datedRecall: counts.datedPairs === 0 ? undefined : counts.datedSharedPairs / counts.datedPairs,
    /** Pairs to look at for each record, and the share of records in such a pair. */
    reviewPairs: share(counts.reviewPairs, records),
    reviewRecords: share(counts.reviewRecords, records),
  };
}

/** Of nothing, all is as it should be. */
const share = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole);
