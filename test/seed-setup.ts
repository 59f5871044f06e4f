import fc from "fast-check";

/**
 * Every property of a run draws from the run's seed, which vitest.config.ts hands down. Of a mutant nobody asks for the
 * smallest example: that it is noticed is enough.
 */
fc.configureGlobal({
  seed: Number(process.env.CHESIL_SEED),
  endOnFailure: process.env.CHESIL_MUTANT !== undefined,
});
