import type { FactContent, FactStatement } from "@chesil/model";
import { codeAt } from "../map/visit.ts";
import type { Segment } from "../message/segment.ts";
import type { Reading } from "./reading.ts";

/** What was found, done or written while somebody was somewhere. The rest is the patient's, wherever it is said. */
const OF_VISITS: ReadonlySet<FactContent["kind"]> = new Set([
  ...(["result", "measurement", "document", "referral", "appointment", "medication"] as const),
  ...(["condition", "procedure", "accident"] as const),
]);

/**
 * The facts, with the specialty that PV1 tells of their visit: a result of a clinic whose entries are confidential is so where
 * the visit has no number by which it could be looked up, and where a later word leaves it out.
 */
export function withVisitSpecialty(
  facts: readonly FactStatement[],
  segments: readonly Segment[],
  reading: Reading,
): FactStatement[] {
  const pv1 = segments.find(({ id }) => id === "PV1");
  const visitSpecialty = pv1 && codeAt(pv1, 10, "specialty", reading);
  if (visitSpecialty === undefined) return [...facts];
  const isSaid = (content: FactContent) => "specialty" in content && content.specialty === visitSpecialty;
  return facts.map((fact) =>
    OF_VISITS.has(fact.content.kind) && !isSaid(fact.content)
      ? { ...fact, content: { ...fact.content, visitSpecialty } }
      : fact,
  );
}
