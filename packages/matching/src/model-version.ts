import { createHash } from "node:crypto";

/** So many hexadecimal digits of the hash stand in a version: of a million models two share them once in 10^7 times. */
const DIGITS = 16;
const HASH_AT_END = new RegExp(`\\+[0-9a-f]{${DIGITS}}$`);

/**
 * The model under a version that ends in a hash of all else that it says (`region-2026+9f3c2ab41d0e77a1`): whatever it is
 * called, two models that differ never share a version, and one model has the same wherever it was read or trained. A
 * hash that the version ends in already is replaced.
 */
export function withOwnVersion<Model extends { readonly version: string }>(model: Model): Model {
  const { version, ...said } = model;
  const hash = createHash("sha256").update(canonicalJson(said)).digest("hex").slice(0, DIGITS);
  return { ...model, version: `${version.replace(HASH_AT_END, "")}+${hash}` };
}

/** JSON with the keys of every object in order and without spaces, so that equal values are equal texts. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
