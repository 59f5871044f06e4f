import type { CanonicalEvent, PatientStatement, SubjectStatement } from "@chesil/model";
import type { BundleContext, BundleResult } from "./bundle-result.ts";
import { Element, member, type Reading } from "./element.ts";
import { Entries, type Entry, entryPath } from "./entries.ts";
import { EntryRefusedError, Findings } from "./findings.ts";
import { labelsOf } from "./labels.ts";
import { ENTRIES_MAX } from "./limits.ts";
import { type PatientPart, PatientReader, resourceOf, unmodified } from "./patient-part.ts";
import { patientSaid } from "./patient-said.ts";
import { resolved } from "./references.ts";
import { FACT_READERS, isSupporting, patientReferences } from "./resource-types.ts";

/** What was answered to a transaction, and what once was: neither says how things are. */
const NOT_READ = new Set(["transaction-response", "batch-response", "history"]);

/**
 * What a Bundle says, as canonical events: one for each Patient in it. `bundle` is parsed JSON (`parseBundle`).
 *
 * An entry that can not be read is refused by itself, with its number and why. One that is about nobody in the Bundle is
 * refused too: it is never given to whoever else is there.
 */
export function bundleEvents(bundle: unknown, context: BundleContext): BundleResult {
  const type = member(bundle, "type");
  const list = member(bundle, "entry") ?? [];
  if (member(bundle, "resourceType") !== "Bundle") return refused("not-readable", "It is no Bundle.");
  if (typeof type !== "string" || NOT_READ.has(type))
    return refused("not-readable", "It has no type, or is a Bundle of responses or of past versions.");
  if (!Array.isArray(list)) return refused("not-readable", "Its entries are no list.");
  if (list.length > ENTRIES_MAX)
    return refused("not-readable", `It has more than ${ENTRIES_MAX} entries. Send it as several Bundles.`);

  const findings = new Findings();
  const entries = new Entries(list, findings).list;
  const parts = partsOf(entries, context, { findings, ofAll: labelsOfAll(bundle, entries, context) });
  if (!list.some((each) => member(member(each, "resource"), "resourceType") === "Patient"))
    return refused("no-patient-id", "It holds no Patient, so nothing in it is about anybody.");
  for (const entry of entries) sortIn(entry, parts, findings);
  const known = [...parts.values()].filter((part) => part !== undefined);
  const events = known.map((part) => eventOf(part, bundle, type, context));
  for (const { reading } of known) for (const finding of reading.findings.list) findings.add(finding);
  const entriesOfEvents = known.map((part) => numbersOf(part));
  const sorted = findings.list.sort((a, b) => (a.entry ?? -1) - (b.entry ?? -1));
  return { ok: true, events, entriesOfEvents, findings: sorted };
}

const refused = (reason: "not-readable" | "no-patient-id", text: string): BundleResult => ({ ok: false, reason, text });

/** The patients by their entries; undefined for one that was refused. */
type Parts = Map<Entry, PatientPart | undefined>;

function partsOf(
  entries: readonly Entry[],
  context: BundleContext,
  { findings, ofAll }: { findings: Findings; ofAll: OfAll },
): Parts {
  const parts: Parts = new Map();
  for (const entry of entries.filter(({ type }) => type === "Patient")) {
    const reading = newReading(context, ofAll);
    try {
      const patient = patientSaid(unmodified(resourceOf(entry, reading)), context);
      parts.set(entry, { patient, reading, entries: [entry], notMapped: new Set() });
    } catch (error) {
      if (!(error instanceof EntryRefusedError)) throw error;
      findings.refuse(entry.number, error.location, error.code, error.message);
      parts.set(entry, undefined);
    }
  }
  refuseTwins(parts, findings);
  return parts;
}

/** Two Patients of one id are one patient or two; nobody here can tell, and a guess might mix two people up. */
function refuseTwins(parts: Parts, findings: Findings): void {
  const byId = Map.groupBy(parts, ([, part]) => part?.patient.key.localId ?? "");
  for (const [localId, twins] of byId) {
    if (localId === "" || twins.length < 2) continue;
    for (const [entry] of twins) {
      findings.refuse(entry.number, entryPath(entry.number), "identity", "Another Patient of the Bundle has its id.");
      parts.set(entry, undefined);
    }
  }
}

const newReading = ({ receivedAt }: BundleContext, { labels, labelling }: OfAll = NOTHING_OF_ALL): Reading => ({
  receivedAt,
  findings: new Findings(),
  // Whoever reads a patient's part by itself is to find the label there.
  used: new Set(labelling),
  labels,
});

/** What is said of the whole of how closely it is kept, and the entries that say it: a Composition speaks of its document. */
type OfAll = { readonly labels: readonly string[]; readonly labelling: readonly number[] };

const NOTHING_OF_ALL: OfAll = { labels: [], labelling: [] };

function labelsOfAll(bundle: unknown, entries: readonly Entry[], context: BundleContext): OfAll {
  const scratch = newReading(context);
  const [first] = entries;
  const whole = first && { ...first, number: -1, type: "Bundle", id: "", fullUrl: "" };
  const own = whole ? labelsOf(new Element(bundle, "Bundle", whole, scratch)) : [];
  const compositions = entries
    .filter(({ type }) => type === "Composition")
    .map((entry) => ({ number: entry.number, labels: labelsOf(resourceOf(entry, scratch)) }))
    .filter(({ labels }) => labels.length > 0);
  return {
    labels: [...own, ...compositions.flatMap(({ labels }) => labels)],
    labelling: compositions.map(({ number }) => number),
  };
}

/** Gives an entry to the patient that it is about, or says why to nobody. */
function sortIn(entry: Entry, parts: Parts, findings: Findings): void {
  if (entry.type === "Patient" || isSupporting(entry.type)) return;
  const isMapped = entry.type === "Encounter" || Object.hasOwn(FACT_READERS, entry.type);
  const whose = patientOf(entry, parts);
  if (whose.part) {
    if (isMapped) whose.part.entries.push(entry);
    else whose.part.notMapped.add(entry.type);
    whose.part.reading.used.add(entry.number);
  }
  const path = `${entryPath(entry.number)}.resource`;
  if (!isMapped) findings.flag(entry.number, path, "ignored", "Resources of this type are not mapped.");
  else if (!whose.part)
    findings.refuse(entry.number, path, whose.text === REFUSED ? "ignored" : "structure", whose.text);
}

const REFUSED = "Its patient was refused.";

function patientOf(entry: Entry, parts: Parts): { readonly part?: PatientPart; readonly text: string } {
  const scratch: Reading = { receivedAt: new Date(0), findings: new Findings(), used: new Set(), labels: [] };
  const references = patientReferences(resourceOf(entry, scratch));
  if (references.length === 0) return { text: "It does not say which patient it is about." };
  const targets = references.flatMap((reference) => resolved(reference) ?? []);
  // A contained Patient has no id of its own that would last.
  const named = new Set(targets.filter((target) => target.type === "Patient").map((target) => target.entry));
  const [patient, other] = named;
  if (other !== undefined) return { text: "It names more than one patient." };
  if (patient !== undefined && parts.has(patient)) {
    const part = parts.get(patient);
    return part ? { part, text: "" } : { text: REFUSED };
  }
  if (patient !== undefined) return { text: "It names a Patient that is no entry of the Bundle." };
  const isOther = entry.type !== "Appointment" && targets.length > 0;
  return {
    text: isOther ? "What it says it is about is no Patient." : "The patient it is about is not in the Bundle.",
  };
}

function eventOf(part: PatientPart, bundle: unknown, type: string, context: BundleContext): CanonicalEvent {
  const { patient, reading, notMapped } = part;
  const reader = new PatientReader(part);
  const visits = reader.visits();
  const facts = reader.facts();
  const [first, ...others] = visits;
  const subject: SubjectStatement = { patient, ...(first ? { encounter: first } : {}), facts, snapshots: [] };
  // An event speaks of one visit of a subject, so each further visit has a subject of its own.
  const again: PatientStatement = { key: patient.key, identifiers: [], demographics: {} };
  const further = others.map((encounter) => ({ patient: again, encounter, facts: [], snapshots: [] }));
  const at = recordedAt(bundle);
  return {
    schemaVersion: 2,
    source: {
      application: "",
      facility: context.authority,
      controlId: context.controlId,
      messageType: "FHIR",
      triggerEvent: type,
      version: "R4",
    },
    ...(at === undefined ? {} : { recordedAt: at }),
    subjects: [subject, ...further],
    operations: [],
    warnings: reading.findings.warnings,
    notMapped: [...notMapped].sort(),
  };
}

/**
 * When the source knew this: the Bundle's own time, which grows from one extract to the next. The times of its entries do not:
 * the latest of them goes back where its entry is taken out.
 */
function recordedAt(bundle: unknown): string | undefined {
  const timestamp = member(bundle, "timestamp");
  const isTime = typeof timestamp === "string" && !Number.isNaN(Date.parse(timestamp));
  return isTime ? new Date(timestamp).toISOString() : undefined;
}

/** All that an event was made of: what is about the patient, refused or not, and what that refers to. */
const numbersOf = ({ entries, reading }: PatientPart): number[] =>
  [...new Set([...entries.map(({ number }) => number), ...reading.used])].sort((a, b) => a - b);
