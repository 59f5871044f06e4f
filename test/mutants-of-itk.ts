import type { Mutant } from "./mutants.ts";

/** Envelopes are answered as messages are: an answer is never a lie, and who sends is known. */
const test = "test/itk-intake.test.ts";
const file = "services/ingest/src/itk/take-itk.ts";

export const ITK_MUTANTS: readonly Mutant[] = [
  {
    name: "says of an envelope that it arrived though it is on no disk",
    law: "1. An acknowledgement is never a lie",
    file,
    find: "return { refusal: NOT_STORED };",
    replace: "return { acknowledgements: [] };",
    test,
    only: "can not be stored",
  },
  {
    name: "takes other content under a used tracking id for a resend",
    law: "2. One outcome each",
    file,
    find: 'kind !== "accepted" && kind !== "duplicate"',
    replace: 'kind === "refused"',
    test,
    only: "other content under its tracking id",
  },
  {
    name: "takes envelopes of organisations that nobody knows",
    law: "1. An acknowledgement is never a lie",
    file,
    find: "organisation === code?.toUpperCase());",
    replace: 'organisation !== "");',
    test,
    only: "of whom nobody knows",
  },
];
