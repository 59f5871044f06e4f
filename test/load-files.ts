import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LoadOptions, type LoadReport, loadFile } from "@chesil/ingest";
import { type LoadReading, readMapping, type TableReading } from "@chesil/load";
import { appendFeedActivation, type Database, LOAD_DOUBTS } from "@chesil/store";
import { onTestFinished } from "vitest";

/** A council's extracts, for tests of what is loaded from files. */

export const CHILDREN_MAPPING = {
  rowKey: ["child_id"],
  patient: {
    id: "child_id",
    nhsNumber: "nhs_number",
    names: [{ family: "surname", given: ["forename"] }],
    birthDate: "dob",
    sex: "gender",
    addresses: [{ lines: ["address"], city: "town", postcode: "postcode" }],
  },
  facts: [
    {
      kind: "alert",
      when: [{ column: "plan", is: ["Y"] }],
      content: {
        code: { concept: { text: { constant: "Child protection plan" } } },
        category: { constant: "safeguarding" },
        priority: { constant: "high" },
        status: { constant: "active" },
      },
    },
  ],
};

export const REFERRALS_MAPPING = {
  rowKey: ["referral_id"],
  patient: { id: "child_id" },
  facts: [
    {
      kind: "referral",
      content: {
        status: { column: "status", codes: { OPEN: "pending", CLOSED: "completed" } },
        reason: { concept: { text: "reason" } },
        receivedAt: "received",
        specialty: "team",
      },
    },
  ],
};

export const PACKAGES_MAPPING = {
  rowKey: ["package_id"],
  recordedAt: "changed",
  patient: { id: "child_id" },
  facts: [
    {
      kind: "care-package",
      content: {
        type: { concept: { text: "service" } },
        status: { column: "status", codes: { A: "active", E: "ended" } },
        startsAt: "from",
        endsAt: "to",
        provider: { display: "provider" },
      },
    },
  ],
};

export function readingOf(mapping: unknown, change: Partial<TableReading> = {}): TableReading {
  const read = readMapping(mapping);
  if (!read.ok) throw new Error(read.problems.join("\n"));
  return {
    ...{ load: "csv", authority: "DCC", nhsNumberTraced: true, delimiter: ",", timeZone: "Europe/London" },
    ...{ dateFormats: ["iso", "DD/MM/YYYY"], mapping: read.mapping },
    ...change,
  };
}

export type Row = Readonly<Record<string, string>>;

/** One child of the register. */
export const child = (id: number, change: Row = {}): Row => ({
  ...{ child_id: `C${id}`, nhs_number: "", surname: `Hartley${id}`, forename: "Anna", dob: `0${(id % 9) + 1}/07/2015` },
  ...{ gender: "F", address: `${id} Quay Lane`, town: "Poole", postcode: "BH15 1AA", plan: "" },
  ...change,
});

/** Rows as CSV, all with the columns of the first unless others are given. */
export function csvOf(rows: readonly Row[], columns: readonly string[] = Object.keys(rows[0] ?? {})): string {
  const line = (cells: readonly string[]) =>
    `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",")}\r\n`;
  return line(columns) + rows.map((row) => line(columns.map((column) => row[column] ?? ""))).join("");
}

/** A folder for the extracts of one test. */
export function extractFolder(): (name: string, content: string | Uint8Array) => string {
  const folder = mkdtempSync(join(tmpdir(), "chesil-load-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return (name, content) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
}

/** Loads a file by a reading (`isConfirmed`: whatever it is doubted for), which comes into force as the command has it do. */
export async function load(
  database: Database,
  path: string,
  reading: LoadReading,
  {
    isConfirmed = false,
    extractAt,
    ...change
  }: Partial<Omit<LoadOptions, "extractAt">> & {
    readonly isConfirmed?: boolean;
    readonly extractAt?: Date;
  } = {},
): Promise<LoadReport> {
  const feed = change.feed ?? "children";
  const now = change.now ?? (() => new Date());
  const activate = () => appendFeedActivation(database, { feed, reading, by: "test" }, now());
  return loadFile({
    ...{ database, feed, reading, path, encoding: undefined, isFull: false, isDryRun: false },
    ...{ goneShareMax: 0.2, confirmed: new Set(isConfirmed ? LOAD_DOUBTS : []), now, activate },
    ...{ extractAt: () => extractAt ?? now() },
    ...change,
  });
}
