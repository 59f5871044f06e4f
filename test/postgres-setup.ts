import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { makeTemplate } from "./migrated-template.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** An administrator's address on the run's real server. */
    postgresUrl: string;
  }
}

/** One real PostgreSQL for the whole run; each test that needs one makes its own database there (`database.ts`). */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.CHESIL_TEST_DATABASE_URL;
  if (given) {
    await makeTemplate(given);
    project.provide("postgresUrl", given);
    return async () => {};
  }
  const { startEmbeddedPostgres } = await import("@chesil/runtime");
  const folder = await mkdtemp(join(tmpdir(), "chesil-test-"));
  const postgres = await startEmbeddedPostgres({ dataDir: folder });
  await makeTemplate(postgres.url);
  project.provide("postgresUrl", postgres.url);
  return async () => {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
