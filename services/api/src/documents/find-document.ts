import { isFactPermitted, permittedFact, type Viewer } from "@chesil/access";
import type { DocumentPart, FactContent } from "@chesil/model";
import { readMessagesOfDocuments, readVersionedFacts, type VersionedFact } from "@chesil/store";
import type { Deps } from "../deps.ts";

/** The n-th document of a fact, from 1, and the message in which it stands. */
export type FoundDocument = {
  readonly fact: VersionedFact;
  readonly n: number;
  readonly part: DocumentPart;
  readonly parts: readonly DocumentPart[];
  readonly journalId: number;
};

/** The documents of a fact, in the order in which they are numbered. */
export function documentsOf(content: FactContent): readonly DocumentPart[] {
  if (content.kind === "document") return content.parts ?? [];
  return content.kind === "result" ? (content.documents ?? []) : [];
}

/**
 * A document, past the gate: as the person's whose fact it is now, and as far as this viewer may see facts like it. The
 * look is audited. Undefined for what is not there and for what may not be shown, alike.
 */
export async function findDocument(
  { database, gate }: Pick<Deps, "database" | "gate">,
  viewer: Viewer,
  { factId, n }: { factId: number; n: number },
  action: string,
): Promise<FoundDocument | "role" | undefined> {
  const { pool } = database;
  const [fact] = await readVersionedFacts(pool, { factIds: [factId], limit: 1 });
  const detail = { fact: String(factId), document: n };
  const permitted = await gate.persons(viewer, fact ? [fact.personId] : [], action, detail);
  if (!permitted.allowed) return "role";
  if (!fact || !permitted.personIds.has(fact.personId)) return undefined;
  const view = permitted.viewOf(fact.personId);
  // The one place that decides of a document: whether a fact like this may be shown at all, and its documents with it.
  const gated = { ...fact, recordedAt: fact.recordedAt.toISOString() };
  if (view.closedFeeds.has(fact.feed) || !isFactPermitted(view, gated)) return undefined;
  const shown = permittedFact(view, fact);
  const parts = documentsOf(shown.content);
  const part = parts[n - 1];
  const journalId = part && (await readMessagesOfDocuments(pool, factId))[n - 1];
  return part && journalId !== undefined ? { fact: shown, n, part, parts, journalId } : undefined;
}
