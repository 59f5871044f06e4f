import { createHash } from "node:crypto";
import type { Element } from "./element.ts";

/** The store hashes what is longer than 200; here the number's own words still show. */
const KEY_LENGTH_MAX = 160;

/**
 * By what a resource is found again when its source sends it again: its first identifier, which a source keeps, else its
 * id, which some exports mint anew; else its address. Never its place in the Bundle.
 */
export function numberOf(resource: Element): string | undefined {
  const identifier = resource.list("identifier").find((each) => each.text("value") !== undefined);
  if (identifier) return [identifier.text("system"), identifier.text("value")].filter(Boolean).join("|");
  const { id, fullUrl } = resource.entry;
  return id || (/^urn:uuid:/i.test(fullUrl) ? undefined : fullUrl) || undefined;
}

/** `Condition/c1`, `Condition/https://gp.example/Id|77`. */
export function factKey(type: string, number: string): string {
  const key = `${type}/${number}`;
  return key.length <= KEY_LENGTH_MAX ? key : `${type}/${createHash("sha256").update(key).digest("hex").slice(0, 32)}`;
}
