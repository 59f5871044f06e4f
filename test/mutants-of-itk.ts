import type { Mutant } from "./mutants.ts";

/** XML and NHS ITK: what is taken for a message, and what is said to it. */
export const ITK_MUTANTS: readonly Mutant[] = [
  {
    name: "acknowledges an acknowledgement",
    law: "An acknowledgement is never acknowledged",
    file: "packages/itk/src/handling.ts",
    find: "if (isAcknowledgement(envelope)) return NOTHING_DUE;",
    replace: "if (isAcknowledgement(envelope) && envelope.handling.size === 0) return NOTHING_DUE;",
    test: "packages/itk/src/acknowledgement.test.ts",
    only: "are never acknowledged themselves",
  },
  {
    name: "believes a manifest that counts wrong",
    law: "It refuses to guess",
    file: "packages/itk/src/envelope-reader.ts",
    find: "if (countIn(parent) !== count)",
    replace: "if (countIn(parent) === undefined)",
    test: "packages/itk/src/envelope-errors.test.ts",
    only: "payloads that count wrong",
  },
  {
    name: "decompresses whatever an envelope holds",
    law: "11. Everything has a limit",
    file: "packages/itk/src/decode.ts",
    find: "Math.min(unpackedBytesMax, Math.max(unpackedBytesAlways, bytes.length * unpackedRatioMax))",
    replace: "Math.max(unpackedBytesMax, unpackedBytesAlways, bytes.length * unpackedRatioMax)",
    test: "packages/itk/src/envelope-errors.test.ts",
    only: "a small one, of a ratio",
  },
  {
    name: "takes a message that has expired",
    law: "It refuses to guess",
    file: "packages/itk/src/security.ts",
    find: "expires.getTime() + rules.clockSkewMs <= at",
    replace: "expires.getTime() + rules.clockSkewMs <= 0",
    test: "packages/itk/src/soap.test.ts",
    only: "refuses it before and after",
  },
  {
    name: "reads a document type",
    law: "What is checked is what is read",
    file: "packages/xml/src/tree-builder.ts",
    find: 'this.#fail("document-type", "has a document type, which is not taken")',
    replace: "undefined",
    test: "packages/xml/src/hostile.test.ts",
    only: "document-type",
  },
];
