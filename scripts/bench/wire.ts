import { type Figure, inOwnProcess } from "./measure.ts";
import { FRAMING_ROWS } from "./wire/framing-rows.ts";
import { Listener } from "./wire/listener.ts";
import { PARSING_ROWS } from "./wire/parsing-rows.ts";

const LISTENERS = ["chesil", "@medplum/hl7", "node-hl7-server", "simple-hl7", "mllp-node"] as const;
const READERS = [
  "chesil",
  "@medplum/core",
  "node-hl7-client",
  "hl7v2",
  "simple-hl7",
  "hl7-standard",
  "redox-hl7-v2",
  "hl7",
] as const;

/**
 * The scoreboard: every framing and parsing scenario against every listener and reader that can be installed, row by
 * row, each peer in a process of its own and a fresh one for each framing row, so that one that dies loses one row.
 */
export async function benchWire(): Promise<Figure[]> {
  const framing = new Map<string, Set<string>>();
  for (const name of LISTENERS) {
    framing.set(name, await framingOf(name));
    process.stderr.write(`  ${name}\n`);
  }
  const folder = process.env.CHESIL_CORPUS ? `${process.env.CHESIL_CORPUS}/hl7v2/fhir-converter` : "";
  const parsing = new Map<string, Set<string>>();
  const backs = new Map<string, string>();
  for (const name of READERS) {
    type Found = { right: string[]; roundTrips: { same: number; of: number } | null };
    const found = await inOwnProcess<Found>("wire/parsing-peer.ts", [name, folder]);
    parsing.set(name, new Set(found.right));
    if (found.roundTrips) backs.set(name, `${found.roundTrips.same}/${found.roundTrips.of}`);
  }
  process.stderr.write(`${table("framing", FRAMING_ROWS, framing)}\n${table("parsing", PARSING_ROWS, parsing)}\n`);
  if (backs.size > 0)
    process.stderr.write(
      `Byte for byte back, of real messages: ${[...backs].map(([name, of]) => `${name} ${of}`).join(", ")}\n\n`,
    );
  return [
    scoreOf("framing rows right", FRAMING_ROWS.length, framing),
    scoreOf("parsing rows right", PARSING_ROWS.length, parsing),
  ];
}

async function framingOf(name: string): Promise<Set<string>> {
  const right = new Set<string>();
  for (const { row, judge } of FRAMING_ROWS) {
    const listener = await Listener.start(name);
    try {
      if (await judge(listener)) right.add(row);
    } catch {
      // What breaks the judge's own connection is not right.
    } finally {
      await listener.stop();
    }
  }
  return right;
}

type Named = { readonly row: string; readonly says: string };

function table(title: string, rows: readonly Named[], scores: ReadonlyMap<string, ReadonlySet<string>>): string {
  const names = [...scores.keys()];
  const lines = rows.map(({ row, says }) =>
    ["", `${row} ${says}`, ...names.map((name) => (scores.get(name)?.has(row) ? "yes" : "no")), ""].join(" | ").trim(),
  );
  const heads = ["", title, ...names, ""].join(" | ").trim();
  const rule = `|${" --- |".repeat(names.length + 1)}`;
  return [heads, rule, ...lines, ""].join("\n");
}

function scoreOf(name: string, rows: number, scores: ReadonlyMap<string, ReadonlySet<string>>): Figure {
  const others = [...scores].map(([peer, right]) => `${peer} ${right.size}`).join(", ");
  return { name, perSecond: scores.get("chesil")?.size ?? 0, unit: `of ${rows}`, ratios: {}, note: others };
}
