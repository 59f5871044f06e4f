import type { FactContent } from "@chesil/model";
import type { Client } from "./client.ts";
import type { StoredResult } from "./fact-read.ts";

/**
 * The messages in which the documents of a fact stand, each in its place: a document's parts are all those of the message
 * that carried parts last, a result's are each of the message that said it. Empty where there are none.
 */
export async function readMessagesOfDocuments(client: Client, factId: number): Promise<number[]> {
  const { rows } = await client.query<{ content: FactContent; journal_id: number; parts_by: number | null }>(
    "select content, journal_id, parts_by from fact where fact_id = $1",
    [factId],
  );
  const [fact] = rows;
  if (fact?.content.kind === "document") {
    const journalId = fact.parts_by ?? fact.journal_id;
    return (fact.content.parts ?? []).map(() => journalId);
  }
  if (fact?.content.kind !== "result") return [];
  return ((fact.content as StoredResult).documents ?? []).map(({ said }) => said?.journalId ?? fact.journal_id);
}

/** Messages that may be the earlier parts of one that was sent in parts, in order: what became of it became of them with it. */
export async function readMessagesSettledWith(client: Client, journalId: number): Promise<number[]> {
  const { rows } = await client.query<{ journal_id: number }>(
    `select part.journal_id from outcome whole join outcome part
       on part.source_record_id = whole.source_record_id and part.decided_by = whole.decided_by
       and part.journal_id < whole.journal_id
     where whole.journal_id = $1 order by part.journal_id`,
    [journalId],
  );
  return rows.map((row) => row.journal_id);
}
