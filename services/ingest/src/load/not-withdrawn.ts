import type { LoadDoubt } from "@chesil/store";
import { goneOfKind, type Stating } from "./losses.ts";

/** What a whole extract was found to be, once all of it was read. */
export type ReadExtract = {
  readonly isBundles: boolean;
  /** Rows of the feed that were known, and those of them that the file has no longer. */
  readonly known: number;
  readonly gone: number;
  /** Rows of which nobody knows whose they are. */
  readonly withoutKey: number;
  /** Refused rows whose key nobody knew: of one whose cells are shifted it is another's word, not its key. */
  readonly refusedStrangers: number;
  readonly isCut: boolean;
  /** Patients who no longer state something that stands, because of what was refused. */
  readonly holding: number;
  /** By kind of fact. */
  readonly stating: ReadonlyMap<string, Stating>;
  readonly confirmed: ReadonlySet<LoadDoubt>;
  readonly goneShareMax: number;
};

/** Why nothing is withdrawn for being in the file no longer, and what to do; undefined: it is. */
export function whyNotWithdrawn(extract: ReadExtract): string | undefined {
  const { isBundles, known, gone, withoutKey, refusedStrangers, isCut, holding, confirmed, goneShareMax } = extract;
  if (withoutKey > 0 && gone + holding === 0) return undefined;
  if (withoutKey > 0 && isBundles)
    return `${withoutKey} part(s) of the file could not be read, and nobody knows whose they are: what ${holding} patient(s) no longer state stands still, and so do the ${gone} that are gone. Mend them first.`;
  if (withoutKey > 0)
    return `${withoutKey} row(s) of the file could not be read, and may be among the ${gone} that are gone. Mend them first.`;
  if (isCut && gone > 0)
    return `The file may be cut in its last line, and what it lost may be among the ${gone} rows that are gone. Is it whole? If so, load it again with --confirm cut.`;
  if (refusedStrangers > 0 && !confirmed.has("refused"))
    return `${refusedStrangers} refused row(s) have keys that were not known, and may be among the ${gone} that are gone. Mend them first; if they are new, load it again with --confirm refused.`;
  if (confirmed.has("gone")) return undefined;
  if (gone > known * goneShareMax)
    return `${gone} of ${known} rows are gone, more than ${Math.round(goneShareMax * 100)} %. Is the file whole? If so, load it again with --confirm gone.`;
  const kind = goneOfKind(extract.stating, goneShareMax);
  return kind && `${kind} Is the file whole? If so, load it again with --confirm gone.`;
}

/** What stands for the sake of entries that were refused, though what is gone was withdrawn. */
export const heldBack = (holding: number): string | undefined =>
  holding > 0
    ? `What ${holding} patient(s) no longer state stands still: entries about them were refused. Mend them first.`
    : undefined;
