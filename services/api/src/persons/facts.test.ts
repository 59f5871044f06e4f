import type { FactContent } from "@chesil/model";
import { type StoredFact, writeFacts, writeFactVersions } from "@chesil/store";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
// @boundaries-ignore tests of every package share one real database
import { freshDatabase } from "../../../../test/database.ts";
import { openRig, type Rig } from "../rig.ts";
import { factGroup, factPage } from "./facts.ts";

let database: Rig["database"];
let rig: Rig;
let cookie: string;
beforeAll(async () => {
  database = await freshDatabase();
  rig = await openRig({ database });
  cookie = await rig.signedIn(["clinician"], "carla");
});
afterAll(() => rig.close());
beforeEach(async () => {
  await database.pool.query("truncate audit, consent, person, source_record, identity_event, fact, fact_version");
});

const allergy = (text: string): FactContent => ({ kind: "allergy", code: { codings: [], text } });
const measurement = (value: number): FactContent => ({
  kind: "measurement",
  observation: {
    code: { codings: [{ system: "L", code: "WT", display: "Weight" }] },
    valueType: "NM",
    value: String(value),
    units: "kg",
    status: "final",
  },
});

let factIds = 0;
const fact = (sourceRecordId: number, content: FactContent, rest: Partial<StoredFact> = {}): StoredFact => {
  const factId = ++factIds;
  const said = { recordedAt: new Date(Date.UTC(2026, 2, 1, 0, factId)).toISOString(), journalId: factId };
  return {
    factId,
    sourceRecordId,
    kind: content.kind,
    key: `K${factId}`,
    state: "current",
    visitNumber: null,
    content,
    said,
    parts: null,
    retracted: null,
    relation: null,
    createdBy: factId,
    updatedBy: factId,
    ...rest,
  };
};
const keep = (...facts: StoredFact[]) => database.transaction((transaction) => writeFacts(transaction, facts));
const view = async (personId: string) => {
  const answer = await rig.ask(cookie, "GET", `/api/v1/persons/${personId}`);
  return factGroup.array().parse(answer.json().facts);
};

test("of a person are those of all their records, by kind, with their source and their message", async () => {
  const jane = await rig.addPerson({ family: "Smith", given: "Jane" });
  const former = await rig.addPerson({ family: "Smyth", given: "Jane", authority: "RBD" });
  const [one, other] = [
    fact(former.sourceRecordId, allergy("Penicillin"), { state: "withdrawn", updatedBy: 99 }),
    fact(jane.sourceRecordId, allergy("Latex"), { visitNumber: "V1" }),
  ];
  await keep(one, other, fact(jane.sourceRecordId, measurement(70)));
  await database.transaction((transaction) =>
    writeFactVersions(transaction, [
      {
        factId: other.factId,
        said: { ...other.said, journalId: 1 },
        content: allergy("Latex gloves"),
        partsBy: null,
      },
    ]),
  );
  expect(await view(former.personId)).toMatchObject([{ kind: "allergy", total: 1, current: 0 }]);
  await rig.merge(former.personId, jane.personId);
  expect(await view(former.personId)).toEqual([]);
  expect(await view(jane.personId)).toMatchObject([
    {
      kind: "allergy",
      total: 2,
      current: 1,
      next: null,
      rows: [
        {
          title: "Latex",
          authority: "RDZ",
          feed: "poole-pas",
          state: "current",
          visitNumber: "V1",
          earlier: 1,
          messageId: String(other.said.journalId),
        },
        { title: "Penicillin", authority: "RBD", state: "withdrawn", changedByMessageId: "99", earlier: 0 },
      ],
    },
    { kind: "measurement", rows: [{ title: "Weight: 70 kg", status: "final" }] },
  ]);
});

test("of one kind do not crowd out others, and are all reached page by page, each once", async () => {
  const jane = await rig.addPerson({ family: "Smith", given: "Jane" });
  await keep(fact(jane.sourceRecordId, allergy("Latex")));
  const weights = Array.from({ length: 130 }, (_, number) => fact(jane.sourceRecordId, measurement(number)));
  await keep(...weights);
  const [allergies, measurements] = await view(jane.personId);
  expect(allergies?.rows).toHaveLength(1);
  expect(measurements).toMatchObject({ kind: "measurement", total: 130 });
  expect(measurements?.rows).toHaveLength(20);
  const seen = [...(measurements?.rows ?? [])];
  let next = measurements?.next ?? null;
  while (next !== null) {
    const url = `/api/v1/persons/${jane.personId}/facts?kind=measurement&cursor=${next}`;
    const page = factPage.parse((await rig.ask(cookie, "GET", url)).json());
    seen.push(...page.rows);
    next = page.next;
  }
  expect(seen.map((row) => row.factId)).toEqual(weights.map(({ factId }) => String(factId)).reverse());
  const ofAllergies = `/api/v1/persons/${jane.personId}/facts?kind=allergy&cursor=${measurements?.next}`;
  expect((await rig.ask(cookie, "GET", ofAllergies)).statusCode).toBe(400);
  expect((await rig.ask(cookie, "GET", `/api/v1/persons/${jane.personId}/facts?kind=secret`)).statusCode).toBe(400);
});
