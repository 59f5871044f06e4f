import { above, atLeast, atMost, type Bar } from "./bars.ts";
import type { PublicSet, SetAccuracy } from "./public-sets.ts";
import published from "./published.json" with { type: "json" };
import { figure, type Table } from "./table.ts";

/** A public set that was linked, with what came out. */
export type MeasuredSet = { readonly set: PublicSet; readonly accuracy: SetAccuracy };

/** The rows of the public sets: ours, then the published ones. */
export function publicTable(measured: readonly MeasuredSet[]): Table {
  return {
    header: ["set", "measured over", "system", "F1", "B³ F1", "largest cluster", "blocking recall"],
    rows: measured.flatMap(rowsOf),
  };
}

function rowsOf({ set: { name, title }, accuracy }: MeasuredSet): string[][] {
  const { pairF1, bCubedF1, largestCluster, blockingRecall, bestPairF1, ownPairF1, ownPairThreshold } = accuracy;
  const clusters = [title, "clusters", "**Chesil**", figure(pairF1), figure(bCubedF1), String(largestCluster)];
  const ours = [...clusters, figure(blockingRecall)];
  if (name !== "fake_1000") {
    const theirs: { f1: number; bCubedF1: number; largestCluster?: number; blockingRecall?: number; system: string } =
      published[name];
    return [
      ours,
      [
        title,
        "clusters",
        theirs.system,
        String(theirs.f1),
        String(theirs.bCubedF1),
        String(theirs.largestCluster ?? ""),
        String(theirs.blockingRecall ?? ""),
      ],
    ];
  }
  const own = `pairs, own threshold (probability ${ownPairThreshold.toFixed(2)})`;
  const { system, f1 } = published.fake_1000;
  return [
    [title, "pairs, best threshold", "**Chesil**", figure(bestPairF1), "", "", ""],
    [title, "pairs, best threshold", system, String(f1), "", "", ""],
    [title, own, "**Chesil**", figure(ownPairF1), "", "", ""],
    ours,
  ];
}

const AIM = "our aim";

/** What each set has to reach: the published figures, and beyond them our own aims. */
export function publicBars({ set: { name }, accuracy }: MeasuredSet): Bar[] {
  const { pairF1, bCubedF1, bestPairF1, largestCluster } = accuracy;
  if (name === "fake_1000") {
    const { f1, system } = published.fake_1000;
    return [
      above("fake_1000, pairs at the best threshold: F1", bestPairF1, { limit: f1, whose: system }),
      above("fake_1000, pairs at the best threshold: F1", bestPairF1, { limit: 0.88, whose: AIM }),
    ];
  }
  const { f1, bCubedF1: theirBCubedF1, system: whose } = published[name];
  const bars = [
    above(`${name}, clusters: F1`, pairF1, { limit: f1, whose }),
    above(`${name}, clusters: B³ F1`, bCubedF1, { limit: theirBCubedF1, whose }),
  ];
  if (name === "febrl3") return [...bars, atLeast("febrl3, clusters: F1", pairF1, { limit: 0.999, whose: AIM })];
  return [
    ...bars,
    above("historical, clusters: F1", pairF1, { limit: 0.92, whose: AIM }),
    above("historical, clusters: B³ F1", bCubedF1, { limit: 0.93, whose: AIM }),
    atMost("historical, largest cluster", largestCluster, { limit: 30, whose: AIM }),
  ];
}
