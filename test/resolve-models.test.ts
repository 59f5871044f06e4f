import { defaultModel, readModel } from "@chesil/matching";
import { appendModelActivation, insertModel } from "@chesil/store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adt, receive, resolveAll } from "./region.ts";
import { NHS, openRegion, who } from "./region-store.ts";

/** Law 8: who is linked is decided by the model that was in force at the message's place, also when it is decided anew. */

let region: Awaited<ReturnType<typeof openRegion>>;
beforeAll(async () => {
  region = await openRegion();
});
afterAll(() => region.database.close());

const STRICT = readModel({
  ...defaultModel,
  thresholds: { ...defaultModel.thresholds, linkWeightMin: 500, reviewWeightMin: 400 },
});

describe("a model that is activated", () => {
  it.each([1, 100])("decides what comes after it, and nothing before, in batches of %i", async (batchMessagesMax) => {
    if (!STRICT.ok) throw new Error(STRICT.problems.join());
    const { version } = STRICT.model;
    const [anna, ben] = [who(0, { nhsNumber: NHS[0] }), who(1, { nhsNumber: NHS[1] })];
    await region.empty();
    await region.query("truncate journal, outcome, tally");
    const at = new Date();
    await insertModel(region.database.pool, { version, content: STRICT.model, note: "", addedAt: at, addedBy: "test" });
    await receive(region.database, [adt("A28", anna), adt("A28", { ...anna, id: "A2", authority: "RDZ" })]);
    await appendModelActivation(region.database, { version, by: "test" }, at);
    await receive(region.database, [adt("A28", ben), adt("A28", { ...ben, id: "B2", authority: "RDZ" })]);
    const links = async () => {
      await resolveAll(region.database, { batchMessagesMax });
      const models = await region.query(
        "select distinct evidence ->> 'modelVersion' as version from identity_event order by 1",
      );
      const isOne = async (one: string, other: string) =>
        (await region.personOf(one)) === (await region.personOf(other, "RDZ"));
      return { anna: await isOne("P0", "A2"), ben: await isOne("P1", "B2"), models };
    };
    const first = await links();
    expect(first).toEqual({
      anna: true,
      ben: false,
      models: [defaultModel.version, version].sort().map((each) => ({ version: each })),
    });
    await region.empty();
    await region.query("update log_consumer set position = 0");
    expect(await links()).toEqual(first);
  });
});
