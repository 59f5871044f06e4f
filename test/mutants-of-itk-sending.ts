import type { Mutant } from "./mutants.ts";

/** What Chesil says over ITK, when, and to whom. */
export const ITK_SENDING_MUTANTS: readonly Mutant[] = [
  {
    name: "acknowledges as done what is held",
    law: "2. One outcome each: an acknowledgement is never a lie",
    file: "services/forward/src/itk/judged.ts",
    find: 'quarantined: "AE",',
    replace: 'quarantined: "AA",',
    test: "test/itk-sending-acknowledgements.test.ts",
    only: "is AE while it is held",
  },
  {
    name: "acknowledges before everything is decided",
    law: "2. One outcome each: an acknowledgement is never a lie",
    file: "services/forward/src/itk/judged.ts",
    find: "if (decided.length < outcomes.length || decided.length === 0) return undefined;",
    replace: "if (decided.length === 0) return undefined;",
    test: "services/forward/src/itk/judged.test.ts",
    only: "while any of its payloads is undecided",
  },
  {
    name: "acknowledges whoever sends, to whoever is configured",
    law: "Nobody is called who is not configured for the feed",
    file: "services/forward/src/itk/acknowledgement-line.ts",
    find: 'entry?.kind === "message" && this.destination.feeds.includes(entry.feed);',
    replace: 'entry?.kind === "message";',
    test: "test/itk-sending-acknowledgements.test.ts",
    only: "goes to nobody but the destination",
  },
  {
    name: "makes another message of an acknowledgement that is sent again",
    law: "3. Applied once: a resend is a resend",
    file: "services/forward/src/itk/acknowledgements.ts",
    find: "const trackingId = uuidOf(...parts);",
    replace: "const trackingId = uuidOf(...parts, String(Math.random()));",
    test: "test/itk-sending-acknowledgements.test.ts",
    only: "is a resend after a crash",
  },
  {
    name: "believes an answer about another message",
    law: "1. Durable before acknowledged: only our own message's answer counts",
    file: "services/forward/src/itk/verdict.ts",
    find: 'case "simple":\n      return isOurs(answer.trackingId, trackingId) ?',
    replace: 'case "simple":\n      return trackingId !== "" ?',
    test: "test/itk-sending.test.ts",
    only: "does not believe an answer about another message",
  },
  {
    name: "forgets what was told as held when a message settles it",
    law: "2. One outcome each: whoever was told AE is told what became of it",
    file: "services/forward/src/itk/acknowledgement-line.ts",
    find: "for (const each of await readDecidedAnew(database.pool, this.destination.name, ids))",
    replace: "for (const each of await readDecidedAnew(database.pool, this.destination.name, []))",
    test: "test/itk-sending-acknowledgements.test.ts",
    only: "the message that it waited for",
  },
];
