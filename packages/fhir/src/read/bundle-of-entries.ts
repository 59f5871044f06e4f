import { member } from "./element.ts";

/**
 * A Bundle of only these entries, with the type and the times of the whole: what one patient's event was made of, and what
 * says the same by itself. Its documents stand at other places, so an event of it must be read from it.
 */
export function bundleOfEntries(bundle: unknown, entries: readonly number[]): object {
  const all = member(bundle, "entry");
  const kept = Array.isArray(all) ? entries.flatMap((number) => all[number] ?? []) : [];
  const head = ["resourceType", "id", "meta", "identifier", "type", "timestamp"].flatMap((name) => {
    const value = member(bundle, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(head), entry: kept };
}
