import type { Coding, Concept } from "@chesil/model";

/** Where CE and CWE keep code, display and coding system: the sender's own, an alternate, and since 2.7 a second one. */
const TRIPLETS = [
  [1, 2, 3],
  [4, 5, 6],
  [10, 11, 12],
] as const;
const ORIGINAL_TEXT = 9;

/**
 * A coded field, from its components. Codes are kept as sent, nothing is translated. A display that stands without a
 * code is text. Undefined when the field says nothing.
 */
export function conceptOf(at: (component: number) => string | undefined): Concept | undefined {
  const codings: Coding[] = [];
  let text = at(ORIGINAL_TEXT);
  for (const [codeAt, displayAt, systemAt] of TRIPLETS) {
    const code = at(codeAt);
    const display = at(displayAt);
    if (code === undefined) text ??= display;
    else codings.push({ system: at(systemAt) ?? "", code, ...(display === undefined ? {} : { display }) });
  }
  if (codings.length === 0 && text === undefined) return undefined;
  return { codings, ...(text === undefined ? {} : { text }) };
}

/** For a person to read: the sender's own words, else the display, else the code. */
export function conceptText({ codings, text }: Concept): string {
  return text ?? codings.find((each) => each.display !== undefined)?.display ?? codings[0]?.code ?? "";
}

/** What tells the concept from others, for keys: its first code with its system, else its text. */
export function conceptKey(concept: Concept | undefined): string {
  const first = concept?.codings[0];
  return first === undefined ? (concept?.text ?? "") : `${first.system}|${first.code}`;
}
