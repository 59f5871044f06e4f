import { monitorEventLoopDelay } from "node:perf_hooks";
import { type IngestHandle, startIngest } from "@chesil/ingest";
import { connectMllp, type MllpEvent } from "@chesil/mllp";
import type { Database } from "@chesil/store";
import { activateFeeds, adt, DIALECT, resolveAll } from "./region.ts";
import { type Heard, judgeJournal, judgeSessions, LAST_CONTROL_ID, type Played } from "./wire-fuzz-judge.ts";
import { play, sessionOf } from "./wire-fuzz-sessions.ts";

const FEED = "fuzz";

export type WireFuzzResult = {
  readonly inputs: number;
  readonly sessions: number;
  readonly frames: number;
  readonly answers: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly inputsPerSecond: number;
  readonly loopDelayMsMax: number;
  /** What was not as promised, in words; none is what is wanted. */
  readonly violations: readonly string[];
};

const CONNECTIONS = 8;

/**
 * Sends mutants of real messages over real connections to a real listener on an empty database, framed right or wrong,
 * in pieces of any size; resolves what was taken; then holds every answer and every row against what was sent.
 */
export async function fuzzWire(
  database: Database,
  options: { corpus: readonly Uint8Array[]; seed: number; inputs: number },
): Promise<WireFuzzResult> {
  const heard: Heard = { connections: new Map(), faults: new Map(), failures: [] };
  const ingest = await listen(database, heard);
  const delay = monitorEventLoopDelay({ resolution: 10 });
  try {
    const port = ingest.feeds()[0]?.port ?? 0;
    delay.enable();
    const started = performance.now();
    const results = await playAll({ port, heard }, options);
    const seconds = (performance.now() - started) / 1000;
    delay.disable();
    const violations = await expectStillServing(port);
    await resolveAll(database, {
      onEvent: (event) =>
        event.kind === "settled" && heard.failures.push(`message ${event.journalId}: ${event.detail}`),
    });
    const played = await judgeSessions(database, results, heard);
    const stood = await judgeJournal(database);
    const inputs = results.reduce((sum, { session }) => sum + session.inputs, 0);
    return {
      inputs,
      sessions: results.length,
      frames: results.reduce((sum, { session }) => sum + session.frames.length, 0),
      answers: results.reduce((sum, { answers }) => sum + answers.length, 0),
      outcomes: stood.outcomes,
      inputsPerSecond: Math.round(inputs / seconds),
      loopDelayMsMax: Math.round(delay.max / 1e6),
      violations: [...violations, ...heard.failures, ...played, ...stood.violations],
    };
  } finally {
    await ingest.stop();
  }
}

async function listen(database: Database, heard: Heard): Promise<IngestHandle> {
  const wire = (event: MllpEvent) => {
    if (event.kind === "connected") heard.connections.set(event.connection.remotePort, event.connection.id);
    if (event.kind === "handler-failed") heard.failures.push(`handler: ${String(event.error)}`);
    if (event.kind !== "fault") return;
    const { id } = event.connection;
    heard.faults.set(id, [...(heard.faults.get(id) ?? []), event.reason]);
  };
  await activateFeeds(database, FEED);
  return startIngest({
    database,
    feeds: [{ name: FEED, host: "127.0.0.1", port: 0, dialect: DIALECT, reuseWindowHours: 24 }],
    telemetry: {
      received: () => {},
      queried: () => {},
      acknowledged: () => {},
      connections: () => {},
      wire: (_, event) => wire(event),
      batchFault: () => {},
      storageFailed: (_, code) => heard.failures.push(`storage: ${code}`),
      undelivered: () => {},
    },
    now: () => new Date(),
  });
}

/** Several senders at once, each one connection after another. */
async function playAll(
  { port, heard }: { port: number; heard: Heard },
  { corpus, seed, inputs }: { corpus: readonly Uint8Array[]; seed: number; inputs: number },
): Promise<Played[]> {
  const results: Played[] = [];
  let next = 0;
  const sender = async () => {
    while (next < inputs) {
      const session = sessionOf(corpus, seed, next, inputs - next);
      next += session.inputs;
      const { localPort, ...played } = await play(port, session);
      // Looked up at once: a port is used again in time.
      results.push({ ...played, connection: heard.connections.get(localPort) ?? "" });
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, sender));
  return results;
}

/** After all that, somebody else's good message is taken. */
async function expectStillServing(port: number): Promise<string[]> {
  const client = await connectMllp({ host: "127.0.0.1", port });
  try {
    const answer = await client.send(adt("A31", { id: "AFTER", family: "Good" }, { controlId: LAST_CONTROL_ID }));
    const isTaken = Buffer.from(answer).toString("latin1").includes(`MSA|AA|${LAST_CONTROL_ID}`);
    return isTaken ? [] : ["The good message at the end was not taken."];
  } finally {
    await client.close();
  }
}
