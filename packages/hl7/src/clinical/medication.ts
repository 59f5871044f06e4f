import type { FactOf, FactStatement } from "@chesil/model";
import type { Segment } from "../message/segment.ts";
import { conceptKey, conceptText } from "./concept.ts";
import { contentKey, numberKey } from "./fact-key.ts";
import { FACTS_MAX, PARTS_MAX } from "./limits.ts";
import { notesIn } from "./notes.ts";
import { isReplaced, isReplacement, orderStatus } from "./order-control.ts";
import type { Reading } from "./reading.ts";
import { SegmentReader, said } from "./segment-reader.ts";
import { legacyTimingOf, type Timing, timingOf } from "./timing.ts";

/** ORC with RXO, RXE or RXD: medicines as they are ordered, encoded by the pharmacy, and dispensed. */

type Medication = FactOf<"medication">;

/** Where each segment keeps the same things. */
interface Fields {
  readonly code: number;
  readonly dose?: readonly [least: number, most: number, units: number];
  readonly form: number;
  readonly instructions?: number;
  readonly quantity: readonly [amount: number, units: number];
  readonly strength: readonly [amount: number, units: number];
  readonly prescriber?: number;
}

const FIELDS: Readonly<Record<string, Fields>> = {
  RXO: { code: 1, dose: [2, 3, 4], form: 5, instructions: 7, quantity: [11, 12], strength: [18, 19], prescriber: 14 },
  RXE: { code: 2, dose: [3, 4, 5], form: 6, instructions: 7, quantity: [10, 11], strength: [25, 26], prescriber: 13 },
  RXD: { code: 2, form: 6, quantity: [4, 5], strength: [16, 17] },
};

/** An ORC and what follows it up to the next; from the second RXE or RXD on, which some senders repeat, without one. */
interface MedicationGroup {
  readonly orc: SegmentReader | undefined;
  readonly segments: readonly Segment[];
}

interface ReadMedication {
  readonly group: MedicationGroup;
  /** The order number, where there is one. */
  readonly number: string | undefined;
  readonly content: Medication;
  /** RXD-1. */
  readonly counter: string | undefined;
}

/** Whether the message orders medicines: ORM^O01 orders anything. */
export function hasMedication(segments: readonly Segment[]): boolean {
  return segments.some(({ id }) => id === "RXO");
}

/** The medicines of a patient's segments, by the segment that the message is about: RXD in RDS, RXE or RXO elsewhere. */
export function medicationFacts(
  segments: readonly Segment[],
  stage: Medication["stage"],
  reading: Reading,
): FactStatement[] {
  const groups = medicationGroups(segments, reading);
  groups[FACTS_MAX]?.orc?.warn(1, "ignored", `Only the first ${FACTS_MAX} orders of a patient are read.`);
  const read = groups
    .slice(0, FACTS_MAX)
    .map((group) => medicationOf(group, stage, reading))
    .filter((each) => each !== undefined);
  const counts = new Map<string, number>();
  for (const { number } of read) {
    if (number !== undefined) counts.set(number, (counts.get(number) ?? 0) + 1);
  }
  let replaced: string | undefined;
  return read.map((medication) => {
    const { orc } = medication.group;
    const key = keyOf(medication, counts, reading);
    const relatesTo = isReplacement(orc) && replaced !== key ? replaced : undefined;
    if (isReplaced(orc)) replaced = key;
    return said<FactStatement>({
      key,
      action: relatesTo === undefined ? "state" : "replace",
      relatesTo,
      visitNumber: reading.visitNumber,
      content: medication.content,
    });
  });
}

function medicationGroups(segments: readonly Segment[], reading: Reading): MedicationGroup[] {
  const groups: { orc: SegmentReader | undefined; segments: Segment[]; ids: Set<string> }[] = [];
  for (const segment of segments) {
    const current = groups.at(-1);
    const isAnother = (segment.id === "RXE" || segment.id === "RXD") && current?.ids.has(segment.id);
    if (segment.id === "ORC") groups.push({ orc: new SegmentReader(segment, reading), segments: [], ids: new Set() });
    else if (isAnother) groups.push({ orc: current?.orc, segments: [segment], ids: new Set([segment.id]) });
    else if (current !== undefined) {
      current.segments.push(segment);
      current.ids.add(segment.id);
    } else if (segment.id in FIELDS) groups.push({ orc: undefined, segments: [segment], ids: new Set([segment.id]) });
  }
  return groups;
}

function medicationOf(
  group: MedicationGroup,
  stage: Medication["stage"],
  reading: Reading,
): ReadMedication | undefined {
  const { orc, segments } = group;
  const find = (id: string) => segments.findIndex((segment) => segment.id === id);
  const places = (stage === "dispense" ? ["RXD"] : ["RXE", "RXO"]).map(find).filter((place) => place >= 0);
  const primary = segments[places[0] ?? -1];
  if (primary === undefined) {
    if (!segments.some(({ id }) => id === "OBR")) orc?.warn(1, "structure", "The order names no medicine.");
    return undefined;
  }
  const rx = new SegmentReader(primary, reading);
  const blocks = blocksOf(segments, primary);
  const own = (id: string) =>
    (blocks.find((block) => block.some((segment) => segment.id === id)) ?? [])
      .filter((segment) => segment.id === id)
      .map((segment) => new SegmentReader(segment, reading));
  const rxe = segments[find("RXE")];
  const encoded = rxe === undefined ? undefined : new SegmentReader(rxe, reading);
  const timing = timingOf(own("TQ1")) ?? (encoded && legacyTimingOf(encoded, 1)) ?? (orc && legacyTimingOf(orc, 7));
  const described = primary.id === "RXD" && encoded !== undefined ? encoded : rx;
  const placer = orc?.number(2);
  const filler = orc?.number(3);
  const content = said<Medication>({
    kind: "medication",
    stage,
    placerId: placer?.id,
    fillerId: filler?.id,
    status: statusOf(stage, orc),
    ...describe(rx, described),
    ...timesOf(stage, rx, orc, timing),
    route: own("RXR")
      .map((rxr) => rxr.concept(1))
      .find((each) => each !== undefined),
    frequency: timing?.frequency,
    instructions: lines(instructionsIn(described), timing?.instructions),
    prescriber: orc?.practitioner(12) ?? prescriberIn(described),
    ingredients: ingredientsOf(own("RXC")),
    notes: notesIn(segments, reading),
  });
  const prescription = primary.id === "RXD" ? rx.text(7) : encoded?.text(15);
  // Ward and pharmacy both speak of an order by the ward's number; the other numbers are the pharmacy's own.
  const number =
    placer?.sharedKey ?? filler?.key ?? (prescription === undefined ? undefined : rx.numberOfSender(prescription));
  return { group, number, content, counter: primary.id === "RXD" ? rx.text(1) : undefined };
}

/** An active order is one thing; what was dispensed for it is done. */
function statusOf(stage: Medication["stage"], orc: SegmentReader | undefined): Medication["status"] {
  const status = orderStatus(orc) ?? "unknown";
  return stage === "dispense" && (status === "active" || status === "unknown") ? "completed" : status;
}

/**
 * The segments by what they stand under: the primary one's own first, then those before it, the nearest first. The
 * encoded order repeats route, timing and components; where it does not, those of the request hold.
 */
function blocksOf(segments: readonly Segment[], primary: Segment): Segment[][] {
  const blocks: Segment[][] = [[]];
  for (const segment of segments) {
    if (segment.id in FIELDS) {
      if (blocks.at(-1)?.includes(primary)) break;
      blocks.push([]);
    }
    blocks.at(-1)?.push(segment);
  }
  return blocks.reverse();
}

type Described = Pick<Medication, "code"> & {
  [Key in "dose" | "strength" | "form" | "quantity"]: Medication[Key] | undefined;
};

/** What it is and how much: of a dispensed medicine the dose stands in the order that came with it. */
function describe(rx: SegmentReader, described: SegmentReader): Described {
  const fields = fieldsOf(rx);
  const { dose } = fieldsOf(described);
  return {
    code: rx.concept(fields.code) ?? { codings: [] },
    dose: dose === undefined ? undefined : doseOf(described, dose),
    strength: amountOf(rx, fields.strength),
    form: rx.concept(fields.form),
    quantity: amountOf(rx, fields.quantity),
  };
}

function timesOf(
  stage: Medication["stage"],
  rx: SegmentReader,
  orc: SegmentReader | undefined,
  timing: Timing | undefined,
): { startsAt: string | undefined; endsAt: string | undefined } {
  if (stage === "dispense") return { startsAt: rx.when(3), endsAt: undefined };
  return { startsAt: timing?.startsAt ?? orc?.when(15), endsAt: timing?.endsAt };
}

function fieldsOf({ segment }: SegmentReader): Fields {
  return FIELDS[segment.id] ?? { code: 2, form: 6, quantity: [4, 5], strength: [16, 17] };
}

/** `1 tablet`, `1–2 tablet`. */
function doseOf(rx: SegmentReader, [least, most, units]: NonNullable<Fields["dose"]>): string | undefined {
  const amounts = [rx.text(least), rx.text(most)].filter((each) => each !== undefined);
  const amount = [...new Set(amounts)].join("–");
  return amount === "" ? undefined : withUnits(amount, rx, units);
}

function amountOf(rx: SegmentReader, [amount, units]: readonly [number, number]): string | undefined {
  const text = rx.text(amount);
  return text === undefined ? undefined : withUnits(text, rx, units);
}

function withUnits(amount: string, rx: SegmentReader, units: number): string {
  const concept = rx.concept(units);
  return concept === undefined ? amount : `${amount} ${conceptText(concept)}`;
}

function instructionsIn(rx: SegmentReader): string | undefined {
  const { instructions } = fieldsOf(rx);
  return instructions === undefined ? undefined : lines(...rx.concepts(instructions).map(conceptText));
}

function prescriberIn(rx: SegmentReader) {
  const { prescriber } = fieldsOf(rx);
  return prescriber === undefined ? undefined : rx.practitioner(prescriber);
}

/** RXC: what is mixed, and how much of it. */
function ingredientsOf(rxcs: readonly SegmentReader[]): NonNullable<Medication["ingredients"]> {
  rxcs[PARTS_MAX]?.warn(2, "ignored", `Only the first ${PARTS_MAX} components of a medicine are stated.`);
  return rxcs.slice(0, PARTS_MAX).flatMap((rxc) => {
    const code = rxc.concept(2);
    const amount = amountOf(rxc, [3, 4]);
    return code === undefined ? [] : [{ code, ...(amount === undefined ? {} : { amount }) }];
  });
}

function lines(...texts: readonly (string | undefined)[]): string | undefined {
  return texts.filter((each) => each !== undefined && each !== "").join("\n") || undefined;
}

/**
 * The order's own number; where several medicines of a message share it, with what is ordered. Each dispensing is a
 * fact of its own.
 */
function keyOf({ number, content, counter }: ReadMedication, counts: Map<string, number>, reading: Reading): string {
  const code = conceptKey(content.code);
  if (number === undefined) {
    return contentKey(content.stage, code, content.startsAt ?? reading.message.get("MSH", 7), counter);
  }
  if (content.stage === "dispense") return numberKey("dispense", number, code, counter ?? content.startsAt);
  return numberKey("order", number, (counts.get(number) ?? 0) > 1 ? code : undefined);
}
