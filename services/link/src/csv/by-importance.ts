import { counted, type LinkInputWarning } from "./problem.ts";

/** Which warnings may mean that the result is wrong, and which only tell what was done: the gravest first. */
const GRAVEST_FIRST = {
  "records-identical": true,
  "one-column": true,
  "truth-missing": true,
  "dates-mixed": true,
  "dates-ambiguous": true,
  "dates-not-understood": true,
  "sexes-zero-one": true,
  "id-made": true,
  "column-empty": true,
  "column-mostly-missing": true,
  "nhs-numbers-invalid": true,
  "sexes-not-understood": true,
  "years-of-two-digits": true,
  "column-constant": true,
  "trailing-fields": true,
  "blank-rows": true,
  "columns-not-compared": true,
} satisfies Record<LinkInputWarning["kind"], true>;

/** Places named where many warnings of a kind are told as one. */
const PLACES_MAX = 5;

/** Warnings in the order in which they should be read; of many of one kind the first, and where the others are. */
export function byImportance(warnings: readonly LinkInputWarning[]): LinkInputWarning[] {
  const byKind = Map.groupBy(warnings, ({ kind }) => kind);
  return (Object.keys(GRAVEST_FIRST) as LinkInputWarning["kind"][]).flatMap((kind) => {
    const [first, ...others] = byKind.get(kind) ?? [];
    if (first === undefined) return [];
    if (others.length === 0) return [first];
    const places = others.slice(0, PLACES_MAX).map((other) => placeBeside(first, other));
    const more = others.length > PLACES_MAX ? ", …" : "";
    return [
      { ...first, text: `${first.text} The same ${counted(others.length, "more time")}: ${places.join("; ")}${more}.` },
    ];
  });
}

/** What tells the place from the first one's. */
function placeBeside(first: LinkInputWarning, { file, row, column }: LinkInputWarning): string {
  const parts = [
    file === undefined || file === first.file ? undefined : file,
    row === undefined ? undefined : `row ${row}`,
    column === undefined ? undefined : `column ${column}`,
  ].filter((part) => part !== undefined);
  return parts.join(", ") || "there";
}
