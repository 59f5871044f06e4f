import type { FactContent } from "@chesil/model";
import type { StoredContent } from "@chesil/store";

/**
 * Of which specialty the visit is that a fact belongs to, over all that was said of it. Who corrects a result often leaves the
 * visit out, and means no other thing by it: it may be all that keeps the result confidential. So every one that was ever said
 * stays, in whatever order they come.
 */
export function specialtiesOf(content: FactContent): readonly string[] {
  const { visitSpecialty, otherSpecialties = [] } = content as StoredContent;
  return visitSpecialty === undefined ? otherSpecialties : [visitSpecialty, ...otherSpecialties];
}

/** The content with the specialties that other messages told. */
export function withSpecialties(content: FactContent, specialties: readonly string[]): FactContent {
  const own = withoutOthers(content);
  const others = [...new Set(specialties)].filter((each) => each !== own.visitSpecialty).sort();
  return others.length === 0 ? own : ({ ...own, otherSpecialties: others } as StoredContent);
}

/** The content as its own message told it. */
export function withoutOthers<C extends FactContent>(content: C): C {
  const { otherSpecialties, ...own } = content as StoredContent;
  return otherSpecialties === undefined ? content : (own as C);
}
