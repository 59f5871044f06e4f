import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectMllp } from "@chesil/mllp";
import { startEmbeddedPostgres } from "@chesil/runtime";
import { load, messagesWithoutEnd } from "./load.ts";
import type { Figure } from "./measure.ts";
import { type Served, withServer } from "./served.ts";

const IDLE_CONNECTIONS = 5_000;
const DOCUMENT_MEGABYTES = 20;

/**
 * What many and what large does to the others: 5,000 idle connections beside a busy one, and a document of 20 MB on its
 * way into the journal while a sender of small messages goes on. Latencies are of the busy one, by its own clock.
 */
export async function benchConnections(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "chesil-bench-"));
  const postgres = await startEmbeddedPostgres({ dataDir: folder });
  try {
    return await withServer("chesil", postgres.url, async (server) => [
      ...(await withIdleConnections(server)),
      ...(await withDocument(server)),
    ]);
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const messages = messagesWithoutEnd();

async function busy(port: number) {
  const client = await connectMllp({ host: "127.0.0.1", port, answerTimeoutMs: 20_000 });
  const measured = await load([async () => void (await client.send(messages()))]);
  await client.close();
  return measured;
}

async function withIdleConnections({ port, vitals }: Served): Promise<Figure[]> {
  const alone = await busy(port);
  const idle: Socket[] = [];
  while (idle.length < IDLE_CONNECTIONS) {
    const some = Array.from({ length: 250 }, () => connect({ host: "127.0.0.1", port }));
    await Promise.all(some.map((socket) => once(socket, "connect")));
    idle.push(...some);
  }
  await vitals();
  const beside = await busy(port);
  for (const socket of idle) socket.destroy();
  return [
    {
      name: `one busy connection beside ${IDLE_CONNECTIONS.toLocaleString("en-GB")} idle ones`,
      perSecond: beside.perSecond,
      unit: "messages/s",
      ratios: { "without them": beside.perSecond / alone.perSecond, "its p99": beside.p99Ms / alone.p99Ms },
      note: `p50 ${beside.p50Ms.toFixed(2)} ms, p99 ${beside.p99Ms.toFixed(2)} ms; without them p50 ${alone.p50Ms.toFixed(2)} ms, p99 ${alone.p99Ms.toFixed(2)} ms`,
    },
  ];
}

/** The longest that the server's event loop stood still, over five documents one after another. */
async function withDocument({ port, vitals }: Served): Promise<Figure[]> {
  const client = await connectMllp({ host: "127.0.0.1", port, answerTimeoutMs: 60_000 });
  const content = Buffer.alloc(DOCUMENT_MEGABYTES * 1024 * 1024, "QUJD").toString("latin1");
  const longest: number[] = [];
  const took: number[] = [];
  for (let round = 0; round < 5; round++) {
    const controlId = `DOC${Date.now()}${round}`;
    const text = `MSH|^~\\&|DOC|RBD|CHESIL|DORSET|20260501080000||MDM^T02|${controlId}|P|2.4\rEVN|T02|20260501080000\rPID|1||1001^^^RBD^MR||HARTLEY^ANNA\rTXA|1|CN|||||||||||${controlId}\rOBX|1|ED|DOC||^^PDF^Base64^${content}\r`;
    await vitals();
    const began = performance.now();
    await client.send(Buffer.from(text, "latin1"));
    took.push(performance.now() - began);
    longest.push((await vitals()).longestMs);
  }
  await client.close();
  const worst = Math.max(...longest);
  return [
    {
      name: `a document of ${DOCUMENT_MEGABYTES} MB, acknowledged after commit`,
      perSecond: 1_000 / Math.min(...took),
      unit: "documents/s",
      ratios: { "50 ms, the longest the event loop stood still": worst / 50 },
      note: `event loop stood still at most ${longest.map((ms) => ms.toFixed(0)).join(", ")} ms; answered after ${took.map((ms) => ms.toFixed(0)).join(", ")} ms`,
    },
  ];
}
