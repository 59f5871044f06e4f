import { postgresLog } from "@chesil/log";
import { appendArrivals } from "@chesil/store";
import { describeEventLog } from "../packages/log/src/conformance.ts";
import { arrivals } from "./arrivals.ts";
import { freshDatabase } from "./database.ts";

describeEventLog("PostgreSQL", async () => {
  const database = await freshDatabase();
  await database.pool.query("create table effect (journal_id bigint primary key)");
  return {
    log: postgresLog(database.pool),
    append: async (identities) => {
      await appendArrivals(database, arrivals(identities));
    },
    record: async (transaction, journalId) => {
      await transaction.query("insert into effect values ($1)", [journalId]);
    },
    recorded: async () => {
      const { rows } = await database.pool.query<{ journal_id: number }>(
        "select journal_id from effect order by journal_id",
      );
      return rows.map((row) => row.journal_id);
    },
    expireLeases: async () => {
      await database.pool.query("update log_consumer set lease_until = now() - interval '1 second'");
    },
    close: () => database.close(),
  };
});
