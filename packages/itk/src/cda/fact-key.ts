import { createHash } from "node:crypto";

/** Keys by which a fact is found again when its sender speaks of it again: never its place in the document. */

/** The store hashes what is longer than 200; here the number's own words still show. */
const KEY_LENGTH_MAX = 160;

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);

/** All versions of a document are one fact. */
export function documentKey(set: string): string {
  const key = `document:${set}`;
  return key.length <= KEY_LENGTH_MAX ? key : `document:${hashOf(set)}`;
}

/** Of what has no number. Case and spacing do not count. */
export const contentKey = (name: string, ...parts: readonly (string | undefined)[]): string =>
  `${name}:${hashOf(parts.map((each) => (each ?? "").toUpperCase()).join("|"))}`;
