import type { Concept, FactOf, FactStatement, Party } from "@chesil/model";
import { conceptKey, conceptOf } from "./concept.ts";
import { contentKey, numberKey } from "./fact-key.ts";
import { FACTS_MAX, OBSERVATIONS_MAX } from "./limits.ts";
import { notesIn } from "./notes.ts";
import { observationsOf, runsOf, withinLimit } from "./observation.ts";
import type { OrderGroup } from "./order-groups.ts";
import { placeName, type Reading } from "./reading.ts";
import { partyOf, SegmentReader, said } from "./segment-reader.ts";

/** OBR with its OBX: results, reports, and their corrections. */

type Result = FactOf<"result">;

/** OBR-25, table 0123. */
const STATUSES = new Map<string, Result["status"]>([
  ["O", "registered"],
  ["I", "registered"],
  ["S", "registered"],
  ["N", "registered"],
  ["A", "partial"],
  ["P", "preliminary"],
  ["R", "preliminary"],
  ["F", "final"],
  ["C", "corrected"],
  ["K", "corrected"],
  ["M", "corrected"],
  ["X", "cancelled"],
  ["Y", "unknown"],
  ["Z", "unknown"],
]);

interface ReadResult {
  readonly key: string;
  readonly content: Result;
  readonly parent: Parent | undefined;
}

/** OBR-26 and OBR-29: what a susceptibility was grown from. */
interface Parent {
  /** Its filler number, else its placer number. */
  readonly number: string | undefined;
  /** The observation of it that led on, with its sub id, else its value. */
  readonly code: string | undefined;
  readonly subId: string | undefined;
}

/** A fact for each order that is reported on. */
export function resultFacts(orders: readonly OrderGroup[], reading: Reading): FactStatement[] {
  const results = new Map<string, ReadResult>();
  for (const [index, order] of orders.entries()) {
    if (index === FACTS_MAX) {
      const location = placeName(order.obr, 4, reading);
      reading.warnings.add(location, "ignored", `Only the first ${FACTS_MAX} orders of a patient are read.`);
      break;
    }
    const result = resultOf(order, reading);
    if (result === undefined) continue;
    const before = results.get(result.key);
    results.set(result.key, before === undefined ? result : { ...before, content: together(before, result, reading) });
  }
  const all = [...results.values()];
  const index = parentIndex(all.some(({ parent }) => parent !== undefined) ? all : []);
  return all.map(({ key, content, parent }) =>
    said<FactStatement>({
      key,
      action: isWithdrawn(content) ? "retract" : "state",
      relatesTo: parent === undefined ? undefined : parentKey(parent, key, index),
      visitNumber: reading.visitNumber,
      content,
    }),
  );
}

/** Every observation was posted to the wrong patient, or deleted: there is no such result. */
function isWithdrawn({ observations }: Result): boolean {
  return observations.length > 0 && observations.every((each) => each.status === "entered-in-error");
}

function resultOf({ orc, obr, segments }: OrderGroup, reading: Reading): ReadResult | undefined {
  const reader = new SegmentReader(obr, reading);
  const order = orc === undefined ? undefined : new SegmentReader(orc, reading);
  const specimen = segments.find((segment) => segment.id === "SPM");
  const sample = specimen === undefined ? undefined : new SegmentReader(specimen, reading);
  const placer = reader.number(2) ?? order?.number(2);
  const filler = reader.number(3) ?? order?.number(3);
  const code = reader.concept(4);
  const { runs, others } = runsOf(segments);
  const observed = observationsOf(runs, reading);
  if (code === undefined && placer === undefined && filler === undefined && observed.observations.length === 0) {
    reader.warn(4, "structure", "Nothing says what was ordered, and nothing was found: no result is stated.");
    return undefined;
  }
  const parent = parentOf(reader);
  const collectedAt = sample?.when(17) ?? reader.when(7);
  const reportedAt = reader.when(22);
  const content: Result = {
    ...said<Omit<Result, "observations">>({
      kind: "result",
      placerId: placer?.id,
      fillerId: filler?.id,
      code: code ?? { codings: [] },
      category: reader.text(24),
      status: statusOf(reader, order),
      collectedAt,
      reportedAt,
      requester: reader.practitioner(16) ?? order?.practitioner(12),
      performer: performerOf(reader, segments, reading),
      specimen: sample?.concept(4) ?? sourceOf(reader),
      documents: observed.documents,
      notes: notesIn(others, reading),
    }),
    observations: observed.observations,
  };
  const parentPart = [parent?.code, parent?.subId].filter((each) => each !== undefined).join("^");
  const numbered = filler === undefined ? placer && ["placer", placer.key] : ["filler", filler.key];
  const [name = "", number] = numbered ?? [];
  const at = collectedAt ?? reportedAt ?? observed.observations[0]?.observedAt ?? reading.message.get("MSH", 7);
  const key =
    numbered === undefined
      ? contentKey("result", conceptKey(code), at, parentPart)
      : numberKey(name, number, conceptKey(code), parentPart);
  return { key, content, parent };
}

/** OBR-25, else what the order itself says of having been cancelled (ORC-1, ORC-5). */
function statusOf(reader: SegmentReader, order: SegmentReader | undefined): Result["status"] {
  const code = reader.text(25)?.toUpperCase();
  if (code === undefined) return order?.text(5)?.toUpperCase() === "CA" ? "cancelled" : "unknown";
  const status = STATUSES.get(code);
  if (status === undefined) reader.warn(25, "bad-code", "The status is not one of table 0123.");
  return status ?? "unknown";
}

/** The same order, test and parent twice is one result, whose observations stand in two places. */
function together(one: ReadResult, other: ReadResult, reading: Reading): Result {
  const { content } = one;
  const observations = [...content.observations, ...other.content.observations];
  if (observations.length > OBSERVATIONS_MAX) {
    const text = `Only the first ${OBSERVATIONS_MAX} observations of a result are stated.`;
    reading.warnings.add("OBX-5", "ignored", text);
  }
  const documents = withinLimit([...(content.documents ?? []), ...(other.content.documents ?? [])], reading);
  const notes = [...(content.notes ?? []), ...(other.content.notes ?? [])];
  return {
    ...said<Result>({ ...content, documents, notes }),
    observations: observations.slice(0, OBSERVATIONS_MAX),
  };
}

/** OBR-32, who interpreted it, else OBX-16 or OBX-23, who observed it. */
function performerOf(reader: SegmentReader, segments: OrderGroup["segments"], reading: Reading): Party | undefined {
  const interpreter = interpreterOf(reader);
  if (interpreter !== undefined) return interpreter;
  const obx = segments.find((segment) => segment.id === "OBX");
  if (obx === undefined) return undefined;
  const observer = new SegmentReader(obx, reading);
  return observer.practitioner(16) ?? observer.organisation(23);
}

/** NDL: its first component is a person in subcomponents; many senders write an XCN. */
function interpreterOf(reader: SegmentReader): Party | undefined {
  if (reader.part(32, 1, 2) === undefined) return reader.practitioner(32);
  const display = [6, 3, 2].map((n) => reader.part(32, 1, n)).filter((each) => each !== undefined);
  return partyOf(reader.part(32, 1, 1), display.join(" "));
}

/** OBR-15.1 (SPS), before there was SPM: a code in subcomponents, or alone. */
function sourceOf(reader: SegmentReader): Concept | undefined {
  return conceptOf((n) => (n > 6 ? undefined : reader.part(15, 1, n)));
}

function parentOf(reader: SegmentReader): Parent | undefined {
  const number = reader.part(29, 2, 1) ?? reader.part(29, 1, 1);
  const code = reader.part(26, 1, 1);
  if (number === undefined && code === undefined) return undefined;
  return { number, code, subId: reader.part(26, 2, 1) ?? reader.part(26, 3, 1) };
}

/** Results by their numbers, and by what was observed under these: where a child looks for its parent. */
function parentIndex(results: readonly ReadResult[]): Map<string, string[]> {
  const index = new Map<string, string[]>();
  const add = (name: string, key: string) => {
    const keys = index.get(name);
    if (keys === undefined) index.set(name, [key]);
    // The first that is not the child itself is meant, so two are enough.
    else if (keys.length === 1 && keys[0] !== key) keys.push(key);
  };
  for (const { key, content } of results) {
    for (const number of [content.fillerId, content.placerId]) {
      if (number === undefined) continue;
      add(number, key);
      for (const { code, subId } of content.observations) {
        const first = code.codings[0]?.code;
        if (first === undefined) continue;
        add(`${number}|${first}`, key);
        if (subId !== undefined) add(`${number}|${first}|${subId}`, key);
      }
    }
  }
  return index;
}

/** The parent's key, where the parent is in the message too: of several of one number the one that holds the code. */
function parentKey({ number, code, subId }: Parent, own: string, index: Map<string, string[]>): string | undefined {
  if (number === undefined) return undefined;
  const names = [`${number}|${code}|${subId}`, `${number}|${code}`, number];
  return names.flatMap((name) => index.get(name) ?? []).find((key) => key !== own);
}
