/** MathML read as text: without its places 10⁶ would be 106, and a half 12. */

export type Around = { readonly before: string; readonly after: string };

const NOTHING: Around = { before: "", after: "" };
const SUP: Around = { before: "<sup>", after: "</sup>" };
const SUB: Around = { before: "<sub>", after: "</sub>" };

const PLACES: Readonly<Record<string, readonly Around[]>> = {
  msup: [NOTHING, SUP],
  msub: [NOTHING, SUB],
  msubsup: [NOTHING, SUB, SUP],
  mfrac: [
    { before: "(", after: ")" },
    { before: "/(", after: ")" },
  ],
  mroot: [
    { before: "√(", after: ")" },
    { before: "^(1/", after: ")" },
  ],
};

/** What stands around the nth element, from 0, of such an element. */
export function aroundChild(parent: string, n: number): Around {
  return (Object.hasOwn(PLACES, parent) ? PLACES[parent]?.[n] : undefined) ?? NOTHING;
}
