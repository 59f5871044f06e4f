import { defineConfig, type Plugin } from "vitest/config";
import { MUTANTS } from "./test/mutants.ts";
import { seedOfRun } from "./test/seed.ts";

/** `CHESIL_MUTANT=name`: loads one file with a law broken on purpose (test/mutants.ts). Nothing on disk changes. */
function mutate(name: string | undefined): Plugin[] {
  if (!name) return [];
  const mutant = MUTANTS.find((each) => each.name === name);
  if (!mutant) throw new Error(`There is no mutant "${name}".`);
  // A migration is read as text, not loaded: its reader is given the mutant's words instead.
  const isMigration = mutant.file.endsWith(".sql");
  const isChanged = (id: string) => id.endsWith(isMigration ? "store/src/migrate.ts" : mutant.file);
  return [
    {
      name: "mutant",
      enforce: "pre",
      // Files that were loaded before are loaded from the cache, whichever run loaded them: all but the changed one.
      api: { vitest: { ignoreFsModuleCache: true } },
      configureVitest({ defineCacheKeyGenerator }) {
        defineCacheKeyGenerator(({ id }) => (isChanged(id) ? false : undefined));
      },
      transform(code, id) {
        if (!isChanged(id)) return undefined;
        if (!isMigration) return code.replace(mutant.find, () => mutant.replace);
        const [find, replace] = [mutant.find, mutant.replace].map((text) => JSON.stringify(text));
        return code.replaceAll('"utf8")', `"utf8").replace(${find}, () => ${replace})`);
      },
    },
  ];
}

const seed = seedOfRun();

/** One runner for every unit test beside its file, and for what crosses packages in `test/`. */
export default defineConfig({
  plugins: mutate(process.env.CHESIL_MUTANT),
  test: {
    include: ["packages/**/*.test.ts", "services/**/*.test.{ts,tsx}", "test/**/*.test.ts", "scripts/**/*.test.ts"],
    globalSetup: ["test/postgres-setup.ts"],
    setupFiles: ["test/seed-setup.ts"],
    env: { CHESIL_SEED: String(seed) },
    testTimeout: 30_000,
    hookTimeout: 120_000,
    // Workspace packages go through the same loading as the tests, so that a mutant is seen wherever it is imported.
    server: { deps: { inline: [/@chesil\//] } },
    fsModuleCache: true,
    pool: "forks",
    maxWorkers: 2,
    maxConcurrency: 2,
  },
});
