import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type EventLog, LeaseLostError, type LogConsumer } from "./event-log.ts";

/** One adapter under test. `record` must be part of the transaction: seen by `recorded` only once it committed. */
export type LogHarness<Tx> = {
  readonly log: EventLog<Tx>;
  append(identities: readonly string[][]): Promise<void>;
  record(transaction: Tx, journalId: number): Promise<void>;
  recorded(): Promise<number[]>;
  /** Lets every lease run out. */
  expireLeases(): Promise<void>;
  close(): Promise<void>;
};

const OWNER = { owner: "test", leaseMs: 60_000 };

/** The promises of `event-log.ts`, as one suite that every adapter passes. */
export function describeEventLog<Tx>(adapter: string, open: () => Promise<LogHarness<Tx>>): void {
  describe(`event log, ${adapter}`, () => {
    let harness: LogHarness<Tx>;
    beforeEach(async () => {
      harness = await open();
    });
    afterEach(() => harness.close());

    const consume = async (owner = OWNER) => {
      const consumer = await harness.log.consume("resolve", owner);
      if (!consumer) throw new Error("The lease is held.");
      return consumer;
    };
    const drain = async (consumer: LogConsumer<Tx>, entriesMax: number) => {
      const seen: number[] = [];
      for (;;) {
        const entries = await consumer.read(entriesMax);
        const last = entries.at(-1);
        if (!last) return seen;
        expect(entries.length).toBeLessThanOrEqual(entriesMax);
        await consumer.commit(last.position, async (transaction) => {
          for (const entry of entries) await harness.record(transaction, entry.journalId);
        });
        seen.push(...entries.map((entry) => entry.journalId));
      }
    };
    const many = Array.from({ length: 25 }, (_, index) => [`RBD|${index % 4}`]);

    it("gives entries in the order appended, whatever the batch size, with the identities they name", async () => {
      await harness.append(many);
      const consumer = await consume();
      const [first] = await consumer.read(1);
      expect(first?.identities).toEqual(["RBD|0"]);
      const seen = await drain(consumer, 7);
      expect(seen).toHaveLength(25);
      expect(seen).toEqual([...seen].sort((a, b) => a - b));
    });

    it("goes on after the committed position when another owner takes over", async () => {
      await harness.append(many);
      const before = await consume();
      const [first, second] = await before.read(2);
      await before.commit(first?.position ?? 0, async () => {});
      await before.close();
      const after = await consume({ owner: "other", leaseMs: 60_000 });
      expect((await after.read(1))[0]?.journalId).toBe(second?.journalId);
    });

    it("begins at the first entry, or with what comes next where that is asked for", async () => {
      await harness.append(many);
      const latecomer = await harness.log.consume("latecomer", { ...OWNER, from: "now" });
      expect(await latecomer?.read(10)).toEqual([]);
      await harness.append([["RBD|next"]]);
      expect((await latecomer?.read(10))?.map((entry) => entry.identities)).toEqual([["RBD|next"]]);
      expect(await drain(await consume(), 10)).toHaveLength(26);
    });

    it("reads ahead of the committed position, which stays where it is", async () => {
      await harness.append(many);
      const consumer = await consume();
      const [first, second, third] = await consumer.read(3);
      expect(await consumer.read(1, second?.position ?? 0)).toEqual([third]);
      expect(await consumer.read(1)).toEqual([first]);
    });

    it("says where it stands and which taking of the lease it is, so that the next can tell whether anybody was between", async () => {
      await harness.append(many);
      const first = await consume();
      const [entry] = await first.read(1);
      await first.commit(entry?.position ?? 0, async () => {});
      expect(first.position).toBe(entry?.position);
      const failing = first.commit(first.position + 1, () => Promise.reject(new Error("crash")));
      await expect(failing).rejects.toThrow("crash");
      const next = await consume();
      expect([next.position, next.epoch]).toEqual([entry?.position, first.epoch + 1]);
    });

    it("gives again what was read and not committed", async () => {
      await harness.append(many);
      const consumer = await consume();
      const once = await consumer.read(5);
      expect(await consumer.read(5)).toEqual(once);
    });

    it("commits effects and position together, or neither", async () => {
      await harness.append(many);
      const consumer = await consume();
      const [first] = await consumer.read(1);
      const failing = consumer.commit(first?.position ?? 0, async (transaction) => {
        await harness.record(transaction, first?.journalId ?? 0);
        throw new Error("crash after the effect");
      });
      await expect(failing).rejects.toThrow("crash after the effect");
      expect(await harness.recorded()).toEqual([]);
      expect((await consumer.read(1))[0]).toEqual(first);
    });

    it("lets one owner in while the lease lasts", async () => {
      const owner = await consume();
      expect(await harness.log.consume("resolve", { owner: "other", leaseMs: 60_000 })).toBeUndefined();
      await owner.close();
      expect(await harness.log.consume("resolve", { owner: "other", leaseMs: 60_000 })).toBeDefined();
    });

    it("lets the owner that holds the lease take it anew, as after a crash, and fences its earlier self", async () => {
      await harness.append(many);
      const crashed = await consume();
      const [first] = await crashed.read(1);
      const restarted = await consume();
      await expect(crashed.commit(first?.position ?? 0, async () => {})).rejects.toThrow(LeaseLostError);
      expect((await restarted.read(1))[0]).toEqual(first);
    });

    it("refuses the commit of an owner that lost its lease, with its effects", async () => {
      await harness.append(many);
      const stale = await consume();
      const [first] = await stale.read(1);
      await harness.expireLeases();
      const fresh = await consume({ owner: "other", leaseMs: 60_000 });
      const late = stale.commit(first?.position ?? 0, (transaction) =>
        harness.record(transaction, first?.journalId ?? 0),
      );
      await expect(late).rejects.toThrow(LeaseLostError);
      expect(await harness.recorded()).toEqual([]);
      expect((await fresh.read(1))[0]).toEqual(first);
    });

    it("applies each entry once through poison: a failing entry is committed past alone, the rest as they came", async () => {
      await harness.append(many);
      const consumer = await consume();
      const poison = (await consumer.read(25))[11]?.journalId;
      for (;;) {
        const [entry] = await consumer.read(1);
        if (!entry) break;
        const apply = async (transaction: Tx) => {
          if (entry.journalId === poison) throw new Error("poison");
          await harness.record(transaction, entry.journalId);
        };
        await consumer.commit(entry.position, apply).catch(() => consumer.commit(entry.position, async () => {}));
      }
      const recorded = await harness.recorded();
      expect(recorded).toHaveLength(24);
      expect(new Set(recorded).size).toBe(24);
      expect(recorded).not.toContain(poison);
    });

    it("sees what is appended while it waits", async () => {
      const consumer = await consume();
      expect(await consumer.read(10)).toEqual([]);
      await harness.append([["RBD|1"]]);
      expect(await consumer.read(10)).toHaveLength(1);
    });
  });
}
