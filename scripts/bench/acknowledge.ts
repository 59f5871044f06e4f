import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectMllp } from "@chesil/mllp";
import { startEmbeddedPostgres } from "@chesil/runtime";
import { Client } from "pg";
import { LOAD_MS, type Load, load, messagesWithoutEnd } from "./load.ts";
import { compareTo, type Figure } from "./measure.ts";
import { withServer } from "./served.ts";

const CONNECTIONS = [1, 8, 32] as const;
/**
 * Acknowledged after the commit, stop-and-wait, at 1, 8 and 32 connections. Floors on the same machine in the same run:
 * a bare socket that frames and answers, and a bare single-row commit of a kilobyte. The peers keep nothing.
 */
export async function benchAcknowledge(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "chesil-bench-"));
  const postgres = await startEmbeddedPostgres({ dataDir: folder });
  const messages = messagesWithoutEnd();
  try {
    const figures: Figure[] = [];
    const inserts: Record<number, Load> = {};
    for (const connections of CONNECTIONS) inserts[connections] = await loadInserts(postgres.url, connections);
    const loads: Record<string, Record<number, Load>> = {};
    for (const name of ["chesil", "bare socket", "@medplum/hl7", "node-hl7-server"])
      loads[name] = await loadServer(name, postgres.url, messages);
    for (const connections of CONNECTIONS) {
      const { chesil, ...others } = Object.fromEntries(
        Object.entries(loads).map(([name, load]) => [name, load[connections]]),
      );
      const insert = inserts[connections];
      const floors = {
        "bare INSERT": insert?.perSecond ?? 0,
        ...Object.fromEntries(
          Object.entries(others).map(([name, load]) => [
            name === "bare socket" ? name : `${name} (keeps nothing)`,
            load?.perSecond ?? 0,
          ]),
        ),
      };
      const note = `p50 ${chesil?.p50Ms.toFixed(2)} ms, p99 ${chesil?.p99Ms.toFixed(2)} ms; bare INSERT p50 ${insert?.p50Ms.toFixed(2)} ms; ${Object.entries(
        floors,
      )
        .map(([name, rate]) => `${name} ${Math.round(rate)}`)
        .join(", ")}`;
      figures.push(
        compareTo(
          `acknowledged after commit, ${connections} connection${connections > 1 ? "s" : ""}`,
          chesil?.perSecond ?? 0,
          "messages/s",
          floors,
          note,
        ),
      );
    }
    figures.push(await inMemory(messages));
    return figures;
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function loadServer(name: string, url: string, messages: () => Uint8Array): Promise<Record<number, Load>> {
  return withServer(name, url, async ({ port }) => {
    const loads: Record<number, Load> = {};
    for (const connections of CONNECTIONS) {
      const clients = await Promise.all(
        Array.from({ length: connections }, () => connectMllp({ host: "127.0.0.1", port, answerTimeoutMs: 20_000 })),
      );
      const sent = load(clients.map((client) => async () => void (await client.send(messages()))));
      // A peer that breaks under the load has no figure; Chesil that does ends the benchmark.
      loads[connections] = name === "chesil" ? await sent : await sent.catch(brokeDown(name, connections));
      await Promise.all(clients.map((client) => client.close()));
    }
    return loads;
  });
}

/** Frame, peek, answer, without the journal: answers for each second of the server's own processor time. */
async function inMemory(messages: () => Uint8Array): Promise<Figure> {
  return withServer("chesil, in memory", "", async ({ port, vitals }) => {
    const clients = await Promise.all(
      Array.from({ length: 8 }, () => connectMllp({ host: "127.0.0.1", port, windowMax: 64 })),
    );
    let answered = 0;
    const before = await vitals();
    const until = performance.now() + LOAD_MS;
    const sending = clients.flatMap((client) =>
      Array.from({ length: 64 }, async () => {
        for (; performance.now() < until; answered++) await client.send(messages());
      }),
    );
    await Promise.all(sending);
    const after = await vitals();
    await Promise.all(clients.map((client) => client.close()));
    const perCore = answered / (after.cpuSeconds - before.cpuSeconds);
    const note = `${Math.round((answered * 1_000) / LOAD_MS)} messages/s by the clock, sender and server on one machine`;
    return compareTo("acknowledged in memory, a core", perCore, "messages/s", { "the bar of 20,000": 20_000 }, note);
  });
}

const brokeDown = (name: string, connections: number) => (error: { code?: string }) => {
  process.stderr.write(`  ${name} broke down at ${connections} connections: ${error.code}\n`);
  return { perSecond: 0, p50Ms: 0, p99Ms: 0 };
};

/** The floor of any durable receiver that commits each message alone. */
async function loadInserts(url: string, connections: number): Promise<Load> {
  const clients = await Promise.all(
    Array.from({ length: connections }, async () => {
      const client = new Client({ connectionString: url });
      await client.connect();
      return client;
    }),
  );
  await clients[0]?.query(
    "create table if not exists bare (id bigint generated always as identity primary key, raw bytea not null)",
  );
  const raw = Buffer.alloc(1_024, 65);
  const result = await load(
    clients.map(
      (client) => async () =>
        void (await client.query({ name: "bare", text: "insert into bare (raw) values ($1)", values: [raw] })),
    ),
  );
  await Promise.all(clients.map((client) => client.end()));
  return result;
}
