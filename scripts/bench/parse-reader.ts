import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { splitMessages } from "@chesil/hl7";

/**
 * One reader of HL7 v2 in a process of its own: parses every message and reads twelve places as text, round after
 * round. Prints messages per second, the median of the rounds.
 */

const ROUND_MS = 700;
const ROUNDS = 5;

/** Segment, field, component: what a patient index asks of an ADT. */
const PLACES = [
  ["MSH", 9, 1],
  ["MSH", 10, 1],
  ["PID", 3, 1],
  ["PID", 5, 1],
  ["PID", 5, 2],
  ["PID", 7, 1],
  ["PID", 8, 1],
  ["PID", 11, 1],
  ["PID", 11, 5],
  ["PID", 13, 1],
  ["PV1", 2, 1],
  ["PV1", 3, 1],
] as const;

type Reader = (bytes: Uint8Array, text: string) => number;

const require = createRequire(import.meta.url);

const READERS: Record<string, () => Promise<Reader>> = {
  chesil: async () => {
    const { readMessage } = await import("@chesil/hl7");
    return (bytes) => {
      const read = readMessage(bytes);
      if (!read.ok) return 0;
      let length = 0;
      for (const [segment, field, component] of PLACES)
        length += read.message.get(segment, field, { component }).length;
      return length;
    };
  },
  "bare split": async () => (_, text) => {
    let length = 0;
    const segments = text.split("\r").map((segment) => segment.split("|"));
    for (const [name, field, component] of PLACES) {
      const segment = segments.find((fields) => fields[0] === name);
      length += segment?.[name === "MSH" ? field - 1 : field]?.split("^")[component - 1]?.length ?? 0;
    }
    return length;
  },
  "@medplum/core": async () => {
    const { Hl7Message } = await import("@medplum/core");
    return (_, text) => {
      const message = Hl7Message.parse(text);
      let length = 0;
      for (const [segment, field, component] of PLACES)
        length += message.getSegment(segment)?.getField(field)?.getComponent(component)?.length ?? 0;
      return length;
    };
  },
  "node-hl7-client": async () => {
    const { Message } = await import("node-hl7-client");
    return (_, text) => {
      const message = new Message({ text });
      let length = 0;
      for (const [segment, field, component] of PLACES)
        length += message.get(`${segment}.${field}.${component}`).toString().length;
      return length;
    };
  },
  hl7v2: async () => {
    const { HL7Message } = require("hl7v2") as typeof import("hl7v2");
    return (_, text) => {
      const message = HL7Message.parse(text);
      let length = 0;
      for (const [segment, field, component] of PLACES)
        length += String(
          message
            .getSegment(segment as never)
            ?.field(field)
            ?.getValue(component) ?? "",
        ).length;
      return length;
    };
  },
};

async function main(name: string, file: string): Promise<void> {
  const reader = await READERS[name]?.();
  if (!reader) throw new Error(`There is no reader "${name}".`);
  const messages = splitMessages(readFileSync(file)).map((bytes) => ({ bytes, text: new TextDecoder().decode(bytes) }));
  const rates: number[] = [];
  let read = 0;
  for (let round = 0; round <= ROUNDS; round++) {
    const started = performance.now();
    let count = 0;
    while (performance.now() - started < ROUND_MS) {
      for (const { bytes, text } of messages) read += reader(bytes, text);
      count += messages.length;
    }
    // The first round warms up.
    if (round > 0) rates.push((count * 1000) / (performance.now() - started));
  }
  if (read === 0) throw new Error("Nothing was read.");
  rates.sort((a, b) => a - b);
  process.stdout.write(JSON.stringify({ messagesPerSecond: Math.round(rates[Math.floor(ROUNDS / 2)] ?? 0) }));
}

await main(process.argv[2] ?? "", process.argv[3] ?? "");
