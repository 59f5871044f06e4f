import type { FactOf } from "@chesil/model";
import { conceptKey } from "./concept.ts";
import { contentKey } from "./fact-key.ts";
import type { ReadFact } from "./patient-segments.ts";
import { partyOf, type SegmentReader, said } from "./segment-reader.ts";

/** ACC and IN1: what happened to the patient, and who pays for it. */

export function readAcc(acc: SegmentReader): ReadFact | undefined {
  const content = said<FactOf<"accident">>({
    kind: "accident",
    code: acc.concept(2),
    occurredAt: acc.when(1),
    location: acc.text(3),
    text: acc.text(8),
  });
  const { code, occurredAt, location, text } = content;
  if ([code, occurredAt, location, text].every((each) => each === undefined)) return undefined;
  return { key: contentKey("accident", occurredAt, conceptKey(code), acc.reading.visitNumber), content };
}

export function readIn1(in1: SegmentReader): ReadFact | undefined {
  const content = said<FactOf<"insurance">>({
    kind: "insurance",
    plan: in1.concept(2),
    company: partyOf(in1.text(3), in1.text(4)),
    policyNumber: in1.text(36),
    startsAt: in1.when(12),
    endsAt: in1.when(13),
  });
  const { plan, company, policyNumber } = content;
  if (plan === undefined && company === undefined && policyNumber === undefined) return undefined;
  return { key: contentKey("insurance", conceptKey(plan), company?.code ?? company?.display, policyNumber), content };
}
