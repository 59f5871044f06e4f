import { afterAll, beforeAll, expect, it } from "vitest";
// @boundaries-ignore tests of every package share one real database
import { freshDatabase } from "../../../test/database.ts";
import { readWireFaults } from "./wire-fault-read.ts";
import { recordWireFault } from "./wire-fault-write.ts";

let database: Awaited<ReturnType<typeof freshDatabase>>;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.close());

it("keeps the newest faults, whose ever they are, and the beginning of what was seen", async () => {
  const faultsMax = 5;
  for (let at = 1; at <= 12; at++) {
    const fault = { feed: at % 2 === 0 ? "pas" : "lab", at: new Date(at), remoteAddress: "10.0.0.7", reason: `r${at}` };
    await recordWireFault(database, { ...fault, bytes: Buffer.alloc(2_000, "x") }, faultsMax);
    const { rows } = await database.pool.query(
      "select reason, octet_length(bytes) as bytes from wire_fault order by fault_id",
    );
    const newest = Array.from({ length: Math.min(at, faultsMax) }, (_, back) => at - back).reverse();
    expect(rows).toEqual(newest.map((each) => ({ reason: `r${each}`, bytes: 1024 })));
  }
  const { recent } = await readWireFaults(database.pool, "pas", { faultsMax: 10, recentMax: 10 });
  expect(recent.map(({ reason }) => reason)).toEqual(["r12", "r10", "r8"]);
});
