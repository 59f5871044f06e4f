import { type BundleResult, bundleEvents, type Finding, parseBundle } from "@chesil/fhir";
import type { FactStatement } from "@chesil/model";
import { hasTwice, scanJson } from "../json/members.ts";
import type { RowResult } from "../map/row-event.ts";
import type { FhirReading, RowContext } from "../reading.ts";
import { COPIED_TIMES_MAX, OVER_COPIED, overCopied } from "./copied-parts.ts";
import { EntryTexts, type LazyBundle } from "./entry-texts.ts";
import { type RefusedEntries, reasonsOf, refusedCutter } from "./refused-entries.ts";

/** One patient's part of a Bundle: what the journal keeps as an entry, or is refused as a whole. */
export type BundlePart = LazyBundle & {
  /** The patient's id. */
  readonly key: string;
  /** Of what is said, without the Bundle's own id and time. */
  readonly sha256: Buffer;
  /** Why nothing of it is stated. `raw` is the Bundle as it came where it is about this patient alone; else a Bundle of the patient's entries. */
  readonly held?: string;
  /** Entries about this patient of which nothing is stated; of parts that are held the first has those of all. */
  readonly refused?: RefusedEntries;
};

export type BundleParts =
  | {
      readonly ok: true;
      readonly parts: readonly BundlePart[];
      /** Entries of which nothing is stated, and that belong to no part: whose patient was refused, or can not be told. */
      readonly unread?: RefusedEntries;
    }
  | { readonly ok: false; readonly text: string };

type BundleRead = Extract<BundleResult, { ok: true }>;

/** Takes a Bundle apart: one part a patient, each a Bundle that says by itself what the whole says of the patient. */
export function bundleParts(bytes: Uint8Array, reading: FhirReading, receivedAt: Date): BundleParts {
  const parsed = parseBundle(bytes);
  if (!parsed.ok) return parsed;
  const { bundle } = parsed;
  const twice = membersTwice(bytes, bundle);
  if (!twice.ok) return twice;
  const { authority, nhsNumberTraced } = reading;
  const read = bundleEvents(bundle, { authority, nhsNumberTraced, receivedAt, controlId: "" });
  if (!read.ok) return read;
  const texts = new EntryTexts(bundle, twice.texts);
  const over = overCopied(read.entriesOfEvents, texts, COPIED_TIMES_MAX * bytes.length);
  const { heldBy, ofParts, unread } = refusedOf(refusedCutter(bundle, texts), read, twice.findings, over);
  const isAlone = read.events.length === 1 && !unread;
  const parts = read.events.map((event, index): BundlePart => {
    const own = read.entriesOfEvents[index] ?? [];
    const written = isAlone ? { size: bytes.length, raw: () => bytes } : texts.bundleOf(own);
    const [held, refused] = [heldBy.get(index), ofParts.get(index)];
    const said = { key: event.subjects[0]?.patient.key.localId ?? "", sha256: texts.hashOf(own, reading) };
    return { ...said, ...written, ...(held === undefined ? {} : { held }), ...(refused ? { refused } : {}) };
  });
  return { ok: true, parts, ...(unread ? { unread } : {}) };
}

type Twice =
  | { readonly ok: true; readonly findings: readonly Finding[]; readonly texts: ReadonlyMap<number, string> }
  | { readonly ok: false; readonly text: string };

/** Members that stand twice, as refusals of the entries that they are in, and those entries as they are written. */
function membersTwice(bytes: Uint8Array, bundle: unknown): Twice {
  const text = new TextDecoder().decode(bytes);
  if (!hasTwice(text, bundle)) return { ok: true, findings: [], texts: new Map() };
  const { twice, elements, isAll } = scanJson(text, "entry");
  const findings = twice.flatMap(([list, entry, ...path]): Finding[] => {
    if (list !== "entry" || typeof entry !== "number") return [];
    const location = path.reduce<string>(
      (before, at) => (typeof at === "number" ? `${before}[${at}]` : `${before}.${at}`),
      `Bundle.entry[${entry}]`,
    );
    return [{ entry, outcome: "refused", location, code: "structure", text: "It stands there twice: leave one." }];
  });
  if (!isAll || findings.length < twice.length)
    return { ok: false, text: "Members of the Bundle itself, or very many, stand there twice: leave one of each." };
  return { ok: true, findings, texts: new Map(findings.map(({ entry = 0 }) => [entry, elements[entry] ?? ""])) };
}

/**
 * What was refused, by whom it is about.
 * @param twice findings that hold each part whose entries they are of. @param over parts that are too many.
 */
function refusedOf(
  cut: ReturnType<typeof refusedCutter>,
  { findings, entriesOfEvents }: BundleRead,
  twice: readonly Finding[],
  over: ReadonlySet<number>,
) {
  const heldBy = new Map<number, string>();
  const ofParts = new Map<number, RefusedEntries>();
  const refused = [...findings.filter(({ outcome }) => outcome === "refused"), ...twice];
  if (refused.length === 0 && over.size === 0) return { heldBy, ofParts, unread: undefined };
  const twiceIn = Map.groupBy(twice, ({ entry }) => entry ?? -1);
  for (const [part, entries] of entriesOfEvents.entries()) {
    const own = entries.flatMap((entry) => twiceIn.get(entry) ?? []);
    if (own.length > 0) heldBy.set(part, reasonsOf(own.map(({ location, text }) => `${location}: ${text}`)));
    else if (over.has(part)) heldBy.set(part, OVER_COPIED);
  }
  const partOf = new Map(entriesOfEvents.flatMap((numbers, part) => numbers.map((number) => [number, part] as const)));
  const byPart = Map.groupBy(refused, ({ entry }) => (entry === undefined ? undefined : partOf.get(entry)));
  for (const [part, theirs] of byPart)
    if (part !== undefined && !heldBy.has(part)) ofParts.set(part, cut(theirs, entriesOfEvents[part]));
  const [first] = heldBy.keys();
  if (first !== undefined) {
    // Together: what they share would make the file of rejected rows as large as the journal must not become.
    const entries = [...new Set([...heldBy.keys()].flatMap((part) => entriesOfEvents[part] ?? []))];
    const theirs = [...heldBy.keys()].flatMap((part) => byPart.get(part) ?? []);
    ofParts.set(first, cut(theirs, entries, over.size > 0 ? [OVER_COPIED] : []));
  }
  const nobodys = byPart.get(undefined);
  return { heldBy, ofParts, unread: nobodys && cut(nobodys) };
}

/** What the Bundle of one patient says. */
export function bundleEntryEvent(raw: Uint8Array, reading: FhirReading, context: RowContext): RowResult {
  const parsed = parseBundle(raw);
  if (!parsed.ok) return { ok: false, reason: "not-readable", text: parsed.text };
  const { authority, nhsNumberTraced } = reading;
  const { receivedAt, controlId, feed } = context;
  const read = bundleEvents(parsed.bundle, { authority, nhsNumberTraced, receivedAt, controlId });
  if (!read.ok) return read;
  const [event, ...others] = read.events;
  const key = event?.subjects[0]?.patient.key;
  if (!event || !key || others.length > 0)
    return { ok: false, reason: "not-readable", text: "It is not a Bundle of one patient." };
  const subjects = event.subjects.map((subject) => ({
    ...subject,
    facts: subject.facts.map((fact) => ofFeed(fact, feed)),
  }));
  const recordedAt = event.recordedAt ?? context.extractAt.toISOString();
  return { ok: true, event: { ...event, recordedAt, subjects }, key };
}

/** Two feeds of one authority number what they have by themselves: one must not take back what the other states. */
const ofFeed = (fact: FactStatement, feed: string): FactStatement => ({
  ...fact,
  key: `${feed}|${fact.key}`,
  ...(fact.relatesTo === undefined ? {} : { relatesTo: `${feed}|${fact.relatesTo}` }),
});
