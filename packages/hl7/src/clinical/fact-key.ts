import { createHash } from "node:crypto";

/** Keys by which a fact is found again when its source speaks of it again: never its position in a list. */

/** A key is part of an index entry. The store hashes what is longer than 200; here the number's own words still show. */
const KEY_LENGTH_MAX = 160;
/** 64 bits: enough among the facts of one kind of one patient. */
const HASH_LENGTH = 16;

/** A key from the sender's own numbers and codes: `filler:24L0091|LAB|FBC`. Empty parts at the end are left out. */
export function numberKey(name: string, ...parts: readonly (string | undefined)[]): string {
  const text = parts.map((each) => each ?? "").join("|");
  const key = `${name}:${text.replace(/\|+$/, "")}`;
  return key.length <= KEY_LENGTH_MAX ? key : `${name}:${hashOf(text)}`;
}

/**
 * A key from what the fact is about, where the sender gives no number: names and dates do not show in it. Case and
 * spacing do not count: the same nurse types the same allergy twice.
 */
export function contentKey(name: string, ...parts: readonly (string | undefined)[]): string {
  return `${name}:${hashOf(parts.map((each) => (each ?? "").trim().replace(/\s+/g, " ").toUpperCase()).join("|"))}`;
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, HASH_LENGTH);
}
