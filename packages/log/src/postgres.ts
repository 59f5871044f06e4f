import type { Pool, PoolClient } from "pg";
import { type EventLog, LeaseLostError, type LogConsumer, type LogEntry } from "./event-log.ts";

/**
 * The journal itself as event log: nothing is written twice. Reading `journal_id > position` is safe here, and only
 * here, because journal ids are drawn under a lock and so commit in order (see migration 0001).
 */
export function postgresLog(pool: Pool): EventLog<PoolClient> {
  return {
    async consume(consumer, { owner, leaseMs, from = "beginning" }) {
      await pool.query(
        `insert into log_consumer (consumer, position)
         select $1, case when $2 then coalesce((select max(journal_id) from journal), 0) else 0 end on conflict do nothing`,
        [consumer, from === "now"],
      );
      const { rows } = await pool.query<{ position: number; lease_epoch: number }>(
        `update log_consumer set lease_epoch = lease_epoch + 1, lease_owner = $2, lease_until = now() + $3 * interval '1 ms'
         where consumer = $1 and (lease_until is null or lease_until < now() or lease_owner = $2)
         returning position, lease_epoch`,
        [consumer, owner, leaseMs],
      );
      const row = rows[0];
      return row && new PostgresConsumer(pool, consumer, leaseMs, row.position, row.lease_epoch);
    },
  };
}

class PostgresConsumer implements LogConsumer<PoolClient> {
  readonly #pool: Pool;
  readonly #consumer: string;
  readonly #leaseMs: number;
  readonly epoch: number;
  #position: number;
  #renewAt = 0;

  constructor(pool: Pool, consumer: string, leaseMs: number, position: number, epoch: number) {
    this.#pool = pool;
    this.#consumer = consumer;
    this.#leaseMs = leaseMs;
    this.#position = position;
    this.epoch = epoch;
  }

  get position(): number {
    return this.#position;
  }

  async read(entriesMax: number, after = this.#position): Promise<readonly LogEntry[]> {
    await this.#renewWhenDue();
    const { rows } = await this.#pool.query<{ journal_id: number; identities: string[]; bytes: number }>({
      name: "read-log",
      text: "select journal_id, identities, octet_length(raw) as bytes from journal where accepted and journal_id > $1 order by journal_id limit $2",
      values: [after, entriesMax],
    });
    return rows.map((row) => ({
      position: row.journal_id,
      journalId: row.journal_id,
      identities: row.identities,
      bytes: row.bytes,
    }));
  }

  async commit<T>(position: number, effects: (transaction: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    // A server that goes away between two statements is told here and nowhere else; unheard, it would end the process.
    const onError = (error: Error) => {
      broken = error;
    };
    client.on("error", onError);
    try {
      const begun = client.query("begin");
      begun.catch(() => {});
      const result = await effects(client);
      await begun;
      const { rowCount } = await client.query(
        `update log_consumer set position = $3, lease_until = now() + $4 * interval '1 ms'
         where consumer = $1 and lease_epoch = $2 and position <= $3`,
        [this.#consumer, this.epoch, position, this.#leaseMs],
      );
      if (rowCount !== 1) throw new LeaseLostError(this.#consumer);
      await client.query("commit");
      this.#position = position;
      return result;
    } catch (error) {
      await client.query("rollback").catch((failure: Error) => {
        broken = failure;
      });
      throw error;
    } finally {
      client.off("error", onError);
      client.release(broken);
    }
  }

  async close(): Promise<void> {
    await this.#pool.query("update log_consumer set lease_until = now() where consumer = $1 and lease_epoch = $2", [
      this.#consumer,
      this.epoch,
    ]);
  }

  /** A third of the lease between renewals: two may fail before the lease is lost. */
  async #renewWhenDue(): Promise<void> {
    if (performance.now() < this.#renewAt) return;
    const { rowCount } = await this.#pool.query(
      "update log_consumer set lease_until = now() + $3 * interval '1 ms' where consumer = $1 and lease_epoch = $2",
      [this.#consumer, this.epoch, this.#leaseMs],
    );
    if (rowCount !== 1) throw new LeaseLostError(this.#consumer);
    this.#renewAt = performance.now() + this.#leaseMs / 3;
  }
}
