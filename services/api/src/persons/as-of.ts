import { HISTORY_FIELDS } from "@chesil/model";
import type { PersonAsOf, StoredPerson } from "@chesil/store";
import { z } from "zod";
import type { ValuesAsOf } from "./as-of-values.ts";
import { goldenView } from "./golden-view.ts";

export const asOfView = z.object({
  at: z.iso.datetime(),
  /** `missing`: there was no such person yet; `redirected`: their records were another person's. */
  state: z.enum(["missing", "active", "redirected"]),
  /** Which source records were this person's own then, and by what. */
  links: z.array(
    z.object({
      sourceRecordId: z.string(),
      authority: z.string(),
      localId: z.string(),
      since: z.iso.datetime(),
      kind: z.string(),
      by: z.string(),
      isTheirsNow: z.boolean(),
    }),
  ),
  /** Where a request for this person led then, and where it leads now; null: to themselves. */
  replacedByThen: z.string().nullable(),
  replacedByNow: z.string().nullable(),
  /** What was true of them then, by what their sources have said until now: names, addresses and all other demographics. */
  values: goldenView,
  /**
   * Fields of which that is not certain: a source said several values of one in turns, and so much of it since that not every
   * statement of that time is kept.
   */
  unsure: z.array(z.enum(HISTORY_FIELDS)),
  /** What is not known of that time. */
  note: z.string(),
});

const NOTE =
  "Demographics by the times at which sources recorded them, as messages say them: a change of which no message spoke is not " +
  "known, and of a field under unsure it is not certain what was so. What was known here then is another question: known-at. Everything outside `asOf` is as it is now.";

/**
 * Who the person was at a time, for a screen.
 * @param shown the persons whom the gate has let through: a record that is somebody else's by now is named where they are
 * among them, by what `names` calls it.
 */
export function asOfViewOf(
  found: PersonAsOf,
  {
    personId,
    at,
    replacedByNow,
    shown,
    values,
    names,
  }: {
    readonly personId: StoredPerson["personId"];
    readonly at: Date;
    readonly replacedByNow: string | null;
    readonly shown: ReadonlySet<string>;
    readonly values: ValuesAsOf;
    readonly names: ReadonlyMap<number, { readonly authority: string; readonly localId: string }>;
  },
): z.infer<typeof asOfView> {
  const links = found.state === "active" ? found.links.filter((link) => shown.has(link.personIdNow)) : [];
  return {
    at: at.toISOString(),
    state: found.state,
    links: links.map((link) => ({
      sourceRecordId: String(link.sourceRecordId),
      authority: names.get(link.sourceRecordId)?.authority ?? "",
      localId: names.get(link.sourceRecordId)?.localId ?? "",
      since: link.since.toISOString(),
      kind: link.kind,
      by: link.decidedBy,
      isTheirsNow: link.personIdNow === personId,
    })),
    replacedByThen: found.state === "redirected" && shown.has(found.replacedBy) ? found.replacedBy : null,
    replacedByNow,
    values: values.golden,
    unsure: [...values.unsure],
    note: NOTE,
  };
}

/** The persons that such an answer names besides the one asked for. */
export function personsAsOf(found: PersonAsOf): string[] {
  if (found.state === "redirected") return [found.replacedBy];
  return found.state === "active" ? found.links.map((link) => link.personIdNow) : [];
}
