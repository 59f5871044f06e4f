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
  type WrongKind,
} from "./uk-register.ts";

/** A region or a part of it: how large, and in which registers. */
export type RegionShape = {
  /** "20,000 records". */
  readonly title: string;
  readonly records: number;
  readonly seeds: readonly number[];
  /** The only source that is read, by its feed. */
  readonly source?: string;
  /** Held to all aims. A few pairs say nothing of a recall of 99.9 %; that of another mixture is not what was aimed at. */
  readonly isAim: boolean;
};

/** The region that the aims are of, then other sizes, then one hospital alone, in which most people stand once. */
export const REGION: RegionShape = { title: "20,000 records", records: 20_000, seeds: [1, 2, 3], isAim: true };
export const OTHER_SHAPES: readonly RegionShape[] = [
  { title: "500 records", records: 500, seeds: [1, 2, 3], isAim: false },
  { title: "100,000 records", records: 100_000, seeds: [1], isAim: false },
  { title: "one hospital, 20,000 records", records: 20_000, seeds: [1], source: "poole-pas", isAim: false },
];

/** The registers of one kind, one a seed. */
export type MeasuredRegion = {
  readonly shape: RegionShape;
  readonly hasNumbers: boolean;
  /** By system, the counts of each seed; none of a system that was not run on registers so large. */
  readonly counts: Readonly<Record<System, readonly RegisterCounts[]>>;
};

/** The shape with NHS numbers, then without; `scratch` is a folder for its files. */
export async function measureRegions(shape: RegionShape, scratch: string): Promise<MeasuredRegion[]> {
  const { records, seeds, source } = shape;
  const regions: MeasuredRegion[] = [];
  for (const hasNumbers of [true, false]) {
    const counts: Record<System, RegisterCounts[]> = { Chesil: [], MPS: [], JeMPI: [] };
    for (const seed of seeds) {
      const bySystem = await measureRegister({ records, seed, hasNumbers, source }, scratch);
      for (const system of SYSTEMS) {
        const measured = bySystem[system];
        if (measured !== undefined) counts[system].push(measured);
      }
    }
    regions.push({ shape, hasNumbers, counts });
  }
  return regions;
}

/** Shares of the registers of all seeds together; wrong links are counted over all of them. */
export function ukTable(regions: readonly MeasuredRegion[]): Table {
  return {
    header: [
      "register",
      "NHS numbers",
      "system",
      "precision",
      "recall",
      "recall, equal numbers",
      "recall, equal numbers, dated",
      "blocking recall",
      "true pairs",
      "records to review",
      "pairs to review",
    ],
    rows: regions.flatMap(regionRows),
  };
}

const systemsOf = ({ counts }: MeasuredRegion): System[] => SYSTEMS.filter((system) => counts[system].length > 0);

function regionRows(region: MeasuredRegion): string[][] {
  const { shape, hasNumbers, counts } = region;
  const ours = systemsOf(region).map((system) => {
    const total = pooled(counts[system]);
    const { precision, recall, numberedRecall, datedRecall, blockingRecall, reviewRecords, reviewPairs } =
      sharesOf(total);
    return [
      shape.title,
      stated(hasNumbers),
      nameOf(system),
      percent(precision),
      percent(recall),
      percent(numberedRecall),
      percent(datedRecall),
      percent(blockingRecall),
      whole(total.truePairs),
      ...(system === "Chesil" ? [percent(reviewRecords), percent(reviewPairs)] : ["", ""]),
    ];
  });
  if (!shape.isAim) return ours;
  const { system, precision, recall } = splinkOf(hasNumbers);
  // As published: with no more digits than were said.
  const said = (share: number): string => `${(100 * share).toFixed(1)} %`;
  return [
    ...ours,
    ["a like region", stated(hasNumbers), system, said(precision), said(recall), "", "", "", "", "", ""],
  ];
}

/** The twin overlay: how many records of two people were put together, by who the two are to each other. */
export function overlayTable(regions: readonly MeasuredRegion[]): Table {
  return {
    header: ["register", "NHS numbers", "system", ...WRONG_KINDS.map((kind) => WRONG_KIND_TITLES[kind])],
    rows: regions.flatMap((region) =>
      systemsOf(region).map((system) => {
        const { wrong } = pooled(region.counts[system]);
        const links = WRONG_KINDS.map((kind) => whole(wrong[kind]));
        return [region.shape.title, stated(region.hasNumbers), nameOf(system), ...links];
      }),
    ),
  };
}

const WRONG_KIND_TITLES: Readonly<Record<WrongKind, string>> = {
  twins: "twins",
  siblings: "siblings",
  namesakes: "parent and child of one name",
  parents: "parent and child",
  household: "household",
  strangers: "strangers",
};

const stated = (hasNumbers: boolean): string => (hasNumbers ? "with" : "without");
const nameOf = (system: System): string => (system === "Chesil" ? "**Chesil**" : system);

const splinkOf = (hasNumbers: boolean) => (hasNumbers ? published.ukWithNumbers : published.ukWithoutNumbers);

const PRECISION_MIN = 0.9999;
const RECALL_MIN = { present: 0.999, absent: 0.98 };
const REVIEW_MAX = 0.02;
const AIM = "our aim";

/** Every seed has to reach every bar: a wrong link of one is not made good by another. */
export function ukBars({ shape, hasNumbers, counts }: MeasuredRegion): Bar[] {
  return shape.seeds.flatMap((seed, at) => {
    const ours = counts.Chesil[at];
    if (ours === undefined) return [];
    const { precision, recall, f1, numberedRecall, datedRecall, reviewPairs, reviewRecords } = sharesOf(ours);
    const region = shape.isAim ? "uk" : `uk, ${shape.title},`;
    const of = `${region} ${stated(hasNumbers)} NHS numbers, seed ${seed}`;
    const splink = splinkOf(hasNumbers);
    const splinkF1 = (2 * splink.precision * splink.recall) / (splink.precision + splink.recall);
    const others = [
      ...(["MPS", "JeMPI"] as const).map((system) => {
        const theirs = counts[system][at];
        return { limit: theirs === undefined ? 0 : sharesOf(theirs).f1, whose: system };
      }),
      { limit: splinkF1, whose: `${splink.system} on a like region` },
    ];
    const aims = [
      ...others.map((other) => above(`${of}: F1`, f1, other)),
      ...recallBars(of, recall, { numberedRecall, datedRecall }),
    ];
    return [
      atLeast(`${of}: precision`, precision, { limit: PRECISION_MIN, whose: AIM }),
      ...RELATED_KINDS.map((kind) =>
        atMost(`${of}: ${WRONG_KIND_TITLES[kind]} put together`, ours.wrong[kind], { limit: 0, whose: AIM }),
      ),
      atMost(`${of}: pairs to review a record`, reviewPairs, { limit: REVIEW_MAX, whose: AIM }),
      atMost(`${of}: share of records to review`, reviewRecords, { limit: REVIEW_MAX, whose: AIM }),
      ...(shape.isAim ? aims : []),
    ];
  });
}

/** Who must never be taken for each other, however alike: all but strangers. */
const RELATED_KINDS = WRONG_KINDS.filter((kind) => kind !== "strangers");

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
