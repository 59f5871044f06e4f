import { familySounds } from "../blocking/key-parts.ts";
import { hash64 } from "../hash64.ts";
import type { Prepared } from "../prepare.ts";

/**
 * Whom the guards fear: a record of the birth date and the sound of a family name (see GuardsInContext). Each a signed
 * 64-bit number, none twice, and none of blockingKeys' but by chance. None where the record states no birth date.
 */
export function namesakeKeys({ birthDate, families }: Prepared): bigint[] {
  if (birthDate === undefined) return [];
  const sounds = new Set(families.flatMap(familySounds));
  return [...sounds].map((sound) => hash64(`namesake|${birthDate.text}|${sound}`));
}
