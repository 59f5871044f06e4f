import { execFileSync } from "node:child_process";

/**
 * What random tests draw from: `CHESIL_SEED` where it is given (a run is done again with the seed it printed), in
 * continuous integration the commit's own (each commit looks somewhere new, and one that passed passes again), else chance.
 */
export function seedOfRun(): number {
  const given = process.env.CHESIL_SEED;
  if (given !== undefined) {
    if (!/^\d{1,10}$/.test(given))
      throw new Error(`CHESIL_SEED is "${given}": give the whole number that a run printed.`);
    return Number(given);
  }
  return process.env.CI ? commitSeed() : Math.floor(Math.random() * 2 ** 31);
}

function commitSeed(): number {
  const commit = execFileSync("git", ["rev-parse", "HEAD"], { cwd: import.meta.dirname, encoding: "utf8" });
  return Number.parseInt(commit.slice(0, 7), 16);
}
