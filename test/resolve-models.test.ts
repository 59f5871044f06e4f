import { defaultModel, readModel } from "@chesil/matching";
import { appendModelActivation, insertModel } from "@chesil/store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adt, receive, resolveAll } from "./region.ts";
import { NHS, openRegion, who } from "./region-store.ts";

/**
 * Law 8: who is linked is decided by the model that was in force at the message's place, also when it is decided anew; and
 * by the one that came into force, once it has come by (test/resettle.test.ts has the properties).
 */

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
  it.each([1, 100])(
    "parts whom it would not have linked, dated and by its own evidence, in batches of %i",
    async (batchMessagesMax) => {
      if (!STRICT.ok) throw new Error(STRICT.problems.join());
      const { version } = STRICT.model;
      const [anna, ben] = [who(0, { nhsNumber: NHS[0] }), who(1, { nhsNumber: NHS[1] })];
      await region.empty();
      await region.query("truncate journal, journal_key, outcome, tally");
      const at = new Date();
      await insertModel(region.database.pool, {
        version,
        content: STRICT.model,
        note: "",
        addedAt: at,
        addedBy: "test",
      });
      await receive(region.database, [adt("A28", anna), adt("A28", { ...anna, id: "A2", authority: "RDZ" })]);
      await appendModelActivation(region.database, { version, by: "test" }, at);
      await receive(region.database, [adt("A28", ben), adt("A28", { ...ben, id: "B2", authority: "RDZ" })]);
      const history = async () => {
        await resolveAll(region.database, { batchMessagesMax });
        return region.query(
          `select s.local_id, e.kind, e.decided_by, e.evidence ->> 'modelVersion' as model, j.kind as entry
         from identity_event e join source_record s using (source_record_id) join journal j on j.journal_id = e.journal_id
         order by e.event_id`,
        );
      };
      const message = { entry: "message", kind: "created", decided_by: "new" };
      const expected = [
        { local_id: "P0", ...message, model: defaultModel.version },
        { local_id: "A2", ...message, kind: "linked", decided_by: "model", model: defaultModel.version },
        { local_id: "P1", ...message, model: version },
        { local_id: "B2", ...message, model: version },
        { local_id: "A2", kind: "unlinked", decided_by: "new", model: version, entry: "resettle" },
      ];
      expect(await history()).toEqual(expected);
      await region.empty();
      await region.query("update log_consumer set position = 0");
      expect(await history()).toEqual(expected);
    },
  );
});
