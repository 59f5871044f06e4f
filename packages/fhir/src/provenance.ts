import type { Provenance } from "./clinical-resources.ts";
import type { CodeableConcept } from "./datatypes.ts";
import { metaOf, type Version } from "./patient.ts";
import { CODE_SYSTEM, PROFILE } from "./uk-core.ts";
import { readable, withoutEmpty } from "./without-empty.ts";

/** Provenance: which organisation's system said what a resource says, in which message. It names no patient. */

/** What one source said last: whose system, over which feed, in which journal entry. */
export type SaidBy = { readonly authority: string; readonly feed: string; readonly journalId: number };

export type ProvenanceSource = {
  /** The resource that it tells of. */
  readonly target: { readonly type: string; readonly id: string };
  /** When it came to be as it is (ISO instant). */
  readonly recordedAt: string;
  /** At least one; a Patient has as many as it has source records. */
  readonly saidBy: readonly [SaidBy, ...SaidBy[]];
  /** The resource of the same type whose place it takes, where there is one. */
  readonly replaces?: string | undefined;
  readonly version: Version;
};

/** The id is `${type}-${id}` of its target. */
export function provenanceOf({ target, recordedAt, saidBy, replaces, version }: ProvenanceSource): Provenance {
  const authorities = [...new Set(saidBy.map(({ authority }) => authority))];
  const feeds = [...new Set(saidBy.map(({ feed }) => feed))];
  const entries = [...new Set(saidBy.map(({ journalId }) => journalId))];
  return withoutEmpty<Provenance>({
    resourceType: "Provenance",
    id: `${target.type}-${target.id}`,
    meta: metaOf(version, PROFILE.provenance),
    target: [{ reference: `${target.type}/${target.id}`, type: target.type }],
    recorded: recordedAt,
    agent: [
      ...authorities.map((authority) => ({ type: AUTHOR, who: named("Organization", AUTHORITY, authority) })),
      ...feeds.map((feed) => ({ type: TRANSMITTER, who: named("Device", FEED, feed) })),
    ],
    entity: [
      ...entries.map((journalId) => ({
        role: "source" as const,
        what: { identifier: { system: JOURNAL, value: String(journalId) }, display: `Message ${journalId}` },
      })),
      ...(replaces === undefined
        ? []
        : [{ role: "revision" as const, what: { reference: `${target.type}/${replaces}`, type: target.type } }]),
    ],
  });
}

/** Who assigns local ids, feeds by their names in the configuration, and entries of the journal. */
const AUTHORITY = "urn:chesil:authorities";
const FEED = "urn:chesil:feeds";
const JOURNAL = "urn:chesil:journal";

const AUTHOR: CodeableConcept = {
  coding: [{ system: CODE_SYSTEM.provenanceParticipant, code: "author", display: "Author" }],
};
/** R4 has no code for who only passes on. */
const TRANSMITTER: CodeableConcept = { text: "Transmitter" };

function named(type: "Organization" | "Device", system: string, name: string) {
  const value = readable(name) ?? "unknown";
  return { type, identifier: { system, value }, display: value };
}
