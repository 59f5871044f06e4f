import { defineConfig, type Plugin } from "vitest/config";
import { MUTANTS } from "./test/mutants.ts";

/** `CHESIL_MUTANT=name`: loads one file with a law broken on purpose (test/mutants.ts). Nothing on disk changes. */
function mutate(name: string | undefined): Plugin[] {
  if (!name) return [];
  const mutant = MUTANTS.find((each) => each.name === name);
  if (!mutant) throw new Error(`There is no mutant "${name}".`);
  return [
    {
      name: "mutant",
      enforce: "pre",
      transform(code, id) {
        // A migration is read as text, not loaded: its reader is given the mutant's words instead.
        if (mutant.file.endsWith(".sql") && id.endsWith("store/src/migrate.ts")) {
          return code.replaceAll(
            '"utf8")',
            `"utf8").replace(${JSON.stringify(mutant.find)}, () => ${JSON.stringify(mutant.replace)})`,
          );
        }
        if (!id.endsWith(mutant.file)) return undefined;
        return code.replace(mutant.find, () => mutant.replace);
      },
    },
  ];
}

/** One runner for every unit test beside its file, and for what crosses packages in `test/`. */
export default defineConfig({
  plugins: mutate(process.env.CHESIL_MUTANT),
  test: {
    include: ["packages/**/*.test.ts", "services/**/*.test.{ts,tsx}", "test/**/*.test.ts", "scripts/**/*.test.ts"],
    globalSetup: ["test/postgres-setup.ts"],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    // Workspace packages go through the same loading as the tests, so that a mutant is seen wherever it is imported.
    server: { deps: { inline: [/@chesil\//] } },
    // A cache of loaded files would hand one run another's mutant.
    fsModuleCache: !process.env.CHESIL_MUTANT,
    pool: "forks",
    maxWorkers: 2,
  },
});
