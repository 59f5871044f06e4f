import type { Basic } from "../clinical-resources.ts";
import { wordsOf } from "../code-system.ts";
import type { Extension } from "../datatypes.ts";
import { fhirDate } from "../date-time.ts";
import { CODE_SYSTEM, EXTENSION, PROFILE } from "../uk-core.ts";
import { readable, withoutEmpty } from "../without-empty.ts";
import { type SourceOf, Telling } from "./telling.ts";

/** Basic: what FHIR has no type for. It has no status either: what is retracted keeps its heading and says nothing else. */

export function accidentOf(source: SourceOf<"accident">): Basic {
  const { content } = source;
  const heading = `Accident: ${wordsOf(content.code) ?? readable(content.text) ?? "not stated"}`;
  return basicOf(source, { coding: { code: "accident", display: "Accident" }, heading }, (telling) => {
    const about = telling.concept("Kind", content.code);
    telling.note("Occurred", content.occurredAt);
    telling.note("Where", content.location);
    telling.note("What happened", content.text);
    return about ? [{ url: EXTENSION.about, valueCodeableConcept: about }] : [];
  });
}

export function localFactOf(source: SourceOf<"local">): Basic {
  const { content } = source;
  const heading = readable(content.name) ?? "Local fact";
  const coding = { code: "local", display: "Local fact" };
  return basicOf(source, { coding, text: content.name, heading }, (telling) => {
    const about = telling.concept("Meaning", content.concept);
    const valueString = telling.text("Value", content.value);
    return [
      ...(valueString ? [{ url: EXTENSION.value, valueString }] : []),
      ...(about ? [{ url: EXTENSION.about, valueCodeableConcept: about }] : []),
    ];
  });
}

type What = {
  readonly coding: { readonly code: string; readonly display: string };
  readonly text?: string;
  readonly heading: string;
};

function basicOf(
  source: SourceOf<"accident"> | SourceOf<"local">,
  { coding, text, heading }: What,
  tell: (telling: Telling) => Extension[],
): Basic {
  const telling = new Telling(source);
  const isRetracted = source.state === "retracted";
  return withoutEmpty<Basic>({
    resourceType: "Basic",
    ...telling.head(PROFILE.basic),
    extension: isRetracted ? undefined : tell(telling),
    code: { coding: [{ system: CODE_SYSTEM.factKind, ...coding }], text },
    subject: telling.patient,
    created: fhirDate(source.recordedAt.slice(0, 10)),
    text: telling.narrative(isRetracted ? coding.display : heading, false),
  });
}
