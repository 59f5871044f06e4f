import { basename, resolve } from "node:path";
import { readConfigFile } from "./config-file.ts";
import type { ConfigProblem } from "./config-problem.ts";

type LoadSettings = {
  readonly mappingFile?: string | undefined;
  readonly mapping?: Record<string, unknown> | undefined;
};

/** What the columns of a load mean, read from the file that says so. Problems name the file and the line. */
export function withMapping<Load extends LoadSettings>(
  load: Load,
  folder: string,
): { readonly load: Load; readonly problems: readonly ConfigProblem[] } {
  if (load.mappingFile === undefined) return { load, problems: [] };
  const mappingFile = resolve(folder, load.mappingFile);
  try {
    const { settings, problems } = readConfigFile(mappingFile, basename(mappingFile));
    return { load: { ...load, mappingFile, mapping: settings }, problems };
  } catch (error) {
    const text = `cannot be read: ${mappingFile} (${(error as NodeJS.ErrnoException).code ?? "unreadable"})`;
    const remedy = "Name a file that exists and may be read.";
    return { load, problems: [{ place: basename(mappingFile), setting: "", text, remedy }] };
  }
}
