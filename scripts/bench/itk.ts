import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cdaEvent } from "@chesil/itk";
import { connectMllp } from "@chesil/mllp";
import { startEmbeddedPostgres } from "@chesil/runtime";
import { readXml } from "@chesil/xml";
import { admissionsWithoutEnd, adtOf, cdaOf, documentsWithoutEnd } from "./itk-messages.ts";
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

/** Posts on one connection that is kept. */
function poster({ port, ca, key, cert }: ServedItk): (body: Buffer) => Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca, key, cert });
  const headers = { "content-type": "text/xml; charset=utf-8" };
  return (body) =>
    new Promise((resolve, reject) => {
      const sent = request(
        {
          host: "127.0.0.1",
          port,
          path: "/itk",
          method: "POST",
          agent,
          headers: { ...headers, "content-length": body.length },
        },
        (response) => {
          let text = "";
          response.on("data", (chunk: Buffer) => {
            text += chunk.toString();
          });
          response.once("end", () =>
            response.statusCode === 200 ? resolve() : reject(new Error(`${response.statusCode}: ${text}`)),
          );
        },
      );
      sent.once("error", reject);
      sent.end(body);
    });
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
    const next = documentsWithoutEnd(cdaOf(DOCUMENT_BYTES, kind));
    const post = poster(itk);
    await paced(port);
    const alone = await paced(port);
    await vitals();
    let isOver = false;
    const took: number[] = [];
    const posting = (async () => {
      while (!isOver) {
        const body = next();
        const at = performance.now();
        await post(body);
        took.push(performance.now() - at);
        await sleep(100);
      }
    })();
    const beside = await paced(port);
    isOver = true;
    await posting;
    const { longestMs } = await vitals();
    figures.push(
      compareTo(
        `documents of 5 MB (${kind}) beside ${PACE_PER_SECOND} messages/s`,
        (took.length * 1_000) / PHASE_MS,
        "documents/s",
        {},
        `the feed's p99 ${alone.p99Ms.toFixed(1)} ms alone, ${beside.p99Ms.toFixed(1)} ms beside them; p50 ${alone.p50Ms.toFixed(1)} and ${beside.p50Ms.toFixed(1)} ms; event loop stood still at most ${longestMs.toFixed(0)} ms (50); a document took ${Math.max(...took).toFixed(0)} ms at most`,
      ),
    );
  }
  return figures;
}

/** Read and mapped, a second of this process's own time. */
function mapped(): Figure {
  const bytes = Buffer.from(cdaOf(CDA_BYTES));
  const context = { receivedAt: new Date(), controlId: "T1", content: { location: "document", bytes: bytes.length } };
  const once = () => {
    const read = readXml(bytes);
    if (!read.ok || !cdaEvent(read.document.root, { authority: "RXX" }, context).ok)
      throw new Error("It is not mapped.");
  };
  for (let round = 0; round < 200; round++) once();
  const began = process.cpuUsage();
  let done = 0;
  for (const until = performance.now() + 3_000; performance.now() < until; done++) once();
  const { user, system } = process.cpuUsage(began);
  const perCore = done / ((user + system) / 1e6);
  return compareTo("CDA of 40 KB read and mapped, a core", perCore, "documents/s", { "the bar of 300": 300 });
}
