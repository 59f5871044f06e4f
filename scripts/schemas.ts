import { mkdirSync, writeFileSync } from "node:fs";
import { identityEventJsonSchema, openApiDocument } from "@chesil/api";
import { loadMappingJsonSchema } from "@chesil/load";
import { matchingModelJsonSchema } from "@chesil/matching";
import { canonicalEvent } from "@chesil/model";
import { configJsonSchema } from "@chesil/runtime";

/**
 * `node scripts/schemas.ts` writes the contracts that leave the process, each made from the code that keeps it.
 * `test/schemas.test.ts` fails when one was changed and not written.
 */
const FOLDER = new URL("../schemas/", import.meta.url);

/** Every file of `schemas/` and what it must hold. */
export async function renderSchemas(): Promise<{ readonly url: URL; readonly text: string }[]> {
  const schemas = {
    "config.json": configJsonSchema(),
    "event.json": { title: "Canonical event, version 2", ...canonicalEvent.toJSONSchema() },
    "identity-event.json": identityEventJsonSchema(),
    "load-mapping.json": loadMappingJsonSchema(),
    "matching-model.json": matchingModelJsonSchema(),
    "openapi.json": await openApiDocument(),
  };
  return Object.entries(schemas).map(([name, schema]) => ({
    url: new URL(name, FOLDER),
    text: `${JSON.stringify(schema, null, 2)}\n`,
  }));
}

if (import.meta.main) {
  mkdirSync(FOLDER, { recursive: true });
  for (const { url, text } of await renderSchemas()) writeFileSync(url, text);
}
