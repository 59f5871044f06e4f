import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simulateDay } from "@chesil/simulator";
import { compareTo, type Figure, inOwnProcess } from "./measure.ts";

const READERS = ["chesil", "bare split", "@medplum/core", "node-hl7-client", "hl7v2"] as const;

/**
 * Parse and read twelve unescaped places: one core, each reader in a process of its own, on the simulated-hospital
 * corpus where it is at hand, else on a simulated day. The floor splits on delimiters and understands nothing.
 */
export async function benchParse(): Promise<Figure[]> {
  const corpus = process.env.CHESIL_CORPUS;
  const folder = mkdtempSync(join(tmpdir(), "chesil-bench-"));
  try {
    const file = corpus ? join(corpus, "hl7v2", "simulated-hospital", "messages.hl7") : writeDay(folder);
    const rates: Record<string, number> = {};
    for (const reader of READERS) {
      rates[reader] = (
        await inOwnProcess<{ messagesPerSecond: number }>("parse-reader.ts", [reader, file])
      ).messagesPerSecond;
    }
    const { chesil = 0, ...others } = rates;
    const note = `${corpus ? "simulated-hospital corpus" : "simulated day"}; ${Object.entries(others)
      .map(([name, rate]) => `${name} ${Math.round(rate)}`)
      .join(", ")}`;
    return [compareTo("parse and read 12 places", chesil, "messages/s, one core", others, note)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeDay(folder: string): string {
  const file = join(folder, "day.hl7");
  const day = simulateDay({ people: 500, hours: 24, seed: 1, startAt: new Date(Date.UTC(2026, 0, 1)) });
  writeFileSync(
    file,
    Buffer.concat([...day.messages].map((message) => Buffer.concat([message.bytes, Buffer.from("\n")]))),
  );
  return file;
}
