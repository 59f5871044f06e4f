/** A copy without the keys that say nothing: undefined, and lists that are empty. */
export function stated<T extends object>(content: { [Key in keyof T]: T[Key] | undefined }): T {
  const kept = Object.entries(content).filter(
    ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(kept) as T;
}
