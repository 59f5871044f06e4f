import { setTimeout as sleep } from "node:timers/promises";
import { type Destination, type ForwardHandle, startForward } from "@chesil/forward";
import { acknowledge, acknowledgementCode, controlIdOf, peek } from "@chesil/hl7";
import { postgresLog } from "@chesil/log";
import { type FrameAnswer, type MllpServer, startMllpServer } from "@chesil/mllp";
import { RESOLVE_CONSUMER } from "@chesil/resolve";
import { appendCommands } from "@chesil/store";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freshDatabase } from "./database.ts";
import { adt, receive, resolveAll } from "./region.ts";

/** A system that messages are sent on to, with a mind of its own about each. */
class Receiver {
  readonly got: string[] = [];
  readonly verdicts: ("accept" | "error" | "silence")[] = [];
  server: MllpServer | undefined;

  async open(port = 0): Promise<number> {
    this.server = await startMllpServer({ host: "127.0.0.1", port, onFrame: async (frame) => this.#answer(frame) });
    return this.server.port;
  }

  #answer(frame: Uint8Array): FrameAnswer {
    this.got.push(controlIdOf(frame));
    const verdict = this.verdicts.shift() ?? "accept";
    if (verdict === "silence") return { reply: null, close: true };
    const { header } = peek(frame, { defaultAuthority: "X" });
    const code = acknowledgementCode(header, verdict);
    return { reply: acknowledge({ header, code, controlId: "R1", at: new Date() }) };
  }
}

const QUICK = { connectMs: 500, answerMs: 1_000, reconnectMsMin: 10, reconnectMsMax: 50 };

describe("forwarding", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let receiver: Receiver;
  let port: number;
  let handle: ForwardHandle | undefined;
  beforeEach(async () => {
    database = await freshDatabase();
    receiver = new Receiver();
    port = await receiver.open();
  });
  afterEach(async () => {
    await handle?.stop();
    await receiver.server?.stop(0);
    await database.close();
  });

  const start = async (changes: Partial<Destination> = {}) => {
    handle = startForward({
      database,
      log: postgresLog(database.pool),
      destinations: [
        { name: "warehouse", host: "127.0.0.1", port, feeds: ["test"], retryOn: [], limits: QUICK, ...changes },
      ],
      decider: RESOLVE_CONSUMER,
      owner: "test",
      telemetry: { settled: () => {}, attemptFailed: () => {} },
      now: () => new Date(),
    });
    const isBegun = async () =>
      (await database.pool.query("select 1 from log_consumer where consumer = 'forward-warehouse'")).rowCount;
    await expect.poll(isBegun, { timeout: 5_000 }).toBe(1);
  };
  const take = async (...controlIds: string[]) => {
    await receive(
      database,
      controlIds.map((controlId) => adt("A31", { id: controlId, family: controlId }, { controlId })),
    );
    await resolveAll(database);
  };
  const settled = async () =>
    (await database.pool.query("select outcome, code from delivery order by journal_id")).rows.map(
      (row) => `${row.outcome} ${row.code}`,
    );
  const settles = (count: number) => expect.poll(async () => (await settled()).length, { timeout: 15_000 }).toBe(count);

  it("sends what comes after it began, in order, and goes on where it was after a restart", async () => {
    await take("BEFORE");
    await start();
    await take("F1", "F2");
    await settles(2);
    await handle?.stop();
    await take("F3");
    await start();
    await settles(3);
    expect(receiver.got).toEqual(["F1", "F2", "F3"]);
    expect(await settled()).toEqual(["delivered AA", "delivered AA", "delivered AA"]);
  });

  it("sends again what was not answered, before anything else", async () => {
    receiver.verdicts.push("silence", "accept", "silence");
    await start();
    await take("G1", "G2");
    await settles(2);
    expect(receiver.got).toEqual(["G1", "G1", "G2", "G2"]);
  });

  it("waits for a destination that is down, and keeps the order", async () => {
    await receiver.server?.stop(0);
    await start();
    await take("H1", "H2");
    await sleep(300);
    expect(await settled()).toEqual([]);
    await receiver.open(port);
    await settles(2);
    expect(receiver.got).toEqual(["H1", "H2"]);
  });

  it("keeps a refusal with its answer and goes on; where a code means later, it waits instead", async () => {
    receiver.verdicts.push("error", "accept");
    await start();
    await take("I1", "I2");
    await settles(2);
    expect(await settled()).toEqual(["refused AE", "delivered AA"]);
    await handle?.stop();
    receiver.verdicts.push("error");
    await start({ retryOn: ["AE"] });
    await take("I3");
    await settles(3);
    expect((await settled()).at(-1)).toBe("delivered AA");
    expect(receiver.got.slice(-2)).toEqual(["I3", "I3"]);
  });

  it("stops trying when a person opts out while the destination is down, and for anybody the message names", async () => {
    await receiver.server?.stop(0);
    await start();
    await take("M1");
    await sleep(300);
    await database.pool.query("insert into consent select person_id, true, 'a privacy officer', now() from person");
    await receiver.open(port);
    await settles(1);
    await take("M2");
    await settles(2);
    await receive(database, [adt("A40", { id: "M2", family: "M2" }, { controlId: "M3", prior: "M1" })]);
    await resolveAll(database);
    await settles(3);
    expect(receiver.got).toEqual(["M2"]);
    expect(await settled()).toEqual(["withheld no-release", "delivered AA", "withheld no-release"]);
  });

  it("does not wait for an answer that its sender told the receiver not to give", async () => {
    receiver.verdicts.push("silence");
    await start();
    const silent = Buffer.from(adt("A31", { id: "K1", family: "K1" }, { controlId: "K1" })).toString("latin1");
    await receive(database, [Buffer.from(silent.replace("|2.4\r", "|2.4|||NE|NE\r"), "latin1")]);
    await resolveAll(database);
    await settles(1);
    expect(await settled()).toEqual(["delivered unanswered"]);
    expect(receiver.got).toEqual(["K1"]);
  });

  it("sends what was withheld once a person's command has it applied", async () => {
    await start();
    const [poison] = await receive(database, [adt("A20", { id: "L1", family: "L1" }, { controlId: "L1" })]);
    await resolveAll(database);
    await settles(1);
    await database.pool.query("update journal set raw = $2 where journal_id = $1", [
      poison?.journalId,
      Buffer.from(adt("A31", { id: "L1", family: "L1" }, { controlId: "L1" })),
    ]);
    const command = {
      command: "replay",
      journalId: poison?.journalId ?? 0,
      by: "a data manager",
      reason: "mapped",
    } as const;
    await appendCommands(database, [command], new Date());
    await resolveAll(database);
    await take("L2");
    await settles(2);
    expect(await settled()).toEqual(["delivered AA", "delivered AA"]);
    expect(receiver.got).toEqual(["L1", "L2"]);
  });

  it("sends nothing of a person who opted out, and nothing that was not applied", async () => {
    await take("J1");
    await database.pool.query("insert into consent select person_id, true, 'a privacy officer', now() from person");
    await start();
    await receive(database, [adt("A31", { id: "J1", family: "J1" }, { controlId: "J1-AGAIN" })]);
    await take("J2");
    await settles(2);
    expect(receiver.got).toEqual(["J2"]);
    expect(await settled()).toEqual(["withheld no-release", "delivered AA"]);
  });
});
