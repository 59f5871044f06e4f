import { appendArrivals } from "@chesil/store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { arrival } from "./arrivals.ts";
import { freshDatabase } from "./database.ts";

describe("a database connection that is lost", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.close());

  const endOthers = () =>
    database.pool.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
    );

  it("fails its transaction, in a statement or between two, and nothing else: the next one has a new connection", async () => {
    const between = database.transaction(async (transaction) => {
      await transaction.query("select 1");
      await endOthers();
      await new Promise((resolve) => setTimeout(resolve, 200));
      await transaction.query("select 1");
    });
    await expect(between).rejects.toThrow();
    const within = database.transaction((transaction) => transaction.query("select pg_sleep(5)"));
    const failed = expect(within).rejects.toThrow();
    await new Promise((resolve) => setTimeout(resolve, 200));
    await endOthers();
    await failed;
    expect((await appendArrivals(database, [arrival()]))[0]?.kind).toBe("accepted");
  });
});
