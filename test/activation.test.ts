import type { FeedDialect } from "@chesil/hl7";
import { appendActivation, appendCommands } from "@chesil/store";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { adt, FEED, receiveAs, resolveAll } from "./region.ts";
import { openRegion } from "./region-store.ts";

/** Law 8: what a message meant when it came is journalled with it, so that it means that whenever it is read. */

let region: Awaited<ReturnType<typeof openRegion>>;
beforeAll(async () => {
  region = await openRegion();
});
afterAll(() => region.database.close());
beforeEach(async () => {
  await region.empty();
  await region.query("truncate tally, journal, journal_key");
});

const activate = (dialect: FeedDialect, feed = FEED.name) =>
  appendActivation(region.database, { feeds: { [feed]: dialect }, by: "test" }, new Date());
/** A message whose ids name no authority: the feed's own is meant. */
const bare = (id: string) => adt("A28", { id, authority: "", family: `F${id}`, given: "JANE" });
const records = () => region.query("select authority, local_id from source_record order by created_by");
const outcomes = async () =>
  (await region.query("select outcome from outcome order by journal_id")).map((o) => o.outcome);

describe("a message", () => {
  it.each([1, 100])("is read by what was in force at its place, in batches of %i", async (batchMessagesMax) => {
    await activate({ defaultAuthority: "OLD" });
    await receiveAs(region.database, { defaultAuthority: "OLD" }, [bare("1")]);
    await activate({ defaultAuthority: "NEW" });
    await receiveAs(region.database, { defaultAuthority: "NEW" }, [bare("1"), bare("2")].slice(1));
    await resolveAll(region.database, { batchMessagesMax });
    expect(await records()).toEqual([
      { authority: "OLD", local_id: "1" },
      { authority: "NEW", local_id: "2" },
    ]);
  });

  it("is read so by a decider that begins later, and of a feed that is gone as it last was", async () => {
    await activate({ defaultAuthority: "OLD" });
    await receiveAs(region.database, { defaultAuthority: "OLD" }, [bare("1")]);
    await resolveAll(region.database);
    await activate({ defaultAuthority: "X" }, "another");
    await receiveAs(region.database, { defaultAuthority: "OLD" }, [bare("2")]);
    await resolveAll(region.database);
    expect((await records()).map(({ authority }) => authority)).toEqual(["OLD", "OLD"]);
  });

  it("of a feed that nobody has described is set aside, and applied once somebody has", async () => {
    await receiveAs(region.database, { defaultAuthority: "RBD" }, [bare("1")]);
    await resolveAll(region.database);
    expect(await outcomes()).toEqual(["quarantined"]);
    await activate({ defaultAuthority: "RBD" });
    const [{ journal_id: journalId } = {}] = await region.query("select journal_id from outcome");
    await appendCommands(
      region.database,
      [{ command: "replay", journalId, by: "dora", reason: "configured" }],
      new Date(),
    );
    await resolveAll(region.database);
    expect(await outcomes()).toEqual(["applied"]);
    expect(await records()).toEqual([{ authority: "RBD", local_id: "1" }]);
  });
});

it("settings that are in force already are not journalled again", async () => {
  const first = await activate({ defaultAuthority: "A", codes: { sex: { "1": "M" } } });
  expect(first).toBeTypeOf("number");
  expect(await activate({ codes: { sex: { "1": "M" } }, defaultAuthority: "A" })).toBeUndefined();
  expect(await activate({ defaultAuthority: "A" })).toBeGreaterThan(first ?? 0);
});
