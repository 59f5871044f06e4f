import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { connectMllp } from "@chesil/mllp";
import { startEmbeddedPostgres } from "@chesil/runtime";
import { simulateDay } from "@chesil/simulator";
import { Client } from "pg";
import { compareTo, type Figure } from "./measure.ts";

const CONNECTIONS = [1, 8, 32] as const;
const LOAD_MS = 4_000;
const WARM_UP_MS = 1_000;

type Load = { perSecond: number; p50Ms: number; p99Ms: number };

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
    return figures;
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function loadServer(name: string, url: string, messages: () => Uint8Array): Promise<Record<number, Load>> {
  const server = spawn(process.execPath, [fileURLToPath(new URL("ack-server.ts", import.meta.url)), name, url], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(server, "exit");
  try {
    const [line] = (await once(createInterface({ input: server.stdout }), "line")) as [string];
    const { port } = JSON.parse(line) as { port: number };
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
  } finally {
    server.stdin.end();
    await ended;
  }
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

/** Runs every worker's call over and over for a while. */
async function load(workers: readonly (() => Promise<void>)[]): Promise<Load> {
  const latencies: number[] = [];
  const countFrom = performance.now() + WARM_UP_MS;
  const until = countFrom + LOAD_MS;
  await Promise.all(
    workers.map(async (work) => {
      for (let now = performance.now(); now < until; ) {
        await work();
        const done = performance.now();
        if (now >= countFrom) latencies.push(done - now);
        now = done;
      }
    }),
  );
  latencies.sort((a, b) => a - b);
  const quantile = (share: number) => latencies[Math.floor(latencies.length * share)] ?? 0;
  return { perSecond: (latencies.length * 1_000) / LOAD_MS, p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
}

/** A kilobyte ADT each, under a control id of its own. */
function messagesWithoutEnd(): () => Uint8Array {
  const day = simulateDay({ people: 300, hours: 24, seed: 3, startAt: new Date(Date.now() - 86_400_000) });
  const bodies = [...day.messages].map((message) =>
    Buffer.from(message.bytes).toString("latin1").split(message.controlId),
  );
  let sent = 0;
  const prefix = Date.now().toString(36);
  return () => Buffer.from(bodies[sent % bodies.length]?.join(`${prefix}${(++sent).toString(36)}`) ?? "", "latin1");
}
