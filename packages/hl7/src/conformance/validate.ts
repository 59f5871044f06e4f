import { messageType } from "../answer/header.ts";
import { isMessageCode, isTriggerOf } from "../answer/message-types.ts";
import { VERSION_DEFAULT } from "../answer/version.ts";
import type { Message } from "../message/message.ts";
import { type Grammar, loadGrammar, type StructurePart } from "./dictionary.ts";
import { checkFields } from "./fields.ts";
import { type Finding, Findings } from "./finding.ts";
import { structuresOf } from "./message-structure.ts";
import { StructureWalk } from "./structure.ts";

/**
 * Segments at home in any structure: those by which a message goes on in another one or takes up the one before, and
 * two that 2.8 added to many more structures than the dictionary has them in.
 */
const ANYWHERE = new Set(["ADD", "DSC", "ARV", "PRT"]);

/**
 * Holds a message against the standard as its version has it: segments and groups, their order and number, fields,
 * their number, length, data type and values. In the order of the message. Local (Z) segments are anybody's own.
 */
export async function validate(message: Message): Promise<Finding[]> {
  const version = message.get("MSH", 12).trim();
  const grammar = await loadGrammar(/^\d/.test(version) ? version : VERSION_DEFAULT);
  const findings = new Findings(message);
  checkVersion(version, grammar, findings);
  const structure = structureOf(message, grammar, findings);
  checkSegments(message, grammar, structure, findings);
  return findings.list.sort((left, right) => left.position - right.position);
}

function checkVersion(sent: string, grammar: Grammar, findings: Findings): void {
  // `2.4UK` is 2.4 with a national profile, as `2.3.1^GBR` is.
  if (/^[\d.]*/.exec(sent)?.[0] === grammar.version) return;
  const said = sent === "" ? "names no version" : "names a version that is not known here";
  const text = `MSH-12 (Version ID) ${said}: the message is held against ${grammar.version}.`;
  findings.add(sent === "" ? "error" : "info", "unknown-version", 0, text, { field: 12 });
}

/** The structure of the event. That of MSH-9.3 only where the standard knows none for it. */
function structureOf(message: Message, grammar: Grammar, findings: Findings): readonly StructurePart[] | undefined {
  const sent = message.segmentAt(0)?.fieldRaw(9) ?? "";
  const { messageCode, triggerEvent, structure } = messageType(message, sent);
  if (!isMessageCode(messageCode) || !isTriggerOf(messageCode, triggerEvent)) {
    const text = "MSH-9 names no message type and event of HL7 v2: only fields are checked.";
    findings.add("error", "unknown-event", 0, text, { field: 9 });
    return undefined;
  }
  const possible = structuresOf(messageCode, triggerEvent);
  for (const name of possible) {
    const parts = grammar.structure(name);
    if (parts === undefined) continue;
    if (structure !== "" && !possible.includes(structure)) {
      const known = possible.filter((each) => grammar.structure(each) !== undefined).join(" or ");
      const text = `MSH-9.3 names a structure that is not the event's: ${known}.`;
      findings.add("warning", "wrong-structure", 0, text, { field: 9, repetition: 1, component: 3 });
    }
    return parts;
  }
  const parts = grammar.structure(structure) ?? grammar.structure(messageCode);
  if (parts !== undefined) return parts;
  const text = `Version ${grammar.version} knows no structure of this message type and event: only fields are checked.`;
  findings.add("info", "unknown-structure", 0, text, { field: 9 });
  return undefined;
}

function checkSegments(
  message: Message,
  grammar: Grammar,
  structure: readonly StructurePart[] | undefined,
  findings: Findings,
): void {
  let last = 0;
  const toCome = countsById(message);
  const walk =
    structure &&
    new StructureWalk(structure, {
      isToCome: (id) => (toCome.get(id) ?? 0) > 0,
      missing(id, group) {
        const where = group === "" ? "" : ` in its group ${group}`;
        findings.addMissing(id, last, `${id} is required here${where}.`);
      },
    });
  for (let index = 0; index < message.segmentCount && !findings.isFull; index++) {
    const id = message.idAt(index);
    toCome.set(id, (toCome.get(id) ?? 0) - 1);
    if (id === "") {
      findings.add("error", "unreadable-segment", index, "This line does not begin with the id of a segment.");
      continue;
    }
    if (id.startsWith("Z")) continue;
    if (grammar.segment(id) === undefined) {
      const text = `Version ${grammar.version} has no segment of this name. A local one would begin with Z.`;
      findings.add("warning", "unknown-segment", index, text);
      continue;
    }
    if (walk !== undefined && !ANYWHERE.has(id)) checkPlace(walk, id, index, findings);
    last = index;
    const segment = message.segmentAt(index);
    if (segment !== undefined) checkFields(segment, index, grammar, findings);
  }
  walk?.end();
}

function countsById(message: Message): Map<string, number> {
  const counts = new Map<string, number>();
  for (let index = 0; index < message.segmentCount; index++) {
    const id = message.idAt(index);
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

function checkPlace(walk: StructureWalk, id: string, index: number, findings: Findings): void {
  switch (walk.place(id)) {
    case "placed":
      break;
    case "out-of-place":
      findings.add("error", "segment-order", index, `${id} stands where a message of this type does not have it.`);
      break;
    case "repeats":
      findings.add("error", "segment-repeats", index, `${id} may not stand here again.`);
      break;
    case "unexpected":
      findings.add("warning", "unexpected-segment", index, `${id} is no part of a message of this type.`);
      break;
  }
}
