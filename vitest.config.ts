import { defineConfig } from "vitest/config";

/** One runner for every unit test beside its file, and for what crosses packages in `test/`. */
export default defineConfig({
  test: {
    include: ["packages/**/*.test.ts", "services/**/*.test.ts", "test/**/*.test.ts", "scripts/**/*.test.ts"],
    globalSetup: ["test/postgres-setup.ts"],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    pool: "forks",
    maxWorkers: 2,
  },
});
