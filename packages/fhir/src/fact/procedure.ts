import type { Procedure } from "../clinical-resources.ts";
import { wordsOf } from "../code-system.ts";
import { inOrder } from "../date-time.ts";
import { PROFILE } from "../uk-core.ts";
import { withoutEmpty } from "../without-empty.ts";
import { type SourceOf, statusOf, Telling } from "./telling.ts";

const NOT_CURRENT = { retracted: "entered-in-error", superseded: "unknown", withdrawn: "unknown" } as const;

/** Procedure: what was done. It is told of when it is done, unless its own date says that it is still to come. */
export function procedureOf(source: SourceOf<"procedure">): Procedure {
  const { content, state, recordedAt } = source;
  const telling = new Telling(source);
  const performedDateTime = telling.when("Performed", content.performedAt);
  const isToCome = performedDateTime !== undefined && !inOrder(performedDateTime, recordedAt);
  const performer = telling.either("Performer", content.performer);
  const procedure: Omit<Procedure, "text"> = {
    resourceType: "Procedure",
    ...telling.head(PROFILE.procedure),
    status: statusOf<Procedure["status"]>(state, NOT_CURRENT, isToCome ? "preparation" : "completed"),
    code: telling.requiredConcept("Procedure", content.code),
    subject: telling.patient,
    encounter: telling.encounter,
    performedDateTime,
    performer: performer && [{ actor: performer }],
  };
  telling.note("Priority", content.priority);
  telling.notesOf(content.notes);
  return withoutEmpty<Procedure>({
    ...procedure,
    note: telling.annotations,
    text: telling.narrative(`Procedure: ${wordsOf(content.code) ?? "not stated"}`, true),
  });
}
