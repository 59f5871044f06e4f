import type { Segment } from "../message/segment.ts";

/** One order of a message: OBR with what belongs to it. */
export interface OrderGroup {
  /** The ORC directly before it. */
  readonly orc: Segment | undefined;
  readonly obr: Segment;
  /** What follows up to the next order. */
  readonly segments: readonly Segment[];
}

/** What may stand under an OBR. Anything else ends the order: a referral goes on with PV1 and its own comments. */
const UNDER_ORDER = new Set("OBX NTE SPM SAC TQ1 TQ2 CTD PRT FT1 CTI BLG CON DSC ADD".split(" "));

/** The orders among a patient's segments, and what stands outside of them. */
export function orderGroups(segments: readonly Segment[]): { orders: OrderGroup[]; outside: Segment[] } {
  const orders: { orc: Segment | undefined; obr: Segment; segments: Segment[] }[] = [];
  const outside: Segment[] = [];
  let orc: Segment | undefined;
  let isInOrder = false;
  for (const segment of segments) {
    if (segment.id === "ORC") {
      orc = segment;
      isInOrder = false;
    } else if (segment.id === "OBR") {
      orders.push({ orc, obr: segment, segments: [] });
      orc = undefined;
      isInOrder = true;
    } else if (isInOrder && (UNDER_ORDER.has(segment.id) || isAnywhere(segment))) {
      orders.at(-1)?.segments.push(segment);
    } else {
      isInOrder = false;
      outside.push(segment);
    }
  }
  return { orders, outside };
}

/** Local segments, and lines that are none, end nothing. */
function isAnywhere({ id }: Segment): boolean {
  return id === "" || id.startsWith("Z");
}
