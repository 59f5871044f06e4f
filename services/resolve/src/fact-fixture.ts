import type { FactContent, FactKind, FactOf, FactSnapshot, FactStatement, Observation } from "@chesil/model";
import fc from "fast-check";

/** Histories of facts, for tests. */

export type Spoken = {
  readonly journalId: number;
  readonly minute: number;
  readonly facts: FactStatement[];
  readonly snapshots: FactSnapshot[];
};

export const momentOf = ({ journalId, minute }: Spoken) => ({
  recordedAt: new Date(Date.UTC(2026, 4, 1, 8, minute)).toISOString(),
  journalId,
});

export const contact = (name: string): FactContent => ({ kind: "relationship", role: "contact", name });

/** `text`: what it says; left out, the message speaks of the document without its parts. */
export const note = (title: string, text?: string): FactContent => ({
  kind: "document",
  type: { codings: [], text: "Letter" },
  title,
  status: "final",
  ...(text !== undefined && {
    parts: [{ location: "OBX[1]-5", contentType: "text/plain", encoding: "text", bytes: text.length, text }],
  }),
});

/** `OBX|1|NM|HB^Haemoglobin^L||98||||||F` in few words. */
export const found = (code: string, value?: string, rest: Partial<Observation> = {}): Observation => ({
  code: { codings: [{ system: "L", code }] },
  valueType: "NM",
  ...(value !== undefined && { value }),
  status: "final",
  ...rest,
});

/** `documents`: of the observations that have one in place of a value, the codes. */
export const report = (
  observations: Observation[],
  rest: Partial<FactOf<"result">> = {},
  documents: readonly [title: string, text: string][] = [],
): FactOf<"result"> => ({
  kind: "result",
  code: { codings: [{ system: "L", code: "FBC" }] },
  status: "final",
  observations,
  ...(documents.length > 0 && {
    documents: documents.map(([title, text]) => ({
      location: "OBX[1]-5",
      contentType: "text/plain",
      encoding: "text" as const,
      bytes: text.length,
      title,
      text,
    })),
  }),
  ...rest,
});

const observation: fc.Arbitrary<Observation> = fc
  .record({
    code: fc.constantFrom("HB", "WBC", "REP"),
    subId: fc.constantFrom(undefined, undefined, "1", "2"),
    valueType: fc.constantFrom("NM", "NM", "TX"),
    value: fc.constantFrom(undefined, "one", "two", "three"),
    status: fc.constantFrom<Observation["status"]>(
      "preliminary",
      "final",
      "corrected",
      "cancelled",
      "entered-in-error",
    ),
  })
  .map(({ code, subId, valueType, value, status }) =>
    found(code, status === "entered-in-error" ? undefined : value, {
      valueType,
      status,
      ...(subId !== undefined && { subId }),
    }),
  );

/** What messages say of one report. */
export const reports: fc.Arbitrary<FactOf<"result">> = fc
  .record({
    observations: fc.array(observation, { maxLength: 4 }),
    note: fc.constantFrom("w", "x"),
    document: fc.constantFrom(undefined, undefined, "one", "two"),
  })
  .map(({ observations, note, document }) =>
    report(
      document === undefined ? observations : [...observations, found("IMG", undefined, { valueType: "ED" })],
      { notes: [note] },
      document === undefined ? [] : [["IMG", document]],
    ),
  );

/** Few keys, so that statements meet. */
const key = fc.constantFrom("A", "B", "C");

const contentOf = (kind: FactKind): fc.Arbitrary<FactContent> =>
  kind === "result"
    ? reports
    : fc
        .tuple(
          fc.constantFrom(..."wxyz"),
          fc.constantFrom(undefined, "one", "two"),
          fc.constantFrom(undefined, undefined, "R", "U"),
        )
        .map(([title, text, kept]) =>
          kind === "document" ? { ...note(title, text), ...(kept && { confidentiality: kept }) } : contact(title),
        );

const statement = (kind: FactKind): fc.Arbitrary<FactStatement> =>
  fc
    .record(
      {
        key,
        action: fc.constantFrom<FactStatement["action"]>("state", "state", "replace", "addend", "retract"),
        relatesTo: key,
        visitNumber: fc.constantFrom("V1", "V2"),
        content: contentOf(kind),
      },
      { requiredKeys: ["key", "action", "content"] },
    )
    .chain((each) =>
      fc.constantFrom(undefined, undefined, "300", "360").map((visitSpecialty) => ({
        ...each,
        content: { ...each.content, ...(visitSpecialty && { visitSpecialty }) },
      })),
    )
    .map((each) => (each.action === "retract" ? { ...each, content: takenBack(each.content) } : each));

/** A result is retracted by a message that says of all it names that it is wrong. */
function takenBack(content: FactContent): FactContent {
  if (content.kind !== "result") return content;
  const observations = content.observations.map(({ value, ...each }) => ({
    ...each,
    status: "entered-in-error" as const,
  }));
  const { documents, ...rest } = content;
  return { ...rest, observations };
}

const said = fc
  .record({
    kind: fc.constantFrom<FactKind>("document", "relationship", "result"),
    snapshot: fc.constantFrom(undefined, undefined, "", "V1"),
  })
  .chain(({ kind, snapshot }) =>
    fc.uniqueArray(statement(kind), { maxLength: 3, selector: (each) => each.key }).map((facts) => ({
      facts,
      snapshots: snapshot === undefined ? [] : [{ kind, ...(snapshot !== "" && { visitNumber: snapshot }) }],
    })),
  );

/** Some messages in the order they were recorded, and in the order they arrived. */
export const histories: fc.Arbitrary<[sent: Spoken[], arrived: Spoken[]]> = fc
  .array(said, { minLength: 1, maxLength: 7 })
  .map((all) => all.map((each, index): Spoken => ({ ...each, journalId: index + 1, minute: index })))
  .chain((all) =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
  );
