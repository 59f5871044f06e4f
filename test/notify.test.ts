import { once } from "node:events";
import { createServer } from "node:net";
import { type Destination, type ForwardHandle, type IdentitySubscription, startForward } from "@chesil/forward";
import { acknowledge, acknowledgementCode, controlIdOf, peek } from "@chesil/hl7";
import { postgresLog } from "@chesil/log";
import { type FrameAnswer, type MllpServer, startMllpServer } from "@chesil/mllp";
import { RESOLVE_CONSUMER } from "@chesil/resolve";
import { appendCommands, type IdentityCommand, readNotificationBacklog } from "@chesil/store";
import { Server } from "node-hl7-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freshDatabase } from "./database.ts";
import { told } from "./notification-told.ts";
import { adt, type Patient, receive, resolveAll } from "./region.ts";

/** A system that is told of identities: what it heard, as `event PID-3 [< MRG-1]`, each in order. */
class Subscriber {
  readonly heard: string[] = [];
  readonly controlIds: string[] = [];
  readonly verdicts: ("accept" | "error" | "silence")[] = [];
  /** Called before each answer. */
  onFrame: () => Promise<void> = async () => {};
  server: MllpServer | undefined;

  async open(port = 0): Promise<number> {
    this.server = await startMllpServer({ host: "127.0.0.1", port, onFrame: (frame) => this.#answer(frame) });
    return this.server.port;
  }

  async #answer(frame: Uint8Array): Promise<FrameAnswer> {
    const verdict = this.verdicts.shift() ?? "accept";
    this.heard.push(told(Buffer.from(frame).toString("utf8")));
    this.controlIds.push(controlIdOf(frame));
    await this.onFrame();
    if (verdict === "silence") return { reply: null, close: true };
    const { header } = peek(frame, { defaultAuthority: "X" });
    const code = acknowledgementCode(header, verdict);
    return { reply: acknowledge({ header, code, controlId: "R1", at: new Date() }) };
  }
}

const QUICK = { connectMs: 500, answerMs: 1_000, reconnectMsMin: 10, reconnectMsMax: 50 };
const ALL: IdentitySubscription = {
  authorities: [],
  personIds: false,
  merges: true,
  sender: ["CHESIL", "DORSET"],
  receiver: ["EPR", "RDZ"],
  attemptsMax: 3,
};
/** One human being, as two hospitals know them. */
const ELLEN = {
  family: "Marsh",
  given: "Ellen",
  birthDate: "19800229",
  sex: "F",
  postcode: "BH15 1AA",
  street: "1 Quay",
};
const AT_POOLE: Patient = { ...ELLEN, id: "P1", authority: "RBD", nhsNumber: "9990004951" };
const AT_DORCHESTER: Patient = { ...ELLEN, id: "D1", authority: "RDZ", nhsNumber: "9990004951" };
const OTHER: Patient = {
  id: "P9",
  family: "Quill",
  given: "Otto",
  birthDate: "19510707",
  sex: "M",
  postcode: "DT1 1AA",
};

describe("who is told which identifiers a person has", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let subscriber: Subscriber;
  let port: number;
  let handle: ForwardHandle | undefined;
  let settledAt: number[];
  beforeEach(async () => {
    database = await freshDatabase();
    subscriber = new Subscriber();
    port = await subscriber.open();
    settledAt = [];
  });
  afterEach(async () => {
    await handle?.stop();
    await subscriber.server?.stop(0);
    await database.close();
  });

  const forward = (changes: Partial<Destination>) =>
    startForward({
      database,
      log: postgresLog(database.pool),
      destinations: [{ name: "epr", host: "127.0.0.1", port, feeds: [], retryOn: [], limits: QUICK, ...changes }],
      decider: RESOLVE_CONSUMER,
      owner: "test",
      telemetry: { settled: (_, __, journalId) => settledAt.push(journalId), attemptFailed: () => {} },
      now: () => new Date(),
    });
  const start = async (identity: Partial<IdentitySubscription> = {}, changes: Partial<Destination> = {}) => {
    handle = forward({ identity: { ...ALL, ...identity }, ...changes });
    const isBegun = async () => (await database.pool.query("select from notification_place")).rowCount;
    await expect.poll(isBegun, { timeout: 5_000 }).toBe(1);
  };
  const stop = async () => {
    await handle?.stop();
    handle = undefined;
  };
  const take = async (...messages: Uint8Array[]) => {
    await receive(database, messages);
    await resolveAll(database);
  };
  const obey = async (command: IdentityCommand) => {
    const ids = await appendCommands(database, [command], new Date());
    await resolveAll(database);
    return ids;
  };
  const hears = async (...expected: string[]) => {
    await expect.poll(() => subscriber.heard.slice(), { timeout: 15_000 }).toEqual(expected);
    await isQuiet();
  };
  /** Everything there is to follow was followed, and so many are due. */
  const isFollowed = (due: number) =>
    expect
      .poll(
        async () => {
          const { rows } = await database.pool.query(
            `select (select count(*) from notification where state = 'due') as due,
               (select count(*) from identity_event, notification_place where journal_id > position) as events,
               (select count(*) from identifier_change c, notification_place p where c.change_id > p.change_id) as changes`,
          );
          return rows[0];
        },
        { timeout: 15_000 },
      )
      .toEqual({ due, events: 0, changes: 0 });
  const isQuiet = () => isFollowed(0);
  const personOf = async (localId: string): Promise<string> =>
    (await database.pool.query("select person_id from source_record where local_id = $1", [localId])).rows[0].person_id;
  const optOut = (personId: string) =>
    database.pool.query("insert into consent values ($1, true, 'a privacy officer', now())", [personId]);
  const states = async () =>
    (await database.pool.query("select state from notification order by queue_no")).rows.map((row) => row.state);
  const disclosures = async () =>
    (
      await database.pool.query(
        "select person_id, username, action, detail from audit where action = 'identity.notify' order by audit_id",
      )
    ).rows;

  it("are told of a new person, of a record that joins, and not of what changes no identifier", async () => {
    await take(adt("A31", { ...OTHER, id: "BEFORE" }));
    await start();
    await take(adt("A31", AT_POOLE));
    await hears("A31 NHS:9990004951 RBD:P1");
    await take(adt("A31", AT_DORCHESTER));
    await take(adt("A31", { ...AT_POOLE, street: "2 Quay", phone: "01202 000000" }, { recordedAt: "20260601080000" }));
    await hears("A31 NHS:9990004951 RBD:P1", "A31 NHS:9990004951 RBD:P1 RDZ:D1");
    expect(await disclosures()).toEqual(
      Array.from({ length: 2 }, (_, index) => ({
        person_id: expect.any(String),
        username: "destination:epr",
        action: "identity.notify",
        detail: { event: "A31", identifiers: index + 2 },
      })),
    );
  });

  it("are told of an NHS number that a known person gets, though no record moved", async () => {
    const { nhsNumber: _, ...unnumbered } = AT_POOLE;
    await take(adt("A31", unnumbered));
    await start();
    await take(adt("A31", AT_POOLE, { recordedAt: "20260601080000" }));
    await hears("A31 NHS:9990004951 RBD:P1");
  });

  it("hear of their own domains and the NHS number alone, and of nobody who is in none of them", async () => {
    await start({ authorities: ["RDZ"] });
    await take(adt("A31", AT_POOLE), adt("A31", OTHER));
    await take(adt("A31", AT_DORCHESTER));
    await hears("A31 NHS:9990004951 RDZ:D1");
    await take(adt("A31", { ...ELLEN, id: "L1", authority: "LAB", nhsNumber: "9990004951" }));
    await isQuiet();
    expect(subscriber.heard).toHaveLength(1);
  });

  it("hear the end of it after they were down, once for each person, and the same message until they answer", async () => {
    await subscriber.server?.stop(0);
    await start();
    await take(adt("A31", AT_POOLE));
    await take(adt("A31", OTHER));
    await take(adt("A31", AT_DORCHESTER));
    await isFollowed(2);
    expect(await readNotificationBacklog(database.pool, "epr")).toMatchObject({ messages: 2 });
    subscriber.verdicts.push("silence");
    await subscriber.open(port);
    const ellen = "A31 NHS:9990004951 RBD:P1 RDZ:D1";
    await hears(ellen, ellen, "A31 RBD:P9");
    const [first, again, other] = subscriber.controlIds;
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it("go on where they were after a restart in the middle, and miss nothing that came meanwhile", async () => {
    await start();
    let isHeld = true;
    const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
    // The second is heard, and the process is gone before its answer is on record.
    subscriber.onFrame = async () => {
      if (subscriber.heard.length < 2 || !isHeld) return;
      reach();
      await expect.poll(() => isHeld).toBe(false);
    };
    await take(
      adt("A31", AT_POOLE),
      adt("A31", OTHER),
      adt("A31", { ...OTHER, id: "P8", family: "Reed", postcode: "" }),
    );
    await reached;
    const stolen = "update log_consumer set lease_epoch = lease_epoch + 1 where consumer = 'forward-epr'";
    await database.pool.query(stolen);
    isHeld = false;
    await stop();
    await take(adt("A31", AT_DORCHESTER));
    await start();
    await expect.poll(() => subscriber.heard.at(-1), { timeout: 15_000 }).toBe("A31 NHS:9990004951 RBD:P1 RDZ:D1");
    await isQuiet();
    const [one, ...others] = subscriber.heard;
    expect(one).toBe("A31 NHS:9990004951 RBD:P1");
    // At least once: nobody is missing, and what came twice is the same message.
    expect(new Set(others)).toEqual(new Set(["A31 RBD:P9", "A31 RBD:P8", "A31 NHS:9990004951 RBD:P1 RDZ:D1"]));
    expect(subscriber.heard).toHaveLength(5);
    expect(new Set(subscriber.controlIds).size).toBe(4);
  });

  it("are asked again when they refuse, and what they refuse too often is set aside until the person changes", async () => {
    subscriber.verdicts.push("error", "accept", "error", "error", "error");
    await start();
    await take(adt("A31", AT_POOLE));
    await take(adt("A31", OTHER));
    const ellen = "A31 NHS:9990004951 RBD:P1";
    await hears(ellen, ellen, "A31 RBD:P9", "A31 RBD:P9", "A31 RBD:P9");
    expect(await states()).toEqual(["told", "refused"]);
    const { rows } = await database.pool.query("select code, answer from notification where state = 'refused'");
    expect(rows).toEqual([{ code: "AE", answer: expect.any(Buffer) }]);
    await take(adt("A47", { ...OTHER, id: "P7" }, { prior: "P9" }));
    await hears(ellen, ellen, "A31 RBD:P9", "A31 RBD:P9", "A31 RBD:P9", "A31 RBD:P7");
  }, 60_000);

  it("are told of both persons when a record moves, the one it left first", async () => {
    await start();
    await take(adt("A31", AT_POOLE), adt("A31", AT_DORCHESTER));
    await hears("A31 NHS:9990004951 RBD:P1 RDZ:D1");
    const { rows } = await database.pool.query("select source_record_id as id from source_record order by local_id");
    const by = { by: "a data manager", reason: "two patients" };
    await obey({ command: "move", sourceRecordIds: [rows[0].id], to: null, ...by });
    await isQuiet();
    expect(subscriber.heard.slice(1).sort()).toEqual(["A31 NHS:9990004951 RBD:P1", "A31 NHS:9990004951 RDZ:D1"]);
  });

  it("are told where a person's id leads after a merge, where they know persons by it", async () => {
    await start({ personIds: true });
    await take(adt("A31", OTHER), adt("A31", { id: "P8", family: "Reed", birthDate: "19330101" }));
    await hears("A31 CHESIL RBD:P9", "A31 CHESIL RBD:P8");
    await take(adt("A40", OTHER, { prior: "P8" }));
    await hears("A31 CHESIL RBD:P9", "A31 CHESIL RBD:P8", "A40 CHESIL RBD:P9 < CHESIL");
    expect((await disclosures()).slice(2)).toHaveLength(2);
  });

  it("hear of a merge by the survivor alone, where they do not, and of both persons when it is undone", async () => {
    await start();
    const reed = { id: "P8", family: "Reed", birthDate: "19330101", authority: "RDZ" };
    await take(adt("A31", OTHER), adt("A31", reed));
    await hears("A31 RBD:P9", "A31 RDZ:P8");
    const { rows } = await database.pool.query("select source_record_id as id from source_record order by local_id");
    const by = { by: "a data manager", reason: "one patient" };
    const pair = { one: rows[0].id, other: rows[1].id, taskId: null, isSecondNeeded: false };
    const [decided = 0] = await obey({ command: "decide", ...pair, verdict: "same", ...by });
    await hears("A31 RBD:P9", "A31 RDZ:P8", "A31 RBD:P9 RDZ:P8");
    await obey({ command: "undo", journalId: decided, ...by });
    await isQuiet();
    expect(subscriber.heard.slice(3).sort()).toEqual(["A31 RBD:P9", "A31 RDZ:P8"]);
  });

  it("hear nothing of a person who opted out, not even when that was while they were down; nor are they counted", async () => {
    await take(adt("A31", AT_POOLE));
    await optOut(await personOf("P1"));
    await start();
    await take(adt("A31", AT_DORCHESTER), adt("A31", OTHER));
    await hears("A31 RBD:P9");
    await subscriber.server?.stop(0);
    await take(adt("A31", { ...OTHER, id: "P8", family: "Reed", postcode: "" }));
    await expect.poll(states).toContain("due");
    await optOut(await personOf("P8"));
    expect(await readNotificationBacklog(database.pool, "epr")).toEqual({ messages: 0, oldestAt: null });
    await subscriber.open(port);
    await isQuiet();
    expect(subscriber.heard).toEqual(["A31 RBD:P9"]);
    expect((await states()).sort()).toEqual(["told", "withheld", "withheld"]);
    expect(settledAt).toHaveLength(1);
  });

  it("hear of a person who takes the opt-out back what changed meanwhile, at once and once, merged or not", async () => {
    await start();
    await take(adt("A31", AT_POOLE), adt("A31", OTHER));
    await hears("A31 NHS:9990004951 RBD:P1", "A31 RBD:P9");
    const [ellen, otto] = [await personOf("P1"), await personOf("P9")];
    await optOut(ellen);
    await optOut(otto);
    await take(adt("A31", AT_DORCHESTER));
    await isQuiet();
    expect((await states()).sort()).toEqual(["told", "withheld"]);
    await database.pool.query("update consent set opted_out = false where person_id = $1", [ellen]);
    await hears("A31 NHS:9990004951 RBD:P1", "A31 RBD:P9", "A31 NHS:9990004951 RBD:P1 RDZ:D1");
    // Of whom nothing changed while they were opted out there is nothing to tell.
    await database.pool.query("delete from consent where person_id = $1", [otto]);
    await take(adt("A31", { ...OTHER, id: "P8", family: "Reed", postcode: "" }));
    await expect.poll(() => subscriber.heard.slice(3), { timeout: 15_000 }).toEqual(["A31 RBD:P8"]);
    expect(await disclosures()).toHaveLength(4);
    expect(new Set(subscriber.controlIds).size).toBe(4);
  });

  it("are forgotten when they are removed, but for one that another process has the lease of, and are new when added again", async () => {
    await start();
    await take(adt("A31", AT_POOLE));
    await hears("A31 NHS:9990004951 RBD:P1");
    await stop();
    await database.pool.query(
      `insert into log_consumer (consumer, position, lease_owner, lease_until) values
         ('forward-gone', 0, 'a process that died', now() - interval '1 second'),
         ('forward-elsewhere', 0, 'another', now() + interval '1 hour')`,
    );
    await database.pool.query("insert into notification_place values ('gone', 0, 0), ('elsewhere', 0, 0)");
    await database.pool.query(
      `insert into notification select name, gen_random_uuid(), 'told', 1, now(), 1, now(), 1, true, 0
       from unnest(array['gone', 'elsewhere']) as d (name)`,
    );
    const left = async () => {
      const { rows } = await database.pool.query(
        `select destination from notification_place union all select distinct destination from notification
         union all select consumer from log_consumer where consumer like 'forward-%' order by 1`,
      );
      return rows.map((row) => row.destination);
    };
    handle = forward({ name: "other", feeds: ["nobody's"] });
    await expect
      .poll(left, { timeout: 5_000 })
      .toEqual(["elsewhere", "elsewhere", "forward-elsewhere", "forward-other"]);
    await stop();
    await database.pool.query("truncate notification_place, notification");
    await start();
    await take(adt("A31", OTHER));
    await hears("A31 NHS:9990004951 RBD:P1", "A31 RBD:P9");
  });

  it("hear nothing where the disclosure can not be put on record", async () => {
    await start();
    await database.pool.query("alter table audit rename to audit_away");
    await take(adt("A31", AT_POOLE));
    await expect.poll(states).toEqual(["due"]);
    await database.pool.query("alter table audit_away rename to audit");
    await hears("A31 NHS:9990004951 RBD:P1");
    expect(await disclosures()).toHaveLength(1);
  });

  it("may be a system that others wrote: node-hl7-server takes them", async () => {
    const free = createServer().listen(0, "127.0.0.1");
    await once(free, "listening");
    const { port: theirs } = free.address() as { port: number };
    free.close();
    await once(free, "close");
    const got: string[] = [];
    const inbound = new Server({ bindAddress: "127.0.0.1" }).createInbound(
      { port: theirs },
      async (request, response) => {
        const message = request.getMessage();
        got.push(`${message.get("MSH.9.2").toString()} ${message.get("PID.3").get(0).get(0).toString()}`);
        await response.sendResponse("AA");
      },
    );
    await once(inbound, "listen");
    await start({}, { port: theirs });
    await take(adt("A31", OTHER));
    await expect.poll(() => got, { timeout: 10_000 }).toEqual(["A31 P9"]);
    await isQuiet();
    expect(await states()).toEqual(["told"]);
    await stop();
    await inbound.close();
  });
});
