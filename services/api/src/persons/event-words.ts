import type { StoredIdentityEvent, StoredRecord } from "@chesil/store";
import { z } from "zod";

/** What happened to a record's link, as seen from one person. */
export const eventKind = z.enum([
  "created",
  "linked",
  "unlinked",
  "merged",
  "unmerged",
  "retired",
  "renamed",
  "deleted",
  "restored",
  "overlaid",
  "cleared",
]);
type EventKind = z.infer<typeof eventKind>;

/** @param record the event's, where it may be named; without a local id where its source is withheld. */
export function eventWords(
  event: StoredIdentityEvent,
  personId: string,
  record: Pick<StoredRecord, "authority" | "localId"> | undefined,
): { readonly kind: EventKind; readonly text: string } {
  const name = record && record.localId !== "" ? `${record.authority} ${record.localId}` : "A record";
  const cameHere = event.personId === personId;
  const isMove = event.kind === "moved" || event.kind === "unlinked";
  const kind = isMove || !cameHere ? (cameHere ? "linked" : "unlinked") : (event.kind as EventKind);
  const texts: Readonly<Record<EventKind, string>> = {
    created: `${name} was new and nobody's yet: this person was made of it.`,
    linked: isMove ? `${name} was moved here from another person.` : `${name} was linked to this person.`,
    unlinked: `${name} was moved to another person.`,
    merged: `${name} was merged away by its sender; its later messages go to the surviving record.`,
    unmerged: `${name} was merged into another record by mistake, and has back what was said of it.`,
    retired: `${name} was retired by its sender before any message of its own.`,
    renamed: `${name} got another local id from its sender; the one before leads to it.`,
    deleted: `${name} was deleted by its sender: it says nothing any more.`,
    restored: `${name} spoke again after its sender had deleted it.`,
    overlaid: `${name} took the words of somebody else: until a person has looked it is linked to nobody.`,
    cleared: `${name} is one patient all the same, as a person found.`,
  };
  return { kind, text: texts[kind] };
}
