import type { Mutant } from "./mutants.ts";

/** Envelopes are answered as messages are: an answer is never a lie, and who sends is known. */
const test = "test/itk-intake.test.ts";
const file = "services/ingest/src/itk/take-itk.ts";
const judging = "services/ingest/src/itk/judge-itk.ts";

export const ITK_MUTANTS: readonly Mutant[] = [
  {
    name: "says of an envelope that it arrived though it is on no disk",
    law: "1. An acknowledgement is never a lie",
    file,
    find: "return this.#failed(feed, error, NOT_STORED);",
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
    file: judging,
    find: "organisation === code?.toUpperCase());",
    replace: 'organisation !== "");',
    test,
    only: "of whom nobody knows",
  },
  {
    name: "takes envelopes of an organisation that is bound to a certificate from who shows none",
    law: "1. An acknowledgement is never a lie: who sends is known",
    file: judging,
    find: "if (feed.certificates.length > 0) return accessDenied(UNBOUND);",
    replace: "",
    test: "test/itk-tls.test.ts",
    only: "bound to",
  },
  {
    name: "sends answers to whatever address a message names",
    law: "Nobody is called who is not configured",
    file,
    find: "return URL.parse(wanted)?.href === URL.parse(replyTo)?.href ? replyTo : undefined;",
    replace: "return wanted === ANONYMOUS ? undefined : wanted;",
    test: "test/itk-reply-to.test.ts",
    only: "goes to nobody else",
  },
  {
    name: "holds whatever strangers send",
    law: "Bounded: nobody fills the memory",
    file: "services/ingest/src/itk/itk-http.ts",
    find: "if (this.#heldBytes > ITK_HTTP_LIMITS.heldBytesMax) return this.#fault(503, BUSY);",
    replace: "",
    test: "services/ingest/src/itk/itk-http.test.ts",
    only: "holds no more at once",
  },
];
