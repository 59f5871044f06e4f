import type { FactOf, FactStatement, Party } from "@chesil/model";
import type { Segment } from "../message/segment.ts";
import { contentKey, numberKey } from "./fact-key.ts";
import { notesIn } from "./notes.ts";
import type { Reading } from "./reading.ts";
import { partyOf, SegmentReader, said } from "./segment-reader.ts";

/** RF1 with its PRD: who asks whom to see the patient, and what became of it. */

type Referral = FactOf<"referral">;

/** RF1-1, table 0283, and what senders write beside it. */
const STATUSES = new Map<string, Referral["status"]>([
  ["A", "accepted"],
  ["P", "pending"],
  ["R", "rejected"],
  ["E", "expired"],
  ["C", "cancelled"],
  ["X", "cancelled"],
]);

const STATUS = 1;
const SPECIALTY_OF_PV1 = 10;

/** The referral of a message. RF1 and PRD stand before PID, so that the whole message is read. */
export function referralFacts(messageCode: string, trigger: string, reading: Reading): FactStatement[] {
  const segments = reading.message.segments();
  const rf1 = segments.find((segment) => segment.id === "RF1");
  if (rf1 === undefined) {
    reading.warnings.add("RF1", "structure", "There is no RF1, so no referral is stated.");
    return [];
  }
  const reader = new SegmentReader(rf1, reading);
  // Only who refers can cancel; the answer to a cancellation says what became of it.
  const isCancelled = messageCode === "REF" && trigger === "I14";
  const content = referralOf(reader, segments, isCancelled, reading);
  const number = reader.number(6) ?? reader.number(11);
  const { requestedAt, referredBy, referredTo } = content;
  const key =
    number === undefined
      ? contentKey("referral", requestedAt, partyKey(referredBy), partyKey(referredTo))
      : // Who refers and who is referred to both speak of it by one number.
        numberKey("referral", number.sharedKey);
  return [
    said<FactStatement>({
      key,
      action: "state",
      relatesTo: undefined,
      visitNumber: reading.visitNumber,
      content,
    }),
  ];
}

function referralOf(
  reader: SegmentReader,
  segments: readonly Segment[],
  isCancelled: boolean,
  reading: Reading,
): Referral {
  const pv1 = segments.find((segment) => segment.id === "PV1");
  return said<Referral>({
    kind: "referral",
    sentStatus: reader.code(STATUS),
    status: isCancelled ? "cancelled" : statusOf(reader),
    priority: reader.code(2),
    type: reader.concept(3),
    reason: reader.concept(10),
    specialty: pv1 === undefined ? undefined : new SegmentReader(pv1, reading).code(SPECIALTY_OF_PV1),
    requestedAt: reader.when(7),
    receivedAt: reader.when(9),
    expiresAt: reader.when(8),
    referredBy: providerIn("RP", segments, reading),
    referredTo: providerIn("RT", segments, reading),
    notes: notesIn(trailingNotes(segments), reading),
  });
}

function statusOf(reader: SegmentReader): Referral["status"] {
  const code = reader.code(STATUS);
  if (code === undefined) return "unknown";
  const status = STATUSES.get(code.toUpperCase());
  if (status === undefined) reader.warn(STATUS, "bad-code", "The status is not one of table 0283.");
  return status ?? "unknown";
}

/** PRD-1, table 0286: RP refers, RT is referred to. A provider may have several roles. */
function providerIn(role: "RP" | "RT", segments: readonly Segment[], reading: Reading): Party | undefined {
  for (const segment of segments) {
    if (segment.id !== "PRD") continue;
    const reader = new SegmentReader(segment, reading);
    if (!reader.texts(1).some((each) => each.toUpperCase() === role)) continue;
    // A person, else the organisation (PRD-10 since 2.7) or the place (PL.4) that is named in their stead.
    return partyOf(reader.text(7), reader.name(2) ?? reader.text(10) ?? reader.text(4, 4) ?? reader.text(4, 9));
  }
  return undefined;
}

/** Comments on the referral itself end the message; those before stand under what they comment on. */
function trailingNotes(segments: readonly Segment[]): Segment[] {
  const last = segments.findLastIndex(({ id }) => id !== "NTE" && id !== "" && !id.startsWith("Z"));
  const isOwn = ["PID", "PV1", "PV2", "RF1", "PRD", "CTD", "AUT"].includes(segments[last]?.id ?? "");
  return isOwn ? segments.slice(last + 1) : [];
}

function partyKey(party: Party | undefined): string | undefined {
  return party?.code ?? party?.display;
}
