import type { FactContent } from "@chesil/model";
import type { StoredDocument, StoredFact } from "@chesil/store";
import { type FactSet, isLater } from "./fact-set.ts";
import { withoutOthers } from "./of-visit.ts";
import type { Moment } from "./statement.ts";

/**
 * How closely a document is kept, over all that was said of it. Who edits, completes or replaces a letter often leaves TXA-18
 * empty, and means no other thing by it: the latest word stands, whoever says the content since. A document of which
 * nothing was ever said is kept like the one that it replaces or adds to.
 */

/** What was said, and when; not what was taken over from another document. */
type Word = { readonly value: string; readonly said: Moment };

const documentOf = (content: FactContent): StoredDocument | undefined =>
  content.kind === "document" ? content : undefined;

/** The latest word on a fact. */
export function wordOn({ content, said }: { content: FactContent; said: Moment }): Word | undefined {
  const document = documentOf(content);
  const value = document?.confidentiality?.trim();
  if (!document || !value || document.confidentialityOf !== undefined) return undefined;
  return { value, said: document.confidentialitySaid ?? said };
}

/** The later of two words. Said again by the same message, the second is what it says now. */
export const laterWord = (one: Word | undefined, other: Word | undefined): Word | undefined =>
  one && other
    ? one.said.journalId !== other.said.journalId && isLater(one.said, other.said)
      ? one
      : other
    : (one ?? other);

/** The content with a word on it. @param said who said the content. */
export function withWord(content: FactContent, word: Word | undefined, said: Moment): FactContent {
  if (!documentOf(content) || !word) return content;
  const isOfContent = word.said.recordedAt === said.recordedAt && word.said.journalId === said.journalId;
  return {
    ...withoutWord(content),
    confidentiality: word.value,
    ...(isOfContent ? {} : { confidentialitySaid: word.said }),
  } as FactContent;
}

/** The content as its message said it: without what others said of how it is kept. */
export function asSaid<C extends FactContent>(stored: C): C {
  const content = withoutOthers(stored);
  const document = documentOf(content);
  const isOwn = document?.confidentialitySaid === undefined && document?.confidentialityOf === undefined;
  return isOwn ? content : (withoutWord(content) as C);
}

function withoutWord(content: FactContent): FactContent {
  const { confidentiality: _, confidentialitySaid: __, confidentialityOf: ___, ...rest } = content as StoredDocument;
  return rest;
}

/**
 * The fact, kept like the document that it stands in for or adds to, where nothing was said of it itself.
 *
 * @param records those of the patient.
 * @throws MissingFactsError when the store may know more of those documents than `set`.
 */
export function keptLikeRelated(set: FactSet, records: readonly number[], fact: StoredFact): StoredFact {
  const known = documentOf(fact.content);
  if (!known || wordOn(fact)) return fact;
  const to = fact.relation?.to;
  const kept = likeWhom(set, records, fact);
  if (known.confidentiality === kept && known.confidentialityOf === (kept && to)) return fact;
  const content = withoutWord(fact.content);
  if (kept === undefined || to === undefined) return { ...fact, content };
  const document: StoredDocument = { ...(content as StoredDocument), confidentiality: kept, confidentialityOf: to };
  return { ...fact, content: document };
}

/** The first word on what it relates to, on what that relates to, and so on. Some senders go round in circles. */
function likeWhom(set: FactSet, records: readonly number[], fact: StoredFact): string | undefined {
  const seen = new Set<string>([fact.key]);
  let key = fact.relation?.to;
  while (key !== undefined && !seen.has(key)) {
    seen.add(key);
    const to = key;
    const places = records.map((sourceRecordId) => ({ sourceRecordId, kind: fact.kind, key: to }));
    set.require({ places, lists: [], visits: [] });
    const related = places.flatMap((place) => set.fact(place) ?? []);
    const word = related.map(wordOn).find((each) => each !== undefined);
    if (word) return word.value;
    key = related.find(({ relation }) => relation !== null)?.relation?.to;
  }
  return undefined;
}
