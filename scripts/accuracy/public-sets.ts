import { createReadStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Accuracy, accuracyOf, type Linked, writeCsv } from "@chesil/link";
import { agreementAt, pairCurve } from "@chesil/matching";
import { blockedPairsOf } from "./blocking-recall.ts";
import { type ColumnOptions, linkFile } from "./link-file.ts";

/** The public sets with known truth. Nothing is said of them but what their columns are. */
export type PublicSet = {
  readonly name: "febrl3" | "fake_1000" | "historical";
  /** As published. */
  readonly title: string;
  readonly file: string;
  readonly options: ColumnOptions;
  /** Where the file has no column of the true person: reads it from the first field of a row. */
  readonly personOf?: (firstField: string) => string;
};

export const PUBLIC_SETS: readonly PublicSet[] = [
  {
    name: "febrl3",
    title: "febrl3",
    file: "febrl3.csv",
    options: { truth: "person", compare: "soc_sec_id:fuzzy,state:exact" },
    // rec-1496-org and rec-1496-dup-0 are person 1496.
    personOf: (recordId) => recordId.split("-")[1] ?? "",
  },
  { name: "fake_1000", title: "fake_1000", file: "fake_1000.csv", options: { truth: "cluster" } },
  {
    name: "historical",
    title: "historical_figures_dev",
    file: "historical_figures_dev.csv",
    options: {
      truth: "cluster",
      columns: "date_of_birth=dob,postcode=postcode_fake",
      compare: "birth_place:fuzzy,occupation:fuzzy",
    },
  },
];

/** Accuracy after clustering, and of scored pairs alone where the model itself would link them; blocking before scoring. */
export type SetAccuracy = Accuracy & { readonly ownPairF1: number; readonly ownPairThreshold: number };

/** Links a set of the folder; `scratch` is a folder for a copy of it with a column of truth, where it has none. */
export async function measurePublicSet(set: PublicSet, folder: string, scratch: string): Promise<SetAccuracy> {
  const published = join(folder, set.file);
  const file = set.personOf ? await withPersons(published, scratch, set.personOf) : published;
  const linked = await linkFile(file, set.options);
  const { truePairs, blockedPairs } = blockedPairsOf(linked);
  return { ...accuracyOf(linked), ...ownPairs(linked), blockingRecall: blockedPairs / truePairs };
}

/** The pairs that weigh enough to be linked, before clustering makes persons of them. */
function ownPairs({ batch, model, scored }: Linked): Pick<SetAccuracy, "ownPairF1" | "ownPairThreshold"> {
  const { linkWeightMin } = model.thresholds;
  const curve = pairCurve({ left: scored.left, right: scored.right, score: scored.weight }, batch.truth);
  return { ownPairF1: agreementAt(curve, linkWeightMin).f1, ownPairThreshold: 1 / (1 + 2 ** -linkWeightMin) };
}

/** A copy with a last column `person`. The file has no quotes, so that a row is its text between commas. */
async function withPersons(file: string, scratch: string, personOf: (firstField: string) => string): Promise<string> {
  const [header = [], ...rows] = await plainRows(file);
  const copy = join(scratch, "with-persons.csv");
  await writeCsv(
    copy,
    [...header, "person"],
    rows.map((row) => [...row, personOf(row[0] ?? "")]),
  );
  return copy;
}

async function plainRows(file: string): Promise<string[][]> {
  const rows: string[][] = [];
  for await (const line of createInterface({ input: createReadStream(file, "utf8"), crlfDelay: Infinity })) {
    if (line.includes('"')) throw new Error(`${file} has quotes: its rows are not their text between commas.`);
    if (line !== "") rows.push(line.split(",").map((field) => field.trim()));
  }
  return rows;
}
