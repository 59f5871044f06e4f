import { openGate } from "@chesil/access";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
// @boundaries-ignore tests of every package share one real database
import { freshDatabase } from "../../../../test/database.ts";
import { openRig, type Rig } from "../rig.ts";
import { personOfIdentifier } from "./person-of-identifier.ts";

let database: Rig["database"];
let rig: Rig;
beforeAll(async () => {
  database = await freshDatabase();
  rig = await openRig({ database });
});
afterAll(() => database.close());

const NHS_NUMBER = "9990004951";
const CONDITION = { kind: "identifier" as const, nhsNumbers: [NHS_NUMBER], keys: [], localIds: [] };
const VIEWER = { username: "carla", roles: ["clinician" as const] };

test("an identifier names who is the only one with it that did not opt out, however many did", async () => {
  const gate = openGate({ database, clock: () => rig.now() });
  await fc.assert(
    fc.asyncProperty(fc.nat(40), fc.array(fc.nat(40), { maxLength: 2 }), async (persons, visible) => {
      await database.pool.query("truncate person, source_record, identity_event, consent, audit");
      const shown: string[] = [];
      for (let at = 0; at < persons; at++) {
        const { personId } = await rig.addPerson({ family: "Same", given: `G${at}`, nhsNumber: NHS_NUMBER });
        if (visible.includes(at)) shown.push(personId);
        else await rig.optOut(personId);
      }
      const found = await personOfIdentifier({ database, gate }, CONDITION, {
        ...{ viewer: VIEWER, action: "t", detail: {} },
      });
      expect(found === "role" ? found : found?.personId).toBe(shown.length === 1 ? shown[0] : undefined);
      const refused = (await rig.audit()).filter(({ detail }) => detail.refused === "opted-out");
      expect(refused.length).toBe(shown.length === 0 ? Math.min(persons, 10) : 0);
    }),
    { numRuns: 30 },
  );
});
