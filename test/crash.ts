import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { findEmbeddedPostgres } from "@chesil/runtime";
import { sendMessages, simulateDay } from "@chesil/simulator";
import { openDatabase, verifyJournal } from "@chesil/store";
import { dataFolder } from "./chesil-process.ts";

export type CrashResult = {
  readonly sent: number;
  readonly acknowledged: number;
  readonly resent: number;
  /** Of the resends, those whose first sending had been stored: the acknowledgement was lost, the message was not. */
  readonly storedBeforeTheCrash: number;
  readonly lost: number;
  readonly storedTwice: number;
  readonly appliedTwice: number;
  readonly inFlight: number;
  readonly damaged: number;
  readonly countsAgree: boolean;
  readonly seconds: number;
};

const KILLER = fileURLToPath(new URL("crash-killer.ts", import.meta.url));

/**
 * Sends a simulated day while another process kills Chesil again and again; messages that were not acknowledged are
 * sent again, as an interface engine does. Then everything that was acknowledged must be there, once.
 */
export async function crash(options: { messages: number; kills: number; seed: number }): Promise<CrashResult> {
  const folder = await dataFolder();
  const port = await freePort();
  const killer = spawn(
    process.execPath,
    [KILLER, folder.dataDir, String(port), String(options.kills), String(options.seed)],
    {
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
  const ended = once(killer, "exit");
  try {
    const lines = createInterface({ input: killer.stdout });
    const last = Promise.withResolvers<void>();
    const first = Promise.withResolvers<void>();
    lines.on("line", (line) => (line === "done" ? last : first).resolve());
    const early = ended.then(() => Promise.reject(new Error("The killer ended early.")));
    early.catch(() => {});
    await Promise.race([first.promise, early]);
    const started = performance.now();
    const controlIds: string[] = [];
    const report = await sendMessages({
      messages: limited(options, controlIds),
      host: "127.0.0.1",
      port,
      connections: 16,
      // Pipelined, so that every kill catches some half way; paced, so that the sending lasts as long as the killing.
      windowMax: 16,
      ratePerSecond: options.messages / (options.kills * 2),
      reconnectsMax: 1_000,
      backOffMs: 50,
      answerTimeoutMs: 5_000,
    });
    await Promise.race([last.promise, early]);
    const seconds = (performance.now() - started) / 1000;
    const rejected = new Set(report.rejectedSamples.map((sample) => sample.controlId));
    return {
      ...(await inspect(
        folder.dataDir,
        controlIds.filter((id) => !rejected.has(id)),
      )),
      sent: report.taken,
      acknowledged: report.accepted,
      resent: report.resent,
      seconds,
    };
  } finally {
    killer.stdin.end();
    await ended;
    await folder.remove();
  }
}

function* limited({ messages, seed }: { messages: number; seed: number }, controlIds: string[]): Generator<Uint8Array> {
  const day = simulateDay({
    people: Math.ceil(messages / 1.5),
    hours: 24,
    seed,
    startAt: new Date(Date.now() - 24 * 3_600_000),
  });
  for (const message of day.messages) {
    if (controlIds.length >= messages) return;
    controlIds.push(message.controlId);
    yield message.bytes;
  }
}

/** What the store says once everything is resolved. */
async function inspect(dataDir: string, controlIds: readonly string[]) {
  const server = await findEmbeddedPostgres(join(dataDir, "data"));
  if (!server) throw new Error("The database is not running.");
  const database = await openDatabase(server.url, { connectionsMax: 2 });
  const one = async (sql: string, values: unknown[] = []): Promise<number> =>
    (await database.pool.query<{ n: number }>(sql, values)).rows[0]?.n ?? 0;
  const inFlight = () =>
    one(
      "select count(*) as n from journal j where kind = 'message' and not exists (select from outcome o where o.journal_id = j.journal_id)",
    );
  try {
    for (let tries = 0; tries < 300 && (await inFlight()) > 0; tries++)
      await new Promise((resolve) => setTimeout(resolve, 200));
    const { damaged, counted, tallied } = await verifyJournal(database);
    return {
      lost: await one(
        "select count(*) as n from unnest($1::text[]) as sent (control_id) where not exists (select from journal j where j.accepted and j.control_id = sent.control_id)",
        [controlIds],
      ),
      storedTwice: await one(
        "select count(*) as n from (select control_id from journal where accepted and kind = 'message' group by feed, sender, control_id having count(*) > 1) twice",
      ),
      // A record or a link that was made twice would show as two creations of one record, or two links by one message.
      appliedTwice:
        (await one(
          "select count(*) as n from (select source_record_id from identity_event where kind in ('created', 'linked') group by 1 having count(*) > 1) twice",
        )) +
        (await one(
          "select count(*) as n from (select journal_id, source_record_id, kind from identity_event group by 1, 2, 3 having count(*) > 1) twice",
        )),
      storedBeforeTheCrash: await one("select count(*) as n from redelivery"),
      inFlight: await inFlight(),
      damaged: damaged.length,
      countsAgree: JSON.stringify(counted) === JSON.stringify(tallied),
    };
  } finally {
    await database.close();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("No port was given.");
  return address.port;
}
