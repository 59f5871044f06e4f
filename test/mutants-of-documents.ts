import type { Mutant } from "./mutants.ts";

/** Documents of outsiders: what of them reaches a browser, and who may see them. */
export const DOCUMENT_MUTANTS: readonly Mutant[] = [
  {
    name: "lets any element of a document through",
    law: "A document is harmless, whoever sent it",
    file: "packages/document/src/html/safe-html.ts",
    find: "!isDropped && ELEMENTS.has(name) && this.#writeTag(name, attributes)",
    replace: "!isDropped && this.#writeTag(name, attributes)",
    test: "packages/document/src/hostile.test.ts",
    only: "nothing comes out",
  },
  {
    name: "lets any attribute of a document through",
    law: "A document is harmless, whoever sent it",
    file: "packages/document/src/html/safe-html.ts",
    find: "return isAllowedAttribute(element, name, plain) ?",
    replace: "return plain.length >= 0 ?",
    test: "packages/document/src/hostile.test.ts",
    only: "nothing comes out",
  },
  {
    name: "inflates whatever is sent",
    law: "11. Everything has a limit",
    file: "packages/document/src/unpack.ts",
    find: "return Math.min(unpackedBytesMax, Math.max(unpackedBytesAlways, packedBytes * unpackedRatioMax));",
    replace: "return Math.max(unpackedBytesMax, unpackedBytesAlways, packedBytes * unpackedRatioMax);",
    test: "packages/document/src/unpack.test.ts",
  },
  {
    name: "shows a confidential document to everybody",
    law: "10. Privacy wins last",
    file: "services/api/src/documents/find-document.ts",
    find: "if (view.closedFeeds.has(fact.feed) || !isFactPermitted(view, gated)) return undefined;",
    replace: "if (view.closedFeeds.has(fact.feed) && !isFactPermitted(view, gated)) return undefined;",
    test: "services/api/src/documents/documents.test.ts",
    only: "who may see a document",
  },
];
