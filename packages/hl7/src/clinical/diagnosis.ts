import type { Concept, FactOf } from "@chesil/model";
import { conceptKey } from "./concept.ts";
import { contentKey, numberKey } from "./fact-key.ts";
import type { ReadFact } from "./patient-segments.ts";
import { type SegmentReader, said } from "./segment-reader.ts";

/** DG1 and PR1: what the patient has, and what was done about it. */

const CODE = 3;
/** What it is called, where the code does not say so (until 2.7). */
const DESCRIPTION = 4;
const AT = 5;

export function readDg1(dg1: SegmentReader): ReadFact | undefined {
  const code = codeWithDescription(dg1);
  const number = dg1.number(20);
  if (code === undefined) return undefined;
  const content = said<FactOf<"condition">>({
    kind: "condition",
    code,
    type: dg1.code(6),
    priority: dg1.text(15),
    diagnosedAt: dg1.when(AT),
    clinician: dg1.practitioner(16),
  });
  const { visitNumber } = dg1.reading;
  const key =
    number === undefined
      ? contentKey("condition", conceptKey(code), content.type, content.diagnosedAt, visitNumber)
      : numberKey("condition", number.key);
  return { key, content };
}

export function readPr1(pr1: SegmentReader): ReadFact | undefined {
  const code = codeWithDescription(pr1);
  const number = pr1.number(19);
  if (code === undefined) return undefined;
  const content = said<FactOf<"procedure">>({
    kind: "procedure",
    code,
    performedAt: pr1.when(AT),
    performer: pr1.practitioner(11) ?? pr1.practitioner(12),
    priority: pr1.text(14),
  });
  const { visitNumber } = pr1.reading;
  const key =
    number === undefined
      ? contentKey("procedure", conceptKey(code), content.performedAt, visitNumber)
      : numberKey("procedure", number.key);
  return { key, content };
}

function codeWithDescription(reader: SegmentReader): Concept | undefined {
  const code = reader.concept(CODE);
  if (code?.text !== undefined) return code;
  const text = reader.text(DESCRIPTION);
  if (text === undefined) return code;
  return { codings: code?.codings ?? [], text };
}
