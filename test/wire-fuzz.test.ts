import { expect, it } from "vitest";
import { freshDatabase } from "./database.ts";
import { fuzzWire } from "./wire-fuzz.ts";
import { fuzzCorpus } from "./wire-fuzz-corpus.ts";
import { fuzzReading } from "./wire-fuzz-reading.ts";

/**
 * Row B-10: mutants of good messages. CHESIL_FUZZ_INPUTS says how many go over the wire, CHESIL_SEED which; the
 * long run is `npm run fuzz`.
 */
const INPUTS = Number(process.env.CHESIL_FUZZ_INPUTS ?? 1_000);
const SEED = Number(process.env.CHESIL_SEED);
/** One fault may show in hundreds of mutants. */
const SHOWN_MAX = 20;
const AGAIN = `CHESIL_SEED=${SEED} CHESIL_FUZZ_INPUTS=${INPUTS}`;

it(`answers, keeps and resolves ${INPUTS} mutants, and serves on`, { timeout: 600_000 }, async ({ annotate }) => {
  const database = await freshDatabase();
  try {
    const { violations, ...figures } = await fuzzWire(database, { corpus: fuzzCorpus(), seed: SEED, inputs: INPUTS });
    await annotate(JSON.stringify(figures));
    expect(violations.slice(0, SHOWN_MAX), AGAIN).toEqual([]);
    expect(figures.inputs).toBeGreaterThanOrEqual(INPUTS);
  } finally {
    await database.close();
  }
});

it(`peeks, maps and answers ${INPUTS} mutants alike, whatever the feed`, { timeout: 600_000 }, async () => {
  const violations = await fuzzReading({ corpus: fuzzCorpus(), seed: SEED, from: 0, to: INPUTS });
  expect(violations.slice(0, SHOWN_MAX), AGAIN).toEqual([]);
});
