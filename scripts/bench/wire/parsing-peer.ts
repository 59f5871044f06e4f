import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { PARSING_ROWS } from "./parsing-rows.ts";

/**
 * One reader of HL7 v2 in a process of its own, held to every parsing row; prints which it gets right. A library is
 * used as its own documentation says; where it has no call for a place, the nearest one it has.
 */

type Read = {
  get(segment: string, field: number, component: number, repetition: number, subcomponent: number): string;
  back(): Uint8Array | string;
};

const require = createRequire(import.meta.url);
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");
const utf8 = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8");
const split = (segment: string): [string, number] => {
  const [id = "", occurrence = "1"] = segment.split("#");
  return [id, Number(occurrence)];
};

const READERS: Record<string, () => Promise<(bytes: Uint8Array) => Read>> = {
  async chesil() {
    const { readMessage } = await import("@chesil/hl7");
    return (bytes) => {
      const read = readMessage(bytes);
      if (!read.ok) throw new Error(read.text);
      return {
        get: (segment, field, component, repetition, subcomponent) => {
          const [id, occurrence] = split(segment);
          return read.message.get(id, field, { occurrence, component, repetition, subcomponent });
        },
        back: () => read.message.toBytes(),
      };
    };
  },
  async "@medplum/core"() {
    const { Hl7Message } = await import("@medplum/core");
    return (bytes) => {
      const message = Hl7Message.parse(utf8(bytes));
      return {
        get: (segment, field, component, repetition, subcomponent) => {
          const [id, occurrence] = split(segment);
          return (
            message
              .getAllSegments(id)
              [occurrence - 1]?.getField(field)
              ?.getComponent(component, subcomponent - 1, repetition - 1) ?? ""
          );
        },
        back: () => message.toString(),
      };
    };
  },
  async "node-hl7-client"() {
    const { Message } = await import("node-hl7-client");
    return (bytes) => {
      const message = new Message({ text: utf8(bytes) });
      return {
        get: (segment, field, component, repetition, subcomponent) => {
          const [id, occurrence] = split(segment);
          const path = `${id}${occurrence > 1 ? `[${occurrence - 1}]` : ""}.${field}${repetition > 1 ? `[${repetition - 1}]` : ""}.${component}.${subcomponent}`;
          return message.get(path).toString();
        },
        back: () => message.toString(),
      };
    };
  },
  async hl7v2() {
    const { HL7Message } = require("hl7v2") as typeof import("hl7v2");
    return (bytes) => {
      const message = HL7Message.parse(Buffer.from(bytes));
      return {
        get: (segment, field, component, repetition, subcomponent) => {
          const [id, occurrence] = split(segment);
          const found = message.segments.filter((each) => each.segmentType === id)[occurrence - 1]?.field(field);
          const value = found?.repetitions[repetition - 1]?.getValue(component, subcomponent);
          return String(value ?? "");
        },
        back: () => message.toHL7String(),
      };
    };
  },
  async "simple-hl7"() {
    const { Parser } = require("simple-hl7");
    return (bytes) => {
      const message = new Parser().parse(utf8(bytes));
      return {
        get: (segment, field, component, repetition) => {
          const [id, occurrence] = split(segment);
          const found = id === "MSH" ? message.header : message.getSegments(id)[occurrence - 1];
          const at = id === "MSH" ? field - 2 : field;
          return String(found?.getComponent(at, component, repetition - 1) ?? "");
        },
        back: () => message.toString(),
      };
    };
  },
  async "hl7-standard"() {
    const Hl7 = require("hl7-standard");
    return (bytes) => {
      const message = new Hl7(utf8(bytes));
      message.transform();
      return {
        get: (segment, field, component, repetition, subcomponent) => {
          const [id, occurrence] = split(segment);
          const found = message.getSegments(id)[occurrence - 1];
          const place = (text: string) => {
            try {
              return found.get(text, repetition - 1);
            } catch {
              return undefined;
            }
          };
          const value =
            subcomponent > 1
              ? place(`${id}.${field}.${component}.${subcomponent}`)
              : (place(`${id}.${field}.${component}`) ?? place(`${id}.${field}`));
          return typeof value === "string" ? value : String(Object.values(value ?? {})[0] ?? "");
        },
        back: () => message.build(),
      };
    };
  },
  async "redox-hl7-v2"() {
    const { Parser } = require("@redoxengine/redox-hl7-v2");
    return (bytes) => {
      const message = new Parser().parse(utf8(bytes));
      return {
        get: (segment, field, component, repetition, subcomponent) => {
          const [id, occurrence] = split(segment);
          const found = segmentsOf(message, id)[occurrence - 1];
          return placeIn(found?.[field], [repetition - 1, component, subcomponent]);
        },
        back: () => {
          throw new Error("It gives nothing back without a schema.");
        },
      };
    };
  },
  async hl7() {
    const hl7 = require("hl7");
    return (bytes) => {
      const message = hl7.parseString(utf8(bytes));
      return {
        get: (segment, field, component, repetition, subcomponent) => {
          const [id, occurrence] = split(segment);
          const found = message.filter((each: unknown[]) => each[0] === id)[occurrence - 1];
          const part = found?.[field]?.[repetition - 1]?.[component - 1];
          return typeof part === "string" ? part : String(part?.[subcomponent - 1] ?? "");
        },
        back: () => hl7.serializeJSON(message),
      };
    };
  },
};

/** Wherever a schema has put them. */
function segmentsOf(node: unknown, id: string): Record<string, unknown>[] {
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === id ? [value].flat() : segmentsOf(value, id),
  ) as Record<string, unknown>[];
}

/** A value that is an array where it repeats and an object where it has parts. */
function placeIn(value: unknown, [repetition, component, subcomponent]: readonly [number, number, number]): string {
  let at: unknown = Array.isArray(value) ? value[repetition] : value;
  for (const part of [component, subcomponent]) {
    if (typeof at === "object" && at !== null) at = (at as Record<string, unknown>)[part];
  }
  return typeof at === "string" ? at : "";
}

/** Byte-identical round trips over a folder of messages. */
function roundTrips(read: (bytes: Uint8Array) => Read, folder: string): { same: number; of: number } | null {
  if (folder === "" || !existsSync(folder)) return null;
  const files = readdirSync(folder).filter((name) => name.endsWith(".hl7"));
  const same = files.filter((name) => {
    const bytes = readFileSync(`${folder}/${name}`);
    try {
      const back = read(bytes).back();
      return Buffer.compare(typeof back === "string" ? Buffer.from(back, "utf8") : Buffer.from(back), bytes) === 0;
    } catch {
      return false;
    }
  });
  return { same: same.length, of: files.length };
}

const read = await READERS[process.argv[2] ?? ""]?.();
if (!read) throw new Error(`There is no reader "${process.argv[2]}".`);
const right: string[] = [];
for (const { row, message, places, isGivenBack } of PARSING_ROWS) {
  const bytes = Buffer.from(message, "latin1");
  try {
    const found = read(bytes);
    const isRead = places.every(([segment, field, component, repetition, subcomponent, text]) => {
      return found.get(segment, field, component, repetition, subcomponent) === text;
    });
    const back = isGivenBack ? found.back() : message;
    if (isRead && (typeof back === "string" ? back : latin1(back)) === message) right.push(row);
  } catch {
    // A reader that throws on it has not read it.
  }
}
process.stdout.write(JSON.stringify({ right, roundTrips: roundTrips(read, process.argv[3] ?? "") }));
