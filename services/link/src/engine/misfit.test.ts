import { BatchPreparer, defaultModel } from "@chesil/matching";
import { describe, expect, it } from "vitest";
import type { Batch } from "./batch.ts";
import { misfitOf } from "./misfit.ts";

const record = new BatchPreparer().prepare({
  names: [{ family: "Lomax", given: ["Alma"] }],
  postcodes: [],
  addressLines: [],
  phones: ["01632 960123"],
  emails: [],
});
const batch: Batch = { records: [record], ids: ["1"], truth: new Int32Array(1), extras: [] };
const plan = { compared: [], extras: [] };
const modelOf = (...names: string[]) => ({
  ...defaultModel,
  comparisons: defaultModel.comparisons.filter(({ name }) => names.includes(name)),
});

describe("a model and records that it was not made for", () => {
  it("are told what one has and the other has not", () => {
    expect(misfitOf({ batch, model: modelOf("familyName", "givenName", "phone") }, plan)).toEqual({
      unstated: [],
      uncompared: [],
    });
    expect(misfitOf({ batch, model: modelOf("familyName", "birthDate", "sex") }, plan)).toEqual({
      unstated: ["birthDate", "sex"],
      uncompared: ["givenName", "phone"],
    });
  });

  it("are told of a declared column that the model does not compare, and of a town", () => {
    const declared = { compared: ["city" as const], extras: [{ name: "job", kind: "exact" as const }] };
    expect(misfitOf({ batch, model: modelOf("familyName", "givenName", "phone") }, declared).uncompared).toEqual([
      "job",
      "city",
    ]);
  });
});
