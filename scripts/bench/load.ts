import { simulateDay } from "@chesil/simulator";

export const LOAD_MS = 4_000;
const WARM_UP_MS = 1_000;

export type Load = { readonly perSecond: number; readonly p50Ms: number; readonly p99Ms: number };

/** Runs every worker's call over and over for a while. */
export async function load(workers: readonly (() => Promise<void>)[]): Promise<Load> {
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
export function messagesWithoutEnd(): () => Uint8Array {
  const day = simulateDay({ people: 300, hours: 24, seed: 3, startAt: new Date(Date.now() - 86_400_000) });
  const bodies = [...day.messages].map((message) =>
    Buffer.from(message.bytes).toString("latin1").split(message.controlId),
  );
  let sent = 0;
  const prefix = Date.now().toString(36);
  return () => Buffer.from(bodies[sent % bodies.length]?.join(`${prefix}${(++sent).toString(36)}`) ?? "", "latin1");
}
