import type { FactOf } from "@chesil/model";
import type { SegmentReader } from "./segment-reader.ts";

/** ORC-1 and ORC-5: what is done with an order, and how it stands. */

type Status = FactOf<"medication">["status"];

const CONTROL = 1;
const ORDER_STATUS = 5;

/** ORC-1, table 0119. What is not here (status changes, observations, requests) leaves it to ORC-5. */
const CONTROLS = new Map<string, Status>([
  ...["NW", "OK", "RO", "XO", "XX", "XR", "SN", "NA", "RL", "OE", "OR", "PA", "CH", "RF", "AF"].map(
    (code) => [code, "active"] as const,
  ),
  ...["CA", "OC", "CR"].map((code) => [code, "cancelled"] as const),
  ...["DC", "OD", "DR", "RP", "RQ", "RU"].map((code) => [code, "stopped"] as const),
  ...["HD", "OH", "HR"].map((code) => [code, "on-hold"] as const),
  // What was asked could not be done: how the order stands is not known from this.
  ...["UA", "UC", "UD", "UF", "UH", "UM", "UN", "UR", "UX", "DE"].map((code) => [code, "unknown"] as const),
]);

/** ORC-5, table 0038. */
const ORDER_STATUSES = new Map<string, Status>([
  ["A", "active"],
  ["IP", "active"],
  ["SC", "active"],
  ["CM", "completed"],
  ["CA", "cancelled"],
  ["DC", "stopped"],
  ["RP", "stopped"],
  ["HD", "on-hold"],
  ["ER", "unknown"],
]);

/** How the order stands after the message; undefined where it does not say. */
export function orderStatus(orc: SegmentReader | undefined): Status | undefined {
  if (orc === undefined) return undefined;
  const control = controlOf(orc);
  return CONTROLS.get(control ?? "") ?? ORDER_STATUSES.get(orc.code(ORDER_STATUS)?.toUpperCase() ?? "");
}

/** RP, RQ, RU: this order is replaced by those that follow with RO. */
export function isReplaced(orc: SegmentReader | undefined): boolean {
  return ["RP", "RQ", "RU"].includes(controlOf(orc) ?? "");
}

export function isReplacement(orc: SegmentReader | undefined): boolean {
  return controlOf(orc) === "RO";
}

function controlOf(orc: SegmentReader | undefined): string | undefined {
  return orc?.code(CONTROL)?.toUpperCase();
}
