import type { FactOf } from "@chesil/model";
import { conceptKey } from "./concept.ts";
import { contentKey, numberKey } from "./fact-key.ts";
import type { ReadFact } from "./patient-segments.ts";
import { type SegmentReader, said } from "./segment-reader.ts";

/** AL1, and IAM, which gives each allergy a number and an action. */

const CODE = 3;

export function readAl1(al1: SegmentReader): ReadFact | undefined {
  const code = al1.concept(CODE);
  if (code === undefined) return undefined;
  const content = said<FactOf<"allergy">>({
    kind: "allergy",
    code,
    type: al1.code(2),
    severity: al1.code(4),
    reactions: al1.texts(5),
    certainty: undefined,
    identifiedAt: al1.when(6),
  });
  return { key: keyOfAllergen(code), content };
}

export function readIam(iam: SegmentReader): ReadFact | undefined {
  const code = iam.concept(CODE);
  const number = iam.number(7);
  if (code === undefined && number === undefined) return undefined;
  const content = said<FactOf<"allergy">>({
    kind: "allergy",
    code: code ?? { codings: [] },
    type: iam.code(2),
    severity: iam.code(4),
    reactions: iam.texts(5),
    certainty: iam.code(17),
    // Onset where it is known, else when it was reported.
    identifiedAt: iam.when(11) ?? iam.when(13),
  });
  return { key: number === undefined ? keyOfAllergen(code) : numberKey("allergy", number.key), content };
}

/** One allergen, one allergy: however it is called elsewhere in the segment. */
function keyOfAllergen(code: FactOf<"allergy">["code"] | undefined): string {
  return contentKey("allergen", conceptKey(code));
}
