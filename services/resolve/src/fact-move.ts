import type { FactContent } from "@chesil/model";
import type { FactVisit, StoredFact } from "@chesil/store";
import { partsOf, statementsIn, versionsOf, withParts } from "./fact-after.ts";
import { type FactSet, isLater } from "./fact-set.ts";
import { laterWord, withWord, wordOn } from "./kept-as.ts";
import { specialtiesOf, withSpecialties } from "./of-visit.ts";
import { resultsTogether } from "./result-after.ts";
import type { Moment } from "./statement.ts";

/**
 * Moves the facts of a visit: to another number (A42, A50), or to another record (A44, A45). A fact that the new record
 * knows already becomes one with it. What was withdrawn or replaced stays so until the source speaks again.
 *
 * @throws MissingFactsError when the store may know more of the visit than `set`.
 */
export function moveFactsOfVisit(set: FactSet, from: FactVisit, to: FactVisit, journalId: number): void {
  set.require({ places: [], lists: [], visits: [from] });
  const moving = set.factsOfVisit(from);
  const places = moving.map(({ kind, key }) => ({ sourceRecordId: to.sourceRecordId, kind, key }));
  if (from.sourceRecordId !== to.sourceRecordId) set.require({ places, lists: [], visits: [] });
  for (const fact of moving) {
    const moved = { ...fact, ...to, updatedBy: journalId };
    const standing = from.sourceRecordId === to.sourceRecordId ? undefined : set.fact(moved);
    if (standing) {
      set.join(fact, standing.factId);
      const one = together(standing, moved);
      set.put(one);
      for (const version of versionsOf([standing, moved].flatMap(statementsIn), one)) set.keepVersion(version);
    } else set.move(fact, moved);
  }
}

/** Two facts that turned out to be one: of each part, what was recorded last. */
function together(standing: StoredFact, moved: StoredFact): StoredFact {
  const [newer, older] = isLater(moved.said, standing.said) ? [moved, standing] : [standing, moved];
  const isPartsOfOlder = older.parts !== null && !(newer.parts && isLater(newer.parts, older.parts));
  const latest = <M extends Moment>(one: M | null, other: M | null) =>
    one && other ? (isLater(one, other) ? one : other) : (one ?? other);
  return {
    ...newer,
    factId: standing.factId,
    content: withSpecialties(contentTogether(older, newer, isPartsOfOlder), [
      ...specialtiesOf(older.content),
      ...specialtiesOf(newer.content),
    ]),
    parts: isPartsOfOlder ? older.parts : newer.parts,
    retracted: latest(standing.retracted, moved.retracted),
    relation: latest(standing.relation, moved.relation),
    createdBy: Math.min(standing.createdBy, moved.createdBy),
    updatedBy: moved.updatedBy,
  };
}

function contentTogether(older: StoredFact, newer: StoredFact, isPartsOfOlder: boolean): FactContent {
  if (older.content.kind === "result" && newer.content.kind === "result")
    return resultsTogether({ content: older.content, said: older.said }, { content: newer.content, said: newer.said });
  const content = isPartsOfOlder ? withParts(newer.content, partsOf(older.content)) : newer.content;
  return withWord(content, laterWord(wordOn(older), wordOn(newer)), newer.said);
}
