import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { adt, message, type Patient, pid } from "./region.ts";
import { LATER, LATER_STILL, NHS, openRegion, who } from "./region-store.ts";

/**
 * Whether a question is open is a function of what is stored (test/resolve-batches.test.ts holds it against an oracle):
 * here, by example, what closes one, what opens it again, and that nothing undoes what a person closed.
 */

let region: Awaited<ReturnType<typeof openRegion>>;
beforeAll(async () => {
  region = await openRegion();
});
beforeEach(() => region.empty());
afterAll(() => region.database.close());

const ONE = who(0, { nhsNumber: NHS[0] });
/** The same number and name under another birth date: whether they are one, a data manager is asked. */
const TWIN: Patient = { ...ONE, id: "TWIN", birthDate: "19350505" };
const THIRD = who(3, { id: "THIRD" });

const two = (event: "A24" | "A37", one: Patient, other: Patient) => message(event, [pid(one), pid(other)]);
const questions = () =>
  region.query("select kind, state, settled, opened_by < asked_by as again from review_task order by task_id");

describe("a question about two records", () => {
  beforeEach(async () => {
    await region.known(ONE, TWIN, THIRD);
    expect(await questions()).toMatchObject([{ kind: "number-conflict", state: "open", settled: null }]);
  });

  it("is answered by a rule that moves nobody, and by another one that joins them", async () => {
    await region.take(two("A37", ONE, TWIN));
    expect(await questions()).toMatchObject([{ state: "closed", settled: "ruled" }]);
    await region.take(two("A24", ONE, TWIN));
    expect(await questions()).toMatchObject([{ state: "closed", settled: "joined" }]);
  });

  it("is open again when the two are parted and no rule is between their persons", async () => {
    await region.take(two("A24", THIRD, ONE), two("A24", THIRD, TWIN));
    expect(await questions()).toMatchObject([{ state: "closed", settled: "joined" }]);
    // The third is not the twin, and the one is the third.
    await region.take(two("A37", THIRD, TWIN));
    expect(await questions()).toMatchObject([{ state: "closed", settled: "ruled" }]);
    await region.take(two("A37", THIRD, ONE));
    expect(await questions()).toMatchObject([{ state: "open", settled: null, again: false }]);
  });

  it("is closed for a record that is deleted, and open again when that is asked about anew", async () => {
    await region.take(adt("A29", TWIN, LATER));
    expect(await questions()).toMatchObject([{ state: "closed", settled: "deleted", again: false }]);
    await region.take(adt("A28", { id: TWIN.id }, LATER_STILL));
    expect(await questions()).toMatchObject([{ state: "closed", settled: "deleted", again: false }]);
    await region.take(adt("A31", TWIN, LATER_STILL));
    expect(await questions()).toMatchObject([{ state: "open", settled: null, again: false }]);
  });

  it("is closed with the survivor into which its side was merged", async () => {
    await region.take(adt("A40", THIRD, { prior: TWIN.id }), adt("A29", THIRD, LATER));
    expect(await questions()).toMatchObject([{ state: "closed", settled: "deleted" }]);
  });

  it("stays closed when a person closed it: what is asked afterwards is another one", async () => {
    await region.query("update review_task set state = 'closed', closed_by = 1, closed_at = now()");
    await region.take(adt("A31", { ...TWIN, birthDate: "19350506" }, LATER));
    expect(await questions()).toMatchObject([
      { state: "closed", settled: null, again: false },
      { state: "open", settled: null, again: false },
    ]);
    await region.take(two("A37", ONE, TWIN));
    expect(await questions()).toMatchObject([
      { state: "closed", settled: null },
      { state: "closed", settled: "ruled" },
    ]);
  });

  it("is overtaken when a side is merged away: its words are nobody's, and the survivor says something else", async () => {
    await region.take(adt("A40", THIRD, { prior: TWIN.id }));
    expect(await questions()).toMatchObject([{ state: "closed", settled: "overtaken" }]);
    await region.take(two("A37", ONE, THIRD));
    expect(await questions()).toMatchObject([{ state: "closed", settled: "ruled" }]);
  });
});

it("a question that another record's rule answered is open again when that record leaves the person", async () => {
  const copy = { ...ONE, id: "COPY" };
  await region.known(ONE, copy, TWIN, THIRD);
  expect([await region.areOne("P0", "COPY"), await region.areOne("P0", "TWIN")]).toEqual([true, false]);
  await region.take(two("A37", copy, TWIN));
  expect(await questions()).toMatchObject([{ state: "closed", settled: "ruled" }]);
  await region.take(adt("A40", THIRD, { prior: "COPY" }));
  expect(await questions()).toMatchObject([{ state: "open", settled: null }]);
});
