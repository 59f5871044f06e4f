import type { EntryTexts } from "./entry-texts.ts";

/**
 * What several patients of a Bundle refer to is copied into the part of each: an organisation, a medicine, and maybe a
 * document of megabytes. All parts together have at most as many times the Bundle's bytes. A Bundle of so many patients is
 * never over it, which is why the number is told to its sender.
 */
export const COPIED_TIMES_MAX = 10;

export const OVER_COPIED =
  `What its patients share, a copy for each, comes to more than ${COPIED_TIMES_MAX} times the Bundle. Send the patients in Bundles of ` +
  `at most ${COPIED_TIMES_MAX}, or link what they share instead of having it in the Bundle.`;

/**
 * Which parts are too many: those that have the most of what others have too, and are beyond the limit with all that have
 * less. Who shares nothing always goes on. Decided by sizes, before a part is made.
 * @param parts the entries of each. @param limit in bytes. @returns places in `parts`.
 */
export function overCopied(parts: readonly (readonly number[])[], texts: EntryTexts, limit: number): Set<number> {
  const holders = new Map<number, number>();
  for (const entry of parts.flat()) holders.set(entry, (holders.get(entry) ?? 0) + 1);
  const sharedBytes = (entries: readonly number[]) =>
    entries.reduce((sum, entry) => sum + ((holders.get(entry) ?? 0) > 1 ? texts.sizeOf(entry) : 0), 0);
  const measured = parts.map((entries, part) => ({
    part,
    shared: sharedBytes(entries),
    size: texts.bundleOf(entries).size,
  }));
  const over = new Set<number>();
  let total = 0;
  for (const { part, size } of measured.sort((one, other) => one.shared - other.shared || one.part - other.part)) {
    if (total + size > limit) over.add(part);
    else total += size;
  }
  return over;
}
