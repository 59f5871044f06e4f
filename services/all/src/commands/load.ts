import { existsSync } from "node:fs";
import { userInfo } from "node:os";
import { basename } from "node:path";
import { LoadRefusedError, type LoadReport } from "@chesil/ingest";
import { type Database, LOAD_DOUBTS, type LoadDoubt } from "@chesil/store";
import { givenConfig } from "../config-access.ts";
import { loadGiven } from "../load-given.ts";
import { givenLoad } from "../loads.ts";
import { withStore } from "../store-access.ts";
import { type Terminal, UsageError } from "../terminal.ts";
import { checkOutputs } from "./check-outputs.ts";

type Given = {
  feed?: string;
  dryRun?: boolean;
  rejects?: string;
  full?: boolean;
  confirm?: string[];
  json?: boolean;
};

/**
 * `chesil load`: journals the rows of extracts that are new or say something else; the running Chesil applies them. Exit code
 * 1 where a row was refused, where what is gone was not withdrawn, or where a dry run says that the load would be refused.
 */
export async function load(paths: readonly string[], given: Given, terminal: Terminal): Promise<number> {
  const config = givenLoad(givenConfig(), given.feed);
  const missing = paths.find((path) => !existsSync(path));
  if (missing !== undefined) throw new UsageError(`There is no file ${missing} that may be read.`);
  if (given.full && paths.length > 1) throw new UsageError("--full takes one file: the whole of what the source has.");
  if (given.rejects !== undefined && paths.length > 1) throw new UsageError("--rejects takes one file at a time.");
  confirmedOf(given);
  checkOutputs({ "--rejects": given.rejects }, paths);
  if (config.format === "fhir" && given.rejects?.endsWith(".ndjson") === false)
    throw new UsageError("Name the --rejects of FHIR Bundles so that they end in .ndjson: they are one Bundle a line.");
  return withStore(async (database) => {
    const reports: LoadReport[] = [];
    for (const path of paths) {
      const report = await loadOne(database, path, config, given, terminal);
      reports.push(report);
      if (!given.json) tell(report, given, terminal);
      if (!report.isWhole) break;
    }
    if (given.json) terminal.data(JSON.stringify({ loads: reports }));
    const isClean = reports.every(
      ({ rows, notWithdrawn, wouldBeRefused, isWhole }) =>
        rows.rejected === 0 && isWhole && !notWithdrawn && !wouldBeRefused,
    );
    return isClean && reports.length === paths.length ? 0 : 1;
  });
}

async function loadOne(
  database: Database,
  path: string,
  config: ReturnType<typeof givenLoad>,
  given: Given,
  terminal: Terminal,
): Promise<LoadReport> {
  try {
    return await loadGiven(database, config, {
      ...{ path, isFull: given.full === true, isDryRun: given.dryRun === true, confirmed: confirmedOf(given) },
      ...{ rejectsPath: given.rejects, by: `${userInfo().username} (command line)`, now: terminal.now },
      notice: (text) => terminal.say(`${basename(path)}: ${text}`),
      onProgress: (rows) => terminal.progress(`${basename(path)}: ${rows} rows`),
      signal: terminal.interrupted,
    });
  } catch (error) {
    if (error instanceof LoadRefusedError) throw new UsageError(`${path} can not be loaded. ${error.message}`);
    throw error;
  }
}

/** @throws UsageError where something is confirmed that no file is doubted for. */
function confirmedOf({ confirm = [] }: Given): ReadonlySet<LoadDoubt> {
  const given = new Set(confirm.flatMap((each) => each.split(",")));
  const known = LOAD_DOUBTS.filter((doubt) => given.has(doubt));
  if (known.length === given.size) return new Set(known);
  throw new UsageError(`--confirm takes what a dry run says is doubted: ${LOAD_DOUBTS.join(", ")}.`);
}

/** Rows named one by one on a terminal; the rejects file and --json have more. */
const NAMED_MAX = 20;

function tell(report: LoadReport, given: Given, terminal: Terminal): void {
  const { file, rows, withdrawing, late, rejected, changes, changedColumns, flagged, unlisted } = report;
  const { unusedColumns, notWithdrawn } = report;
  const would = report.isDryRun ? "would be " : "";
  terminal.data(
    `${file}: ${rows.read} rows; ${would}new ${rows.new}, changed ${rows.changed}, gone ${rows.gone}; unchanged ${rows.unchanged}, rejected ${rows.rejected}.`,
  );
  const counts = (of: Readonly<Record<string, number>>) =>
    Object.entries(of).map(([name, count]) => `${name} ${count}`);
  if (late > 0)
    terminal.data(`  ${late} of the unchanged are known otherwise from an extract made later: kept as former.`);
  if (rows.changed > 0)
    terminal.data(`  changed columns: ${counts(changedColumns).join(", ") || "none that can be told"}`);
  if (withdrawing > 0) terminal.data(`  ${withdrawing} of the changed no longer state something that they stated.`);
  for (const change of report.isDryRun ? changes.slice(0, NAMED_MAX) : [])
    terminal.data(`  row ${change.row} ${change.kind}${change.columns ? `: ${change.columns.join(", ")}` : ""}`);
  if (Object.keys(flagged).length > 0) terminal.data(`  kept and flagged: ${counts(flagged).join(", ")}`);
  if (Object.keys(unlisted).length > 0)
    terminal.data(`  cells of a condition that say what it does not list: ${counts(unlisted).join(", ")}`);
  if (unusedColumns.length > 0) terminal.data(`  columns that the mapping does not name: ${unusedColumns.join(", ")}`);
  for (const { row, reason } of rejected.slice(0, NAMED_MAX)) terminal.data(`  row ${row} rejected: ${reason}`);
  if (rejected.length > NAMED_MAX) terminal.data(`  and ${rows.rejected - NAMED_MAX} more.`);
  if (rows.rejected > 0 && given.rejects === undefined)
    terminal.say("Give --rejects FILE for a file of the rejected rows: mended, it can be loaded as it is.");
  if (notWithdrawn) terminal.say(`Not withdrawn: ${notWithdrawn}`);
  if (report.wouldBeRefused) terminal.say(`The load would be refused: ${report.wouldBeRefused}`);
  if (!report.isWhole) terminal.say("The load was stopped. Run it again: it goes on where it was.");
}
