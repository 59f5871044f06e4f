import type { FactStatement } from "@chesil/model";
import type { Segment } from "../message/segment.ts";
import { conceptKey } from "./concept.ts";
import { contentKey } from "./fact-key.ts";
import { FACTS_MAX } from "./limits.ts";
import { observationOf, runsOf } from "./observation.ts";
import { placeName, type Reading } from "./reading.ts";
import { SegmentReader, said } from "./segment-reader.ts";

/** OBX outside a report: a height, a weight, a flag. */
export function measurementFacts(segments: readonly Segment[], reading: Reading): FactStatement[] {
  const { runs } = runsOf(segments);
  const beyond = runs[FACTS_MAX]?.run[0];
  if (beyond !== undefined) {
    const text = `Only the first ${FACTS_MAX} measurements of a patient are stated.`;
    reading.warnings.add(placeName(beyond, 5, reading), "ignored", text);
  }
  return runs.slice(0, FACTS_MAX).flatMap(({ run, notes }) => {
    const reader = new SegmentReader(run[0], reading);
    const { observation, parts } = observationOf(reader, run, notes);
    if (parts.length > 0) reader.warn(5, "ignored", "A document outside of a report is not stated.");
    if (observation === undefined) return [];
    const { code, value, subId, observedAt, status } = observation;
    if (value === undefined && conceptKey(code) === "") return [];
    // Without a time of its own it is the visit's: next time the patient is weighed, that is another weight.
    const when = observedAt ?? reading.visitNumber;
    return said<FactStatement>({
      key: contentKey("measurement", conceptKey(code), subId, when),
      action: status === "entered-in-error" ? "retract" : "state",
      relatesTo: undefined,
      visitNumber: reading.visitNumber,
      content: { kind: "measurement", observation },
    });
  });
}
