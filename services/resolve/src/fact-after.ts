import { isDeepStrictEqual } from "node:util";
import type { FactContent, FactStatement } from "@chesil/model";
import type { FactState, FactVersionWrite, StoredFact, StoredFactSnapshot } from "@chesil/store";
import { isLater } from "./fact-set.ts";
import { asSaid, laterWord, withWord, wordOn } from "./kept-as.ts";
import { specialtiesOf, withSpecialties } from "./of-visit.ts";
import { isWhollyInError, resultAfter, unstamped } from "./result-after.ts";
import type { Moment } from "./statement.ts";

/**
 * A fact after something was said of it, and the statements that have to be kept beside it, if any.
 *
 * Content, the parts of a document, the observations of a result, how closely a document is kept, retraction and relation each go by what was recorded
 * last (law 5), so the order of arrival does not matter. What they come to is `stateOf`, which also sees other facts: the
 * state here is from before.
 */
export function factAfter(
  known: StoredFact | undefined,
  statement: FactStatement,
  moment: Moment,
  born: { sourceRecordId: number; factId: number },
): { readonly fact: StoredFact; readonly versions: readonly FactVersionWrite[] } {
  if (!known) return { fact: newFact(statement, moment, born), versions: [] };
  const isRetraction = isRetractedBy(statement);
  const isUnsaid = isKnownByRetraction(known);
  const isLate = isLater(known.said, moment);
  // A retraction says what the fact was only where nobody else did.
  const takesContent = isUnsaid ? !isRetraction || !isLate : !isRetraction && !isLate;
  const parts = partsAfter(known, statement, moment);
  const result = isRetraction ? undefined : resultOf(isUnsaid ? undefined : known, statement, moment);
  const said = takesContent ? moment : known.said;
  const content = withParts(takesContent ? statement.content : known.content, partsOf(parts.content));
  const spoken = isRetraction ? undefined : wordOn({ content: statement.content, said: moment });
  const word = laterWord(isUnsaid ? undefined : wordOn(known), spoken);
  const fact: StoredFact = {
    ...known,
    ...(takesContent && { visitNumber: statement.visitNumber ?? null, said: moment }),
    content: withSpecialties(result ?? withWord(content, word, said), [
      ...specialtiesOf(known.content),
      ...specialtiesOf(statement.content),
    ]),
    parts: parts.said,
    retracted: isRetraction && !(known.retracted && isLater(known.retracted, moment)) ? moment : known.retracted,
    relation: relationAfter(known.relation, statement, moment),
  };
  const after = isDeepStrictEqual(fact, known) ? known : { ...fact, updatedBy: moment.journalId };
  if (isRetraction) return { fact: after, versions: [] };
  // The same message read again, by a better mapping perhaps, corrects itself.
  const left = isUnsaid || known.said.journalId === moment.journalId ? [] : statementsIn(known);
  return { fact: after, versions: versionsOf([...left, statementOf(statement, moment)], after) };
}

/** What one message said of a fact, as it is kept. */
type Kept = { readonly content: FactContent; readonly said: Moment };

const statementOf = (statement: FactStatement, said: Moment): Kept => ({
  content: resultOf(undefined, statement, said) ?? statement.content,
  said,
});

/**
 * The statement that a fact shows just as it was said. All others that it was put together from are versions: of a result
 * those that a later one corrected in part, of a document the one that carried the parts, where a later one had none.
 */
export function statementsIn(fact: StoredFact): Kept[] {
  const { said, parts } = fact;
  const content = asSaid(fact.content);
  if (isKnownByRetraction(fact) || !isDeepStrictEqual(content, unstamped(content))) return [];
  return [{ content: parts?.journalId === said.journalId ? content : withParts(content, undefined), said }];
}

/**
 * Of the statements those that the fact does not show just as they were said. A version is what one message said, never
 * what several came to: so there is one for a message, whatever came before or after it, and nothing of it is lost.
 */
export function versionsOf(statements: readonly Kept[], fact: StoredFact): FactVersionWrite[] {
  const [shown] = statementsIn(fact);
  return statements.flatMap(({ content, said }) => {
    const parts = partsOf(content);
    if (shown && isDeepStrictEqual(withParts(content, parts ?? partsOf(shown.content)), shown.content)) return [];
    return [{ factId: fact.factId, said, content, partsBy: parts ? said.journalId : null }];
  });
}

function newFact(
  statement: FactStatement,
  moment: Moment,
  born: { sourceRecordId: number; factId: number },
): StoredFact {
  const isRetraction = isRetractedBy(statement);
  return {
    ...born,
    kind: statement.content.kind,
    key: statement.key,
    state: "current",
    visitNumber: statement.visitNumber ?? null,
    content: isRetraction
      ? withParts(statement.content, undefined)
      : (resultOf(undefined, statement, moment) ?? statement.content),
    said: moment,
    parts: !isRetraction && partsOf(statement.content) ? moment : null,
    retracted: isRetraction ? moment : null,
    relation: relationAfter(null, statement, moment),
    createdBy: moment.journalId,
    updatedBy: moment.journalId,
  };
}

/** A result is taken back observation by observation: what the message does not name stands. */
const isRetractedBy = ({ action, content }: FactStatement): boolean =>
  action === "retract" && !isWhollyInError(content);

/** A result after what was said of it. */
function resultOf(known: StoredFact | undefined, { content }: FactStatement, said: Moment): FactContent | undefined {
  if (content.kind !== "result") return undefined;
  const before = known?.content.kind === "result" ? { content: known.content, said: known.said } : undefined;
  return resultAfter(before, { content, said });
}

/** Its content was never said to be so: a retraction came before what it retracts. */
const isKnownByRetraction = ({ said, retracted }: StoredFact): boolean => isDeepStrictEqual(said, retracted);

export const partsOf = (content: FactContent) => (content.kind === "document" ? content.parts : undefined);

export function withParts(content: FactContent, parts: ReturnType<typeof partsOf>): FactContent {
  if (content.kind !== "document" || content.parts === parts) return content;
  const { parts: _, ...rest } = content;
  return parts ? { ...rest, parts } : rest;
}

/** A message may speak of a document without its parts: they stay those of the latest one that has them. */
function partsAfter(known: StoredFact, { action, content }: FactStatement, moment: Moment) {
  const isSaid = action !== "retract" && partsOf(content) !== undefined;
  const isNewer = isSaid && !(known.parts && isLater(known.parts, moment));
  return isNewer ? { content, said: moment } : { content: known.content, said: known.parts };
}

function relationAfter(
  known: StoredFact["relation"],
  { action, relatesTo, key }: FactStatement,
  moment: Moment,
): StoredFact["relation"] {
  // Some senders name the document itself as its parent.
  if ((action !== "replace" && action !== "addend") || relatesTo === undefined || relatesTo === key) return known;
  return known && isLater(known, moment) ? known : { action, to: relatesTo, ...moment };
}

const isRetracted = ({ content, said, retracted }: StoredFact): boolean =>
  (retracted !== null && !isLater(said, retracted)) || isWhollyInError(content);

/** The key of the fact that this one stands in for. A retracted fact stands in for nothing. */
export const replacedBy = (fact: StoredFact | undefined): string | undefined =>
  fact?.relation?.action === "replace" && !isRetracted(fact) ? fact.relation.to : undefined;

/**
 * What a fact has come to.
 *
 * @param replacements the facts that say they replace it.
 * @param snapshots the whole lists that cover it: the one of the patient and the one of its visit.
 */
export function stateOf(
  fact: StoredFact,
  replacements: readonly StoredFact[],
  snapshots: readonly StoredFactSnapshot[],
): FactState {
  if (isRetracted(fact)) return "retracted";
  if (replacements.some((other) => replacedBy(other) === fact.key && !takesBack(fact, other))) return "superseded";
  return snapshots.some((snapshot) => isLater(snapshot.said, fact.said)) ? "withdrawn" : "current";
}

/** It was said later to replace its own replacement. */
const takesBack = (fact: StoredFact, other: StoredFact): boolean =>
  fact.relation !== null &&
  other.relation !== null &&
  replacedBy(fact) === other.key &&
  isLater(fact.relation, other.relation);
