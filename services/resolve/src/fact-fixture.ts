import type { FactContent, FactKind, FactSnapshot, FactStatement } from "@chesil/model";
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

/** Few keys, so that statements meet. */
const key = fc.constantFrom("A", "B", "C");

const statement = (kind: FactKind): fc.Arbitrary<FactStatement> =>
  fc.record(
    {
      key,
      action: fc.constantFrom<FactStatement["action"]>("state", "state", "replace", "addend", "retract"),
      relatesTo: key,
      visitNumber: fc.constantFrom("V1", "V2"),
      content: fc
        .tuple(fc.constantFrom(..."wxyz"), fc.constantFrom(undefined, "one", "two"))
        .map(([title, text]) => (kind === "document" ? note(title, text) : contact(title))),
    },
    { requiredKeys: ["key", "action", "content"] },
  );

const said = fc
  .record({
    kind: fc.constantFrom<FactKind>("document", "relationship"),
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
