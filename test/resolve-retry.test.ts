import { createServer, connect as dial, type Server, type Socket } from "node:net";
import { postgresLog } from "@chesil/log";
import { defaultModel } from "@chesil/matching";
import { type ResolveHandle, type ResolverEvent, startResolve } from "@chesil/resolve";
import { appendCommands, type Database, openDatabase } from "@chesil/store";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { freshDatabase } from "./database.ts";
import { activateFeeds, adt, DIALECT, FEED, type Patient, receive, receiveAs } from "./region.ts";
import { who } from "./region-store.ts";
import { brokenIn, dumpOf, WIPE } from "./resolve-dump.ts";

/**
 * What a decider knows of everybody takes a region a minute to read. It outlives a fault, unless somebody may have decided
 * meanwhile: then it would decide by what is no longer so.
 */

let database: Awaited<ReturnType<typeof freshDatabase>>;
/** The same through a proxy that can cut it. */
let proxied: Database;
let proxy: CuttingProxy;
let handle: ResolveHandle | undefined;
let events: ResolverEvent[] = [];
beforeAll(async () => {
  database = await freshDatabase();
  proxy = new CuttingProxy(new URL(database.url));
  proxied = await openDatabase(await proxy.listen());
});
beforeEach(async () => {
  events = [];
  await database.pool.query(`${WIPE}, decision`);
});
afterEach(async () => {
  await handle?.stop();
  await database.pool.query("drop function if exists fault cascade");
});
afterAll(async () => {
  await proxied.close();
  await proxy.close();
  await database.close();
});

/** Passes bytes on to the database and back. */
class CuttingProxy {
  /** From now on the answer to a commit is lost: the database has it and who asked for it can not know. */
  isCutting = false;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #url: URL;

  constructor(url: URL) {
    this.#url = url;
    this.#server = createServer((near) => this.#pass(near));
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("No port was given.");
    const url = new URL(this.#url);
    url.searchParams.delete("host");
    url.searchParams.delete("port");
    url.host = `127.0.0.1:${address.port}`;
    return url.href;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** A server of the tests is reached by a socket of the file system. */
  #dial(): Socket {
    const { searchParams, hostname } = this.#url;
    const [folder, port] = [searchParams.get("host"), searchParams.get("port") ?? (this.#url.port || "5432")];
    return folder?.startsWith("/") ? dial(`${folder}/.s.PGSQL.${port}`) : dial(Number(port), folder ?? hostname);
  }

  #pass(near: Socket): void {
    const far = this.#dial();
    const ends = [near, far] as const;
    const end = () => {
      for (const socket of ends) socket.destroy();
    };
    for (const socket of ends) {
      this.#sockets.add(socket);
      socket.on("error", end).on("close", end);
    }
    near.on("data", (bytes) => far.write(bytes));
    far.on("data", (bytes) => {
      if (!this.isCutting || !bytes.includes("COMMIT\0")) return void near.write(bytes);
      this.isCutting = false;
      end();
    });
  }
}

function start(batchMessagesMax = 100): void {
  handle = startResolve({
    database: proxied,
    log: postgresLog(proxied.pool),
    model: defaultModel,
    batchMessagesMax,
    now: () => new Date(),
    onEvent: (event) => void events.push(event),
    owner: "test",
    onFatal: (error) => {
      throw error;
    },
  });
}

const count = (kind: ResolverEvent["kind"]) => events.filter((event) => event.kind === kind).length;

const resolved = () =>
  vi.waitFor(
    async () => {
      const { rows } = await database.pool.query(
        "select (select max(journal_id) from journal) = (select position from log_consumer where consumer = 'resolve') as is_so",
      );
      expect(rows[0]?.is_so).toBe(true);
    },
    { timeout: 20_000, interval: 20 },
  );

const say = (...people: Patient[]) =>
  receive(
    database,
    people.map((each) => adt("A28", each)),
  );

/** At the `nth` message that is applied this is done, within the transaction. */
const atMessage = (nth: number, what: string) =>
  database.pool.query(
    `drop sequence if exists faults; create sequence faults;
     create function fault() returns trigger language plpgsql as $$ begin
       if nextval('faults') = ${nth} then ${what}; end if; return new; end $$;
     create trigger fault before insert on outcome for each row execute function fault()`,
  );

const copyOf = (patient: Patient): Patient => ({ ...patient, id: `${patient.id}-COPY` });

async function expectLinked(patient: Patient): Promise<void> {
  await say(copyOf(patient));
  await resolved();
  const { rows } = await database.pool.query(
    "select count(distinct person_id) as persons from source_record where local_id = any($1)",
    [[patient.id, copyOf(patient).id]],
  );
  expect(rows).toEqual([{ persons: 1 }]);
  expect(brokenIn(await dumpOf(database))).toEqual([]);
}

describe("a decider whose connection is lost", () => {
  it("goes on with what it knew where the commit came to nothing", async () => {
    await say(who(0));
    start();
    await resolved();
    await atMessage(1, "perform pg_terminate_backend(pg_backend_pid())");
    await say(who(1));
    await resolved();
    expect([count("retrying"), count("loaded")]).toEqual([1, 1]);
    await expectLinked(who(0));
    await expectLinked(who(1));
  });

  it("reads everybody anew where the commit was done and its answer lost, and does nothing twice", async () => {
    await say(who(0));
    start();
    await resolved();
    proxy.isCutting = true;
    await say(who(1));
    await resolved();
    await vi.waitFor(() => expect([count("retrying"), count("loaded")]).toEqual([1, 2]));
    await expectLinked(who(1));
  });

  it("reads everybody anew where it can not be seen whether the commit was done", async () => {
    await receiveAs(database, DIALECT, [adt("A28", who(1))]);
    await activateFeeds(database, FEED.name);
    start();
    await resolved();
    proxy.isCutting = true;
    const { rows } = await database.pool.query<{ id: number }>("select journal_id as id from outcome");
    // The replayed message commits where the decider stands already.
    const replay = { command: "replay", journalId: rows[0]?.id ?? 0, by: "dora", reason: "configured" } as const;
    await appendCommands(database, [replay], new Date());
    await resolved();
    await vi.waitFor(() => expect([count("retrying"), count("loaded")]).toEqual([1, 2]));
    await expectLinked(who(1));
  });

  it("reads everybody anew where somebody else had the lease meanwhile", async () => {
    await say(who(0));
    start();
    await resolved();
    await database.pool.query("update log_consumer set lease_epoch = lease_epoch + 1");
    await say(who(1));
    await resolved();
    expect([count("retrying"), count("loaded")]).toEqual([1, 2]);
    await expectLinked(who(1));
  });
});

it("a batch that loses its lease again and again is halved until it is done in time", async () => {
  await database.pool.query(
    `create function fault() returns trigger language plpgsql as $$ begin
       if (select count(*) from added) > 10 then update log_consumer set lease_epoch = lease_epoch + 1; end if; return null; end $$;
     create trigger fault after insert on outcome referencing new table as added for each statement execute function fault()`,
  );
  const people = Array.from({ length: 30 }, (_, at) => who(at % 10, { id: `P${at}`, family: `F${at}`, postcode: "" }));
  await say(...people);
  start(people.length);
  await resolved();
  const sizes = events.flatMap((event) => (event.kind === "batch" ? event.messages : []));
  expect(sizes.reduce((sum, each) => sum + each, 0)).toBe(30);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(10);
  expect(brokenIn(await dumpOf(database))).toEqual([]);
});
