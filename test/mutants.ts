/**
 * Builds with a law broken on purpose, and the test that must notice. `find` stands once in `file`; it is replaced as
 * the file is loaded (see vitest.config.ts), nothing on disk changes.
 */
export type Mutant = {
  readonly name: string;
  readonly law: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  readonly test: string;
  /** The one test of the file that is run, where the others would only wait. */
  readonly only?: string;
};

export const MUTANTS: readonly Mutant[] = [
  {
    name: "answers before the commit",
    law: "1. Durable before acknowledged",
    file: "services/ingest/src/start.ts",
    find: "await commits.commit(arrival).catch(",
    replace:
      "await (void commits.commit(arrival), Promise.resolve({ kind: 'accepted', journalId: 0, answer: arrival.answer.bytes })).catch(",
    test: "test/ingest.test.ts",
    only: "answers only when the bytes are committed",
  },
  {
    name: "accepts a server that may lose commits",
    law: "1. Durable before acknowledged",
    file: "packages/store/src/database.ts",
    find: "if (off.length > 0) {",
    replace: "if (off.length > 5) {",
    test: "test/unsafe-database.test.ts",
  },
  {
    name: "forgets to take back a replayed message's outcome",
    law: "2. One outcome each",
    file: "services/resolve/src/resolver.ts",
    find: "tallyOne(transaction, standing.feed, standing.outcome, -1)",
    replace: "tallyOne(transaction, standing.feed, standing.outcome, 0)",
    test: "test/resolve.test.ts",
  },
  {
    name: "stores a resend as a new message",
    law: "3. Applied once",
    file: "packages/store/src/duplicate.ts",
    find: "if (same) return",
    replace: "if (same && arrival.sha256.length === 0) return",
    test: "test/journal.test.ts",
  },
  {
    name: "commits effects without their position",
    law: "3. Applied once",
    file: "packages/log/src/postgres.ts",
    find: 'const begun = client.query("begin");',
    replace: 'const begun = client.query("select 1");',
    test: "test/postgres-log.test.ts",
  },
  {
    name: "lets an owner that lost its lease commit",
    law: "3. Applied once",
    file: "packages/log/src/postgres.ts",
    find: "where consumer = $1 and lease_epoch = $2 and position <= $3",
    replace: "where consumer = $1 and $2::bigint is not null and position <= $3",
    test: "test/postgres-log.test.ts",
  },
  {
    name: "draws journal ids without the lock",
    law: "4. In order per identity",
    file: "packages/store/src/journal-append.ts",
    find: '"update journal_head set next_id = next_id + $1 returning next_id - $1 as first_id"',
    replace: '"select (random() * 1e12)::bigint + $1::bigint * 0 as first_id"',
    test: "test/journal.test.ts",
  },
  {
    name: "lets a later message overtake a parked one",
    law: "4. In order per identity",
    file: "services/resolve/src/apply-batch.ts",
    find: "if (behind !== undefined) {",
    replace: "if (behind === -1) {",
    test: "test/resolve.test.ts",
  },
  {
    name: "parks everybody behind one poison message",
    law: "4. In order per identity",
    file: "services/resolve/src/resolver.ts",
    find: "const only = work.length === 1 ? work[0] : undefined;",
    replace: "const only = work[0];",
    test: "test/resolve.test.ts",
  },
  {
    name: "lets a late message overwrite a newer one",
    law: "5. Late is not new",
    file: "services/resolve/src/statement.ts",
    find: "field !== undefined && field.recordedAt > moment.recordedAt",
    replace: 'field !== undefined && field.recordedAt === "never"',
    test: "services/resolve/src/statement.test.ts",
  },
  {
    name: "believes a time from the future",
    law: "5. Late is not new",
    file: "services/resolve/src/statement.ts",
    find: "const future = sent > receivedAt.getTime() + FUTURE_MS_MAX;",
    replace: "const future = sent > Number.POSITIVE_INFINITY;",
    test: "services/resolve/src/statement.test.ts",
  },
  {
    name: "merges two records with different NHS numbers unasked",
    law: "6. Identity is reversible",
    file: "services/resolve/src/merge.ts",
    find: 'if (veto === "different-nhs-numbers")',
    replace: 'if (veto === "none-such")',
    test: "test/resolve.test.ts",
  },
  {
    name: "lets a retired id come back to life",
    law: "6. Identity is reversible",
    file: "services/resolve/src/working-set.ts",
    find: "while (end.retiredInto !== null) {",
    replace: "while (end.retiredInto === -1) {",
    test: "test/resolve.test.ts",
  },
  {
    name: "keeps no evidence of a decision",
    law: "7. Every decision explains itself",
    file: "services/resolve/src/match.ts",
    find: "levels: about?.levels ?? [],",
    replace: "levels: [],",
    test: "test/resolve.test.ts",
  },
  {
    name: "lets the golden record depend on the order of its records",
    law: "8. The record is a function",
    file: "services/resolve/src/reconcile.ts",
    find: ".sort((a, b) => a.sourceRecordId - b.sourceRecordId)",
    replace: "",
    test: "services/resolve/src/reconcile.test.ts",
  },
  {
    name: "shows a person who opted out",
    law: "10. Privacy wins last",
    file: "packages/access/src/gate.ts",
    find: "return { allowed: true, personIds: new Set(asked.filter((personId) => !optedOut.has(personId))) };",
    replace: "return { allowed: true, personIds: new Set(asked) };",
    test: "packages/access",
  },
  {
    name: "takes a frame of any size",
    law: "11. Everything has a limit",
    file: "packages/mllp/src/frame.ts",
    find: "if (byteCount - (undecided ? 1 : 0) > this.#frameBytesMax) {",
    replace: "if (byteCount - (undecided ? 1 : 0) > Number.MAX_SAFE_INTEGER) {",
    test: "packages/mllp/src/frame.test.ts",
  },
  {
    name: "links by NHS number whatever the birth date",
    law: "A verified NHS number never links without an agreeing date of birth",
    file: "packages/matching/src/guards.ts",
    find: "return birthDateVeto(levels) ?? givenNameVeto(levels);",
    replace: "return nhsNumbersEqual(levels.nhsNumber) ? undefined : (birthDateVeto(levels) ?? givenNameVeto(levels));",
    test: "packages/matching/src/decide.test.ts",
  },
  {
    name: "links twins",
    law: "A wrong link shows a clinician the wrong patient",
    file: "packages/matching/src/guards.ts",
    find: 'if (givenName === "else") return FAMILY_AGREES.has(familyName) ? "twins" : "names-differ";',
    replace: "",
    test: "packages/matching/src/decide.test.ts",
  },
];
