import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { type SimulatedMessage, sendMessages, simulateDay } from "@chesil/simulator";
import { parseTarget, type Terminal } from "../terminal.ts";
import { printReport, progressLine } from "./send-report.ts";

export type SimulateArguments = {
  readonly people: string;
  readonly hours: string;
  readonly seed: string;
  readonly to: string;
  readonly connections: string;
  readonly rate?: string;
  readonly truth?: string;
  readonly json?: boolean;
};

const HOUR_MS = 3_600_000;

/** `chesil simulate`: a synthetic region's day, sent as its hospitals would; who is who goes to `--truth FILE`. */
export async function simulate(given: SimulateArguments, terminal: Terminal): Promise<number> {
  const hours = Number(given.hours);
  const day = simulateDay({
    people: Number(given.people),
    hours,
    seed: given.seed,
    startAt: new Date(terminal.now().getTime() - hours * HOUR_MS),
  });
  const report = await sendMessages({
    messages: bytesOf(day.messages),
    ...parseTarget(given.to),
    connections: Number(given.connections),
    ...(given.rate ? { ratePerSecond: Number(given.rate) } : {}),
    onProgress: progressLine(terminal),
    signal: terminal.interrupted,
  });
  if (given.truth) {
    const file = createWriteStream(given.truth);
    for (const row of day.truth()) if (!file.write(`${JSON.stringify(row)}\n`)) await once(file, "drain");
    file.end();
    await once(file, "finish");
  }
  printReport(report, given.json === true, terminal);
  return report.unacknowledged.length === 0 && report.errors === 0 ? 0 : 1;
}

export function* bytesOf(messages: Iterable<SimulatedMessage>): Generator<Uint8Array> {
  for (const message of messages) yield message.bytes;
}
