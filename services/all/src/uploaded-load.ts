import type { UploadedFile, UploadOutcome } from "@chesil/api";
import { LoadRefusedError } from "@chesil/ingest";
import type { Config } from "@chesil/runtime";
import type { Database } from "@chesil/store";
import { loadGiven } from "./load-given.ts";

/** Loads what was uploaded to the API, as `chesil load` does a file that lies here. */
export async function loadUploaded(
  database: Database,
  loads: Config["loads"],
  { feed, ...file }: UploadedFile,
  now: () => Date,
): Promise<UploadOutcome> {
  const config = loads.find(({ name }) => name === feed);
  if (!config) return { ok: false, kind: "no-feed" };
  try {
    return {
      ok: true,
      report: await loadGiven(database, config, { ...file, confirmed: new Set(file.confirmed), now }),
    };
  } catch (error) {
    if (error instanceof LoadRefusedError) return { ok: false, kind: "refused", text: error.message };
    throw error;
  }
}
