import type { Evidence } from "@chesil/matching";

/** Of what forbids a link (`VETOES`), that which says "another patient", and not only that something is missing. */
const CONTRADICTIONS: ReadonlySet<string> = new Set([
  "different-nhs-numbers",
  "birth-date-differs",
  "parent-and-child",
  "household",
]);

/**
 * Whether two records that are one patient's look like two: another valid NHS number, or another birth date. Another
 * name alone does not: people marry, and babies are named.
 */
export const isContradiction = ({ veto }: Evidence): boolean => veto !== undefined && CONTRADICTIONS.has(veto);
