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
const modelOf = (...names: string[]) => ({
  ...defaultModel,
  comparisons: defaultModel.comparisons.filter(({ name }) => names.includes(name)),
});

describe("a model and records that it was not made for", () => {
  it("are told what one has and the other has not", () => {
    expect(misfitOf({ batch, model: modelOf("familyName", "givenName", "phone") })).toEqual({
      unstated: [],
      uncompared: [],
    });
    expect(misfitOf({ batch, model: modelOf("familyName", "birthDate", "sex") })).toEqual({
      unstated: ["birthDate", "sex"],
      uncompared: ["givenName", "phone"],
    });
  });
});
