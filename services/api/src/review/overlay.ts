import { compare, type Evidence, type MatchingModel, type MatchRecord, prepare } from "@chesil/matching";
import { z } from "zod";
import { matchLines } from "./match-words.ts";

/** One version of a record that was overlaid. */
const version = z.object({ messageId: z.string().nullable() });
export const overlayView = z.object({
  before: version,
  after: version,
  rows: z.array(
    z.object({ label: z.string(), before: z.string().nullable(), after: z.string().nullable(), differs: z.boolean() }),
  ),
});

const texts = z.array(z.string()).catch([]);
const storedMatchRecord = z.object({
  nhsNumber: z.object({ value: z.string(), trust: z.enum(["verified", "unverified", "invalid"]) }).optional(),
  names: z.array(z.object({ family: z.string().optional(), given: texts })).catch([]),
  birthDate: z.string().optional(),
  sex: z.enum(["male", "female", "indeterminate", "unknown"]).optional(),
  postcodes: texts,
  addressLines: texts,
  phones: texts,
  emails: texts,
  gpPractice: z.string().optional(),
});
const journalId = z.number().int().nullish().catch(null);
/** A version as the task keeps it: what matching read of the record, and the journal entry that said so. */
const storedVersion = z.union([
  z.object({ record: storedMatchRecord, journalId }),
  storedMatchRecord.extend({ journalId }).transform(({ journalId: id, ...record }) => ({ record, journalId: id })),
]);
const storedOverlay = z.object({ before: storedVersion, after: storedVersion });

export type Overlay = { readonly before: Version; readonly after: Version };
type Version = { readonly record: MatchRecord; readonly journalId: number | null };

/** Both versions of an overlaid record, from the evidence of its task; null where none were kept. */
export function overlayOf(evidence: unknown): Overlay | null {
  const parsed = storedOverlay.safeParse(evidence);
  if (!parsed.success) return null;
  const versionOf = ({ record, journalId: id }: z.infer<typeof storedVersion>): Version => ({
    record: record as MatchRecord,
    journalId: id ?? null,
  });
  return { before: versionOf(parsed.data.before), after: versionOf(parsed.data.after) };
}

export function overlayViewOf({ before, after }: Overlay): z.infer<typeof overlayView> {
  const then = matchLines(before.record);
  const now = matchLines(after.record);
  const messageId = (id: number | null) => (id === null ? null : String(id));
  return {
    before: { messageId: messageId(before.journalId) },
    after: { messageId: messageId(after.journalId) },
    rows: then.flatMap(({ label, text }, index) => {
      const other = now[index]?.text ?? null;
      return text === null && other === null ? [] : [{ label, before: text, after: other, differs: text !== other }];
    }),
  };
}

/** The two versions, compared like two records. */
export const compareVersions = ({ before, after }: Overlay, model: MatchingModel): Evidence =>
  compare(prepare(before.record), prepare(after.record), model);
