import { type Permitted, type PersonView, permittedSource } from "@chesil/access";
import { type Client, readRecordsById } from "@chesil/store";

/** What a record is called by, and of whom it tells. */
export type NamedRecord = {
  readonly sourceRecordId: number;
  readonly authority: string;
  readonly localId: string;
  readonly personIds: readonly string[];
};

/** The records by the names that may be told: of who is kept closely that of a GP practice is none. */
export async function readToldNames(
  client: Client,
  records: readonly NamedRecord[],
  viewOf: Extract<Permitted, { allowed: true }>["viewOf"],
): Promise<Map<number, { readonly authority: string; readonly localId: string }>> {
  const views = new Map<number, PersonView>();
  for (const { sourceRecordId, personIds } of records)
    for (const view of personIds.map(viewOf)) if (view.isPartial) views.set(sourceRecordId, view);
  const rows = views.size > 0 ? await readRecordsById(client, [...views.keys()]) : [];
  return new Map([
    ...records.map(({ sourceRecordId, authority, localId }) => [sourceRecordId, { authority, localId }] as const),
    ...rows.flatMap(({ sourceRecordId, authority, localId, feed }) => {
      const view = views.get(sourceRecordId);
      return view ? [[sourceRecordId, permittedSource(view, { authority, localId, feed })] as const] : [];
    }),
  ]);
}
