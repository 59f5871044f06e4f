/**
 * FHIR knows no empty things: no `""`, no `[]`, no `{}`, no null, and no control characters in text. What is mapped may
 * hold them, because senders send them; this takes them out on the way to the wire, at every depth.
 *
 * A mapper still decides for itself what goes when a required part is missing: this only cleans what is left.
 */
export function withoutEmpty<T extends object>(resource: T): T {
  return (kept(resource) ?? {}) as T;
}

/** Tab, line feed and carriage return are the only control characters that FHIR text may hold (R4, datatype string). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

/** Text as FHIR may carry it, or undefined when nothing readable is left. */
export function readable(text: string | null | undefined): string | undefined {
  const clean = text?.replace(CONTROL, " ").trim();
  return clean === "" ? undefined : clean;
}

function kept(value: unknown): unknown {
  if (typeof value === "string") return readable(value);
  if (Array.isArray(value)) {
    const items = value.map(kept).filter((item) => item !== undefined);
    return items.length > 0 ? items : undefined;
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).flatMap(([key, part]) => {
      const left = kept(part);
      return left === undefined ? [] : [[key, left] as const];
    });
    return entries.length > 0 ? Object.fromEntries(entries) : undefined;
  }
  return value ?? undefined;
}
