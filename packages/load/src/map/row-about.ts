import { createHash } from "node:crypto";
import type { FactStatement, SourceKey } from "@chesil/model";

/**
 * What a journal entry of a load is.
 *
 * - `ROW`: a row that is new or says something else, at the time that it tells itself, or the extract's.
 * - `CORRECTION`: the same where what is known is later than the row's own time: said at the time of the entry.
 * - `STILL`: a row that was said before still states what another took back, at the time of the entry.
 * - `GONE`: what a row stated and nobody states any more is retracted, at the time of the entry.
 */
export const ROW_TRIGGERS = ["ROW", "CORRECTION", "STILL", "GONE"] as const;
export type RowTrigger = (typeof ROW_TRIGGERS)[number];

export const isRowTrigger = (text: string): text is RowTrigger => (ROW_TRIGGERS as readonly string[]).includes(text);

/** What `STILL` and `GONE` have before the bytes of the row that they are about: one line of JSON. */
export type RowAbout = {
  /** The entry that said the row: by its place the row is read, however its feed is mapped since. Absent: by this entry's own. */
  readonly entry?: number;
  /** Names of its facts; absent: all, and who the patient is. */
  readonly facts?: readonly string[];
};

const LINE_FEED = 0x0a;

export const aboutRow = (about: RowAbout, row: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from(`${JSON.stringify(about)}\n`), row]);

/** @returns undefined where it is none. */
export function readAboutRow(raw: Uint8Array): { readonly about: RowAbout; readonly row: Uint8Array } | undefined {
  const end = raw.indexOf(LINE_FEED);
  if (end < 0) return undefined;
  try {
    const about = JSON.parse(Buffer.from(raw.subarray(0, end)).toString()) as RowAbout;
    return { about, row: raw.subarray(end + 1) };
  } catch {
    return undefined;
  }
}

/**
 * A fact by what it is known by, as a UUID: 16 bytes, whatever the length of its key. Of SHA-256 the first 128 bits.
 * @param key whose it is.
 */
export function nameOfFact({ authority, localId }: SourceKey, fact: Pick<FactStatement, "key" | "content">): string {
  const known = JSON.stringify([authority, localId, fact.content.kind, fact.key]);
  const hex = createHash("sha256").update(known).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}
