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
/** Text of nothing but printable ASCII, without a space at either end, is nearly all text: it is as it should be. */
const PLAIN = /^[!-~](?:[ -~]*[!-~])?$/;

/** Text as FHIR may carry it, or undefined when nothing readable is left. */
export function readable(text: string | null | undefined): string | undefined {
  if (text == null || PLAIN.test(text)) return text ?? undefined;
  // A lone surrogate is no Unicode; U+FFFD stands for it, as it does wherever text becomes UTF-8.
  const clean = text.toWellFormed().replace(CONTROL, " ").trim();
  return clean === "" ? undefined : clean;
}

/** Written with loops: it goes over every value that leaves, and lists of lists cost it half its time. */
function kept(value: unknown): unknown {
  if (typeof value === "string") return readable(value);
  if (typeof value !== "object" || value === null) return value ?? undefined;
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const item of value) {
      const left = kept(item);
      if (left !== undefined) items.push(left);
    }
    return items.length > 0 ? items : undefined;
  }
  const parts: Record<string, unknown> = {};
  let isEmpty = true;
  for (const key in value) {
    const left = kept((value as Record<string, unknown>)[key]);
    // No element has that name, and assigned it would be no part of the object.
    if (left === undefined || key === "__proto__") continue;
    parts[key] = left;
    isEmpty = false;
  }
  return isEmpty ? undefined : parts;
}
