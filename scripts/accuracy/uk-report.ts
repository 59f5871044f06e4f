import { above, atLeast, atMost, type Bar } from "./bars.ts";
import published from "./published.json" with { type: "json" };
import { percent, type Table, whole } from "./table.ts";
import {
  measureRegister,
  pooled,
  type RegisterCounts,
  SYSTEMS,
  type System,
  sharesOf,
  WRONG_KINDS,
} from "./uk-register.ts";

/** The registers of one kind, one a seed. */
export type MeasuredRegion = {
  readonly hasNumbers: boolean;
  readonly seeds: readonly number[];
  /** By system, the counts of each seed. */
  readonly counts: Readonly<Record<System, readonly RegisterCounts[]>>;
};

export type RegionOptions = { readonly records: number; readonly seeds: readonly number[]; readonly scratch: string };

/** The region with NHS numbers, then without. */
export async function measureRegions({ records, seeds, scratch }: RegionOptions): Promise<MeasuredRegion[]> {
  const regions: MeasuredRegion[] = [];
  for (const hasNumbers of [true, false]) {
    const counts: Record<System, RegisterCounts[]> = { Chesil: [], MPS: [], JeMPI: [] };
    for (const seed of seeds) {
      const bySystem = await measureRegister({ records, seed, hasNumbers }, scratch);
      for (const system of SYSTEMS) counts[system].push(bySystem[system]);
    }
    regions.push({ hasNumbers, seeds, counts });
  }
  return regions;
}

/** Shares of the registers of all seeds together; wrong links are counted over all of them. */
export function ukTable(regions: readonly MeasuredRegion[]): Table {
  return {
    header: [
      "NHS numbers",
      "system",
      "precision",
      "recall",
      "recall, equal numbers",
      "recall, equal numbers, dated",
      ...WRONG_KINDS.map((kind) => `wrong: ${kind}`),
      "records to review",
      "pairs to review",
    ],
    rows: regions.flatMap(regionRows),
  };
}

function regionRows({ hasNumbers, counts }: MeasuredRegion): string[][] {
  const stated = hasNumbers ? "with" : "without";
  const ours = SYSTEMS.map((system) => {
    const total = pooled(counts[system]);
    const { precision, recall, numberedRecall, datedRecall, reviewRecords, reviewPairs } = sharesOf(total);
    return [
      stated,
      system === "Chesil" ? "**Chesil**" : system,
      percent(precision),
      percent(recall),
      percent(numberedRecall),
      percent(hasNumbers ? datedRecall : undefined),
      ...WRONG_KINDS.map((kind) => whole(total.wrong[kind])),
      ...(system === "Chesil" ? [percent(reviewRecords), percent(reviewPairs)] : ["", ""]),
    ];
  });
  const { system, precision, recall } = splinkOf(hasNumbers);
  // As published: with no more digits than were said.
  const said = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const theirs = [`${stated}, a like region`, system, said(precision), said(recall)];
  return [...ours, [...theirs, "", "", ...WRONG_KINDS.map(() => ""), "", ""]];
}

const splinkOf = (hasNumbers: boolean) => (hasNumbers ? published.ukWithNumbers : published.ukWithoutNumbers);

const PRECISION_MIN = 0.9999;
const RECALL_MIN = { present: 0.999, absent: 0.98 };
const REVIEW_MAX = 0.02;
const AIM = "our aim";

/** Every seed has to reach every bar: a wrong link of one is not made good by another. */
export function ukBars({ hasNumbers, seeds, counts }: MeasuredRegion): Bar[] {
  return seeds.flatMap((seed, at) => {
    const ours = counts.Chesil[at];
    if (ours === undefined) return [];
    const { precision, recall, f1, numberedRecall, datedRecall, reviewPairs, reviewRecords } = sharesOf(ours);
    const of = `uk ${hasNumbers ? "with" : "without"} NHS numbers, seed ${seed}`;
    const splink = splinkOf(hasNumbers);
    const splinkF1 = (2 * splink.precision * splink.recall) / (splink.precision + splink.recall);
    const others = [
      ...(["MPS", "JeMPI"] as const).map((system) => {
        const theirs = counts[system][at];
        return { limit: theirs === undefined ? 0 : sharesOf(theirs).f1, whose: system };
      }),
      { limit: splinkF1, whose: `${splink.system} on a like region` },
    ];
    return [
      ...others.map((other) => above(`${of}: F1`, f1, other)),
      atLeast(`${of}: precision`, precision, { limit: PRECISION_MIN, whose: AIM }),
      ...recallBars(of, recall, { numberedRecall, datedRecall }),
      atMost(`${of}: twins put together`, ours.wrong.twins, { limit: 0, whose: AIM }),
      atMost(`${of}: pairs to review a record`, reviewPairs, { limit: REVIEW_MAX, whose: AIM }),
      atMost(`${of}: share of records to review`, reviewRecords, { limit: REVIEW_MAX, whose: AIM }),
    ];
  });
}

/** Where numbers are present, over all pairs and over those that state one number; and where none is. */
function recallBars(
  of: string,
  recall: number,
  { numberedRecall, datedRecall = 0 }: { numberedRecall: number | undefined; datedRecall: number | undefined },
): Bar[] {
  const { present, absent } = RECALL_MIN;
  if (numberedRecall === undefined) return [atLeast(`${of}: recall`, recall, { limit: absent, whose: AIM })];
  return [
    atLeast(`${of}: recall`, recall, { limit: present, whose: AIM }),
    atLeast(`${of}: recall where both state one number`, numberedRecall, { limit: present, whose: AIM }),
    atLeast(`${of}: recall where both state one number and a birth date`, datedRecall, { limit: present, whose: AIM }),
  ];
}
