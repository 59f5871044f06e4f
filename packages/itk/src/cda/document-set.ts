import { CDA_LIMITS } from "./limits.ts";
import type { Place } from "./place.ts";

/** What all versions of a document have in common: `setId`, else the document's own `id`, which then is the only one. */
export const setOf = (document: Place | undefined): string | undefined =>
  instanceOf(document?.at("setId")) ?? instanceOf(document?.at("id"));

/** Root and extension (II). In which case the letters of a UUID are written says nothing. */
export function instanceOf(id: Place | undefined): string | undefined {
  const root = id?.attribute("root")?.toUpperCase();
  const extension = id?.attribute("extension");
  const instance = [root, extension].filter((each) => each !== undefined).join("^");
  return instance === "" || instance.length > CDA_LIMITS.idLengthMax ? undefined : instance;
}

/** What stands before the set in the id of a source record that has no patient's id. */
const DOCUMENT_SET = "document-set:";
export const localIdOf = (set: string): string => DOCUMENT_SET + set;
