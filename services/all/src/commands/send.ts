import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { splitMessages } from "@chesil/hl7";
import { sendMessages } from "@chesil/simulator";
import { parseTarget, type Terminal, UsageError } from "../terminal.ts";
import { type ItkArguments, isItk, sendItk } from "./send-itk.ts";
import { printReport, progressLine } from "./send-report.ts";

export type SendArguments = ItkArguments & {
  readonly to: string;
  readonly connections: string;
  readonly window: string;
  readonly rate?: string;
  readonly json?: boolean;
};

/** `chesil send PATH…`: sends the messages of files and folders and reports what became of each. */
export async function send(paths: readonly string[], given: SendArguments, terminal: Terminal): Promise<number> {
  const files = paths.flatMap(filesBelow);
  if (isItk(given.to)) return sendItk(files, given, terminal);
  const target = parseTarget(given.to);
  const report = await sendMessages({
    messages: messagesOf(files),
    ...target,
    connections: Number(given.connections),
    windowMax: Number(given.window),
    ...(given.rate ? { ratePerSecond: Number(given.rate) } : {}),
    onProgress: progressLine(terminal),
    signal: terminal.interrupted,
  });
  printReport(report, given.json === true, terminal);
  if (report.taken === 0) throw new UsageError(`No message was found in ${paths.join(", ")}.`);
  return report.unacknowledged.length === 0 && report.errors === 0 ? 0 : 1;
}

/** A file as it is; a folder by its files, in order of name, however deep. */
function filesBelow(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
  } catch {
    throw new UsageError(`There is no file or folder ${path}.`);
  }
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function* messagesOf(files: readonly string[]): Generator<Uint8Array> {
  for (const file of files) yield* splitMessages(readFileSync(file));
}
