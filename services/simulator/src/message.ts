import { buildMessage, type ComponentContent, type FieldContent, type SegmentContent } from "@chesil/hl7";
import { timeStamp } from "./calendar.ts";
import { dialled, stored } from "./encoding.ts";
import type { OnFile } from "./on-file.ts";
import type { SourceRecord } from "./sources.ts";
import type { System } from "./systems.ts";

/** One ADT message, v2.4 with a British accent, in the dialect of the system that sends it. */

export type Trigger = "A01" | "A02" | "A03" | "A04" | "A05" | "A08" | "A11" | "A12" | "A13" | "A28" | "A31" | "A40";

/** What a message says of a stay or an attendance (PV1, PV2). Times in milliseconds. */
export type Visit = {
  readonly number: string;
  readonly patientClass: "I" | "O" | "E" | "P";
  readonly ward: string;
  readonly bed: string;
  readonly previousWard?: string | undefined;
  readonly consultant: { readonly code: string; readonly family: string; readonly given: string };
  /** Treatment function code. */
  readonly specialty: string;
  readonly admissionMethod?: string | undefined;
  /** PV2-8: of a stay that is only planned. */
  readonly expectedAtMs?: number | undefined;
  readonly admittedAtMs?: number | undefined;
  readonly dischargedAtMs?: number | undefined;
  /** NHS discharge method (4: died) and destination (19: home, 54: care home, 79: died). */
  readonly dischargeMethod?: string | undefined;
  readonly dischargeDestination?: string | undefined;
};

/** Fields a message deletes with `""`. */
export type Cleared = "phones" | "middle-name" | "death";

/** A message, whatever it tells: whose it is, and when it goes. */
export type Sent = {
  readonly controlId: string;
  readonly record: SourceRecord;
  /** What the system says of the person; usually `record.onFile`, an older one when the message comes late. */
  readonly onFile: OnFile;
  readonly sentAtMs: number;
};

export type Statement = Sent & {
  readonly trigger: Trigger;
  /** EVN-2. */
  readonly recordedAtMs: number;
  /** EVN-6. */
  readonly occurredAtMs?: number | undefined;
  readonly visit?: Visit | undefined;
  /** MRG-1 of an A40. */
  readonly retired?: SourceRecord | undefined;
  readonly cleared?: Cleared | undefined;
};

const STRUCTURES: Record<Trigger, string> = {
  A01: "ADT_A01",
  A02: "ADT_A02",
  A03: "ADT_A03",
  A04: "ADT_A01",
  A05: "ADT_A05",
  A08: "ADT_A01",
  A11: "ADT_A09",
  A12: "ADT_A12",
  A13: "ADT_A01",
  A28: "ADT_A05",
  A31: "ADT_A05",
  A40: "ADT_A39",
};
/** What a system with `shortTransfers` sends without the address and the rest. */
const SHORT: ReadonlySet<Trigger> = new Set(["A02", "A03", "A11", "A12", "A13", "A40"]);
/** Sent as `""`: the deletion of a value, which is not the same as an empty place. */
const DELETED = null;
/** A whole field deleted: one component that is. */
const DELETED_FIELD: FieldContent = [DELETED];

/** The message as the system puts it on the wire, without MLLP framing. */
export function writeMessage(statement: Statement): Uint8Array {
  const { record, trigger, visit, retired } = statement;
  const { system } = record;
  const { dialect } = system;
  const brief = dialect.shortTransfers && SHORT.has(trigger);
  const header = headerSegment(statement, ["ADT", trigger, STRUCTURES[trigger]]);
  const segments = [header, eventSegment(statement), patientSegment(statement, brief)];
  if (!brief && trigger !== "A40") segments.push(practiceSegment(statement));
  if (retired !== undefined) segments.push(mergeSegment(system, retired));
  if (visit !== undefined) segments.push(...visitSegments(system, visit));
  else if (trigger !== "A40") segments.push({ id: "PV1", fields: { 1: "1", 2: "N" } });
  return onTheWire(system, segments);
}

/** The message in the bytes of the system's charset. */
export function onTheWire({ dialect }: System, segments: readonly SegmentContent[]): Uint8Array {
  return buildMessage(segments, { charset: dialect.charset === "UNICODE UTF-8" ? "utf-8" : "iso-8859-1" });
}

/** Components without the empty ones at the end; "" when all are empty. */
function components(...parts: ComponentContent[]): FieldContent & (string | ComponentContent[]) {
  let length = parts.length;
  while (length > 0 && parts[length - 1] === "") length--;
  return length === 0 ? "" : parts.slice(0, length);
}

export const time = (atMs: number | undefined): string => (atMs === undefined ? "" : timeStamp(atMs));

export function headerSegment({ record: { system }, controlId, sentAtMs }: Sent, type: string[]): SegmentContent {
  const { charset, enhancedMode } = system.dialect;
  const fields: Record<number, FieldContent> = {
    3: system.application,
    4: system.facility,
    5: "CHESIL",
    6: "DORSET",
    7: time(sentAtMs),
    9: type,
    10: controlId,
    11: "P",
    12: "2.4",
  };
  if (enhancedMode) Object.assign(fields, { 15: "AL", 16: "NE" });
  if (charset !== "") Object.assign(fields, { 17: "GBR", 18: charset });
  return { id: "MSH", fields };
}

export function eventSegment({
  trigger,
  recordedAtMs,
  occurredAtMs,
}: {
  readonly trigger: string;
  readonly recordedAtMs: number;
  readonly occurredAtMs?: number | undefined;
}): SegmentContent {
  const recorded = { 1: trigger, 2: time(recordedAtMs) };
  return { id: "EVN", fields: occurredAtMs === undefined ? recorded : { ...recorded, 6: time(occurredAtMs) } };
}

export function patientSegment(
  statement: Sent & { readonly cleared?: Cleared | undefined },
  brief: boolean,
): SegmentContent {
  const { record, onFile, cleared } = statement;
  const { system } = record;
  const { traceIn } = system.dialect;
  const fields: Record<number, FieldContent> = {
    1: "1",
    3: identifiersField(record, onFile),
    5: nameField(statement),
    7: onFile.birthDate ?? "",
    8: onFile.sex,
  };
  if (brief) return { id: "PID", fields };
  const died = onFile.diedAtMs;
  if (system.dialect.formerName === "PID-9") fields[9] = formerName(system, onFile, "A");
  fields[11] = addressField(system, onFile);
  fields[13] = cleared === "phones" ? DELETED_FIELD : telephonesField(system, onFile);
  fields[16] = onFile.marital ?? "";
  fields[22] = onFile.ethnicity ?? "";
  fields[29] = cleared === "death" ? DELETED_FIELD : time(died);
  fields[30] = cleared === "death" ? "N" : died === undefined ? "" : "Y";
  if (traceIn === "PID-32" && onFile.nhsNumber !== undefined) fields[32] = onFile.nhsNumberTraced ? "NSTS01" : "NSTS02";
  return { id: "PID", fields };
}

function identifiersField({ system, localId }: SourceRecord, { nhsNumber, nhsNumberTraced }: OnFile): FieldContent {
  const local = [localId, "", "", system.authority, "MR"];
  if (nhsNumber === undefined) return local;
  const status = system.dialect.traceIn === "CX.2" ? (nhsNumberTraced ? "01" : "02") : "";
  return { repetitions: [local, [nhsNumber, status, "", "NHS", "NH"]] };
}

function nameField({
  record: { system },
  onFile,
  cleared,
}: Sent & { readonly cleared?: Cleared | undefined }): FieldContent {
  const [first = "", ...middle] = onFile.given;
  const middleNames = cleared === "middle-name" ? DELETED : stored(system, middle.join(" "));
  const [family, given, title] = [onFile.family, first, onFile.title].map((text) => stored(system, text));
  const usual = [family ?? "", given ?? "", middleNames, "", title ?? "", "", "L"];
  const former = system.dialect.formerName === "PID-5" ? formerName(system, onFile, "M") : "";
  return former === "" ? usual : { repetitions: [usual, former] };
}

function formerName(system: System, { formerFamily, given: [first = ""] }: OnFile, use: string) {
  if (formerFamily === undefined) return "";
  return components(stored(system, formerFamily), stored(system, first), "", "", "", "", use);
}

function addressField(system: System, { address }: OnFile): FieldContent {
  if (address === undefined) return "";
  const [line1 = "", line2 = ""] = address.lines;
  const postcode = system.dialect.postcodeSpace ? address.postcode : address.postcode.replace(" ", "");
  const county = address.town === "" ? "" : "Dorset";
  const place = [line1, line2, address.town, county].map((line) => stored(system, line));
  return components(...place, postcode, "GBR", "H");
}

function telephonesField(system: System, { landline, mobile, email }: OnFile): FieldContent {
  const repetitions: string[][] = [];
  if (landline !== undefined) repetitions.push([dialled(system, landline), "PRN", "PH"]);
  if (mobile !== undefined) repetitions.push([dialled(system, mobile), "PRN", "CP"]);
  if (email !== undefined) repetitions.push(["", "NET", "Internet", email]);
  return { repetitions };
}

function practiceSegment({ record: { system }, onFile: { practice, doctor } }: Statement): SegmentContent {
  const surgery = [stored(system, practice.name), "", practice.code, "", "", "NHS", "ODS"];
  return { id: "PD1", fields: { 3: surgery, 4: practitioner(system, doctor) } };
}

export function practitioner(system: System, who: { code: string; family: string; given: string }): FieldContent {
  return [who.code, stored(system, who.family), stored(system, who.given), "", "", "Dr"];
}

function mergeSegment(system: System, retired: SourceRecord): SegmentContent {
  const { family, given } = retired.onFile;
  const name = [stored(system, family), stored(system, given[0] ?? "")];
  return { id: "MRG", fields: { 1: [retired.localId, "", "", system.authority, "MR"], 7: name } };
}

export function visitSegments(system: System, visit: Visit): SegmentContent[] {
  const place = (ward: string, bed: string): FieldContent => components(stored(system, ward), "", bed, system.facility);
  const fields: Record<number, FieldContent> = {
    1: "1",
    2: visit.patientClass,
    3: place(visit.ward, visit.bed),
    4: visit.admissionMethod ?? "",
    7: practitioner(system, visit.consultant),
    10: visit.specialty,
    19: [visit.number, "", "", system.authority, "VN"],
  };
  if (visit.previousWard !== undefined) fields[6] = place(visit.previousWard, "");
  if (visit.dischargeMethod !== undefined) fields[36] = visit.dischargeMethod;
  if (visit.dischargeDestination !== undefined) fields[37] = visit.dischargeDestination;
  if (visit.admittedAtMs !== undefined) fields[44] = time(visit.admittedAtMs);
  if (visit.dischargedAtMs !== undefined) fields[45] = time(visit.dischargedAtMs);
  const segments: SegmentContent[] = [{ id: "PV1", fields }];
  if (visit.expectedAtMs !== undefined) segments.push({ id: "PV2", fields: { 8: time(visit.expectedAtMs) } });
  return segments;
}
