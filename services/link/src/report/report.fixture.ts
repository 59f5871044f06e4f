import { defaultModel, explain, type MatchRecord, prepare } from "@chesil/matching";
import type { Fate } from "../engine/fates.ts";
import type { ReportData, SampledPair } from "./report-data.ts";

const empty: MatchRecord = { names: [], postcodes: [], addressLines: [], phones: [], emails: [] };
const anna: MatchRecord = {
  ...empty,
  nhsNumber: { value: "9990004951", trust: "verified" },
  names: [{ family: "Featherstonehaugh-Lulworth", given: ["Anna", "Rose"] }],
  birthDate: "1988-07-23",
  sex: "female",
  postcodes: ["BH1 1AA"],
  addressLines: ["12 High Street"],
  phones: ["01632 960021"],
  emails: ["anna.lulworth@example.org"],
};
const untraced: MatchRecord = { ...anna, emails: [] };
delete untraced.nhsNumber;
const david: MatchRecord = {
  ...empty,
  names: [{ family: "Smith", given: ["David"] }],
  birthDate: "1957-03-12",
  sex: "male",
  postcodes: ["DT1 1XJ"],
  addressLines: ["3 Cove Lane"],
};

const BECAME: Readonly<Record<SampledPair["band"], Fate>> = {
  sure: { decision: "linked", why: "weight-links", isGuard: false },
  near: { decision: "review", why: "weight-below-link", isGuard: false },
  refused: { decision: "review", why: "twins", isGuard: true },
};

const pair = (
  band: SampledPair["band"],
  idLeft: string,
  idRight: string,
  a: MatchRecord,
  b: MatchRecord,
): SampledPair => ({
  band,
  idLeft,
  idRight,
  explanation: explain(prepare(a), prepare(b), defaultModel),
  became: BECAME[band],
});

const samples: readonly SampledPair[] = [
  pair("sure", "A-1001", "B-77", anna, { ...anna, postcodes: ["DT1 1XJ"], addressLines: ["3 Cove Lane"], phones: [] }),
  pair("sure", "A-1002", "B-78", untraced, { ...untraced, birthDate: "1988-07-24" }),
  pair("near", "A-1003", "C-5", david, { ...david, postcodes: ["M1 1AE"], addressLines: [] }),
  pair("near", "A-1004", "C-6", david, {
    ...david,
    names: [{ family: "Smith", given: ["Dave", "John"] }],
    postcodes: [],
  }),
  pair("refused", "A-1005", "A-1006", untraced, {
    ...untraced,
    names: [{ family: "Featherstonehaugh-Lulworth", given: ["Julia"] }],
  }),
  pair("refused", "A-1007", "C-9", david, { ...david, birthDate: "1984-11-30" }),
];

/** Strangers to the left, matches to the right. */
function histogramOf(bitsMin: number, bins: number): number[] {
  const hill = (at: number, middle: number, width: number, height: number) =>
    height * Math.exp(-(((at - middle) / width) ** 2));
  return Array.from({ length: bins }, (_, bin) => {
    const at = bitsMin + bin;
    return Math.round(hill(at, -22, 7, 90_000) + hill(at, 27, 9, 2200) + hill(at, 12, 5, 90));
  });
}

const curve = Array.from({ length: 60 }, (_, at) => {
  const weightMin = 45 - at;
  return {
    weightMin,
    precision: 1 - 0.4 / (1 + 2 ** ((weightMin + 2) / 2)) - 0.0004,
    recall: 0.992 / (1 + 2 ** ((weightMin - 27) / 3)),
  };
});

/** A report on people that nobody is. */
export const reportData: ReportData = {
  inputs: ["dorset-2026-09.csv", "solent-2026-09.csv"],
  madeAt: "2026-11-22T09:30:00Z",
  records: 52_340,
  persons: 40_112,
  pairsCompared: 1_204_332,
  pairsLinked: 13_990,
  steps: [
    { name: "read", seconds: 1.21 },
    { name: "block", seconds: 0.64 },
    { name: "train", seconds: 3.9 },
    { name: "compare", seconds: 2.2 },
    { name: "cluster", seconds: 0.18 },
  ],
  model: defaultModel,
  isTrainedHere: false,
  warnings: [
    "Column sex of solent-2026-09.csv: 31 % of the values are missing.",
    "2 records share an id with another.",
  ],
  samples,
  histogram: { bitsMin: -60, pairs: histogramOf(-60, 160) },
  clusterSizes: [
    { size: 1, clusters: 30_100 },
    { size: 2, clusters: 8_300 },
    { size: 3, clusters: 1_330 },
    { size: 4, clusters: 300 },
    { size: 5, clusters: 60 },
    { size: 9, clusters: 2 },
    { size: 14, clusters: 1 },
  ],
  blocking: {
    rules: [
      { rule: ["nhsNumber"], pairs: 12_400, narrowedKeys: 0, droppedPairs: 0 },
      { rule: ["familyName", "birthDate"], pairs: 22_300, narrowedKeys: 0, droppedPairs: 0 },
      { rule: ["familySound", "givenSound"], pairs: 840_112, narrowedKeys: 7, droppedPairs: 1_204 },
      { rule: ["postcode", "givenName"], pairs: 310_020, narrowedKeys: 1, droppedPairs: 0 },
    ],
    refused: [{ rule: ["familyName"], pairs: 41_000_000 }],
    recall: 0.9987,
  },
  review: [
    { why: "weight-below-link", pairs: 210 },
    { why: "twins", pairs: 44 },
    { why: "parent-and-child", pairs: 12 },
    { why: "different-nhs-numbers", pairs: 3 },
  ],
  accuracy: {
    pairwise: { precision: 0.99993, recall: 0.9921, f1: 0.996 },
    bCubed: { precision: 0.99998, recall: 0.9951, f1: 0.9975 },
    curve,
  },
};
