import type { PersonAsOf, StoredPerson } from "@chesil/store";
import { z } from "zod";

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
  /** What is not known of that time. */
  note: z.string(),
});

const NOTE =
  "Links only: the values that records had at a time are not kept. Everything else in this answer is as it is now.";

/**
 * Who the person was at a time, for a screen.
 * @param shown the persons whom the gate has let through: a record that is somebody else's by now is named where they are
 * among them.
 */
export function asOfViewOf(
  found: PersonAsOf,
  {
    personId,
    at,
    replacedByNow,
    shown,
  }: {
    readonly personId: StoredPerson["personId"];
    readonly at: Date;
    readonly replacedByNow: string | null;
    readonly shown: ReadonlySet<string>;
  },
): z.infer<typeof asOfView> {
  const links = found.state === "active" ? found.links.filter((link) => shown.has(link.personIdNow)) : [];
  return {
    at: at.toISOString(),
    state: found.state,
    links: links.map((link) => ({
      sourceRecordId: String(link.sourceRecordId),
      authority: link.authority,
      localId: link.localId,
      since: link.since.toISOString(),
      kind: link.kind,
      by: link.decidedBy,
      isTheirsNow: link.personIdNow === personId,
    })),
    replacedByThen: found.state === "redirected" && shown.has(found.replacedBy) ? found.replacedBy : null,
    replacedByNow,
    note: NOTE,
  };
}

/** The persons that such an answer names besides the one asked for. */
export function personsAsOf(found: PersonAsOf): string[] {
  if (found.state === "redirected") return [found.replacedBy];
  return found.state === "active" ? found.links.map((link) => link.personIdNow) : [];
}
