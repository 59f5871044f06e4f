import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { cdaEvent } from "@chesil/itk";
import { connectMllp } from "@chesil/mllp";
import { startEmbeddedPostgres } from "@chesil/runtime";
import { readXml } from "@chesil/xml";
import { admissionsWithoutEnd, adtOf, cdaOf } from "./itk-messages.ts";
import { poster } from "./itk-poster.ts";
import { type Load, load } from "./load.ts";
import { compareTo, type Figure } from "./measure.ts";
import { type Served, type ServedItk, withServer } from "./served.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const CONNECTIONS = 32;
const ADT_BYTES = 10 * KIB;
const CDA_BYTES = 40 * KIB;
const DOCUMENT_BYTES = 5 * MIB;
const PACE_PER_SECOND = 300;
const PHASE_MS = 6_000;

/**
 * NHS ITK over mutual TLS: envelopes acknowledged after the commit beside the same messages over MLLP; documents parsed and
 * mapped; and what documents of 5 MB do to a feed of small messages that goes on beside them.
 */
export async function benchItk(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "chesil-bench-"));
  const postgres = await startEmbeddedPostgres({ dataDir: folder });
  try {
    const served = await withServer("chesil", postgres.url, async (server) => {
      if (server.itk === undefined) throw new Error("The server takes no ITK.");
      return [await envelopes(server, server.itk), ...(await besideDocuments(server, server.itk))];
    });
    return [...served, mapped()];
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function envelopes({ port }: Served, itk: ServedItk): Promise<Figure> {
  const next = admissionsWithoutEnd(ADT_BYTES);
  const posters = Array.from({ length: CONNECTIONS }, () => poster(itk));
  const measured = await load(posters.map((post) => () => post(next())));
  const overMllp = await mllpOf(port);
  return compareTo(
    `envelope with an ADT of 10 KB, committed, ${CONNECTIONS} connections`,
    measured.perSecond,
    "messages/s",
    { "the bar of 1,500": 1_500, "the same over MLLP": overMllp.perSecond },
    `p50 ${measured.p50Ms.toFixed(1)} ms, p99 ${measured.p99Ms.toFixed(1)} ms; over MLLP ${Math.round(overMllp.perSecond)}/s, p50 ${overMllp.p50Ms.toFixed(1)} ms, p99 ${overMllp.p99Ms.toFixed(1)} ms`,
  );
}

async function mllpOf(port: number): Promise<Load> {
  const [before = "", after = ""] = adtOf(ADT_BYTES).split("|C1|");
  let sent = 0;
  const prefix = Date.now().toString(36);
  const clients = await Promise.all(
    Array.from({ length: CONNECTIONS }, () => connectMllp({ host: "127.0.0.1", port, answerTimeoutMs: 20_000 })),
  );
  const next = () => Buffer.from(`${before}|${prefix}${(++sent).toString(36)}|${after}`);
  const measured = await load(clients.map((client) => async () => void (await client.send(next()))));
  await Promise.all(clients.map((client) => client.close()));
  return measured;
}

/** Latencies of a feed that sends at an even pace, waiting for no answer before the next. */
async function paced(port: number): Promise<{ p50Ms: number; p99Ms: number }> {
  const client = await connectMllp({ host: "127.0.0.1", port, answerTimeoutMs: 20_000, windowMax: 256 });
  const [before = "", after = ""] = adtOf(KIB).split("|C1|");
  const prefix = Date.now().toString(36);
  const latencies: number[] = [];
  const sends: Promise<void>[] = [];
  const began = performance.now();
  for (let sent = 0; performance.now() - began < PHASE_MS; sent++) {
    const due = began + (sent * 1_000) / PACE_PER_SECOND;
    const waitMs = due - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    const at = performance.now();
    const message = Buffer.from(`${before}|P${prefix}${sent.toString(36)}|${after}`);
    sends.push(client.send(message).then(() => void latencies.push(performance.now() - at)));
  }
  await Promise.all(sends);
  await client.close();
  latencies.sort((a, b) => a - b);
  const quantile = (share: number) => latencies[Math.floor(latencies.length * share)] ?? 0;
  return { p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
}

async function besideDocuments({ port, vitals }: Served, itk: ServedItk): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const kind of ["attachment", "words"] as const) {
    await paced(port);
    const alone = await paced(port);
    const posting = await startPosting(itk, kind);
    await vitals();
    const beside = await paced(port);
    const tookMs = await posting.end();
    const { longestMs } = await vitals();
    figures.push({
      name: `documents of 5 MB (${kind}) beside ${PACE_PER_SECOND} messages/s`,
      perSecond: (tookMs.length * 1_000) / PHASE_MS,
      unit: "documents/s",
      ratios: {
        "the feed's p99 without them": beside.p99Ms / alone.p99Ms,
        "50 ms, the longest the event loop stood still": longestMs / 50,
      },
      note: `the feed's p99 ${alone.p99Ms.toFixed(1)} ms alone, ${beside.p99Ms.toFixed(1)} ms beside them; p50 ${alone.p50Ms.toFixed(1)} and ${beside.p50Ms.toFixed(1)} ms; event loop stood still at most ${longestMs.toFixed(0)} ms; a document took ${Math.max(...tookMs).toFixed(0)} ms at most`,
    });
  }
  return figures;
}

async function startPosting(itk: ServedItk, kind: string): Promise<{ end(): Promise<number[]> }> {
  const script = fileURLToPath(new URL("itk-poster.ts", import.meta.url));
  const args = [script, JSON.stringify(itk), String(DOCUMENT_BYTES), kind];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout });
  await once(lines, "line");
  return {
    async end() {
      const said = once(lines, "line");
      child.stdin.end();
      const [line] = (await said) as [string];
      return (JSON.parse(line) as { tookMs: number[] }).tookMs;
    },
  };
}

/** Read and mapped, a second of this process's own time. */
function mapped(): Figure {
  const bytes = Buffer.from(cdaOf(CDA_BYTES));
  const context = { receivedAt: new Date(), controlId: "T1", content: { location: "document", bytes: bytes.length } };
  const map = () => {
    const read = readXml(bytes);
    if (!read.ok || !cdaEvent(read.document.root, { authority: "RXX" }, context).ok)
      throw new Error("It is not mapped.");
  };
  for (let round = 0; round < 200; round++) map();
  const began = process.cpuUsage();
  let done = 0;
  for (const until = performance.now() + 3_000; performance.now() < until; done++) map();
  const { user, system } = process.cpuUsage(began);
  const perCore = done / ((user + system) / 1e6);
  return compareTo("CDA of 40 KB read and mapped, a core", perCore, "documents/s", { "the bar of 300": 300 });
}
