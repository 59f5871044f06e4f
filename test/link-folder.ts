import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "@chesil/all";
import { REGISTER_COLUMNS, type RegisterRow, simulateRegister } from "@chesil/simulator";
import { onTestFinished, vi } from "vitest";

/** What the tests of `chesil link` and its kin rest upon: a synthetic register, and a folder to run the command in. */

export const quoted = (value: string): string => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
export const csvOf = (rows: readonly RegisterRow[]): string =>
  [REGISTER_COLUMNS, ...rows.map((row) => REGISTER_COLUMNS.map((column) => quoted(row[column])))]
    .map((fields) => `${fields.join()}\n`)
    .join("");
export const REGISTER: readonly RegisterRow[] = [...simulateRegister({ records: 600, seed: "link" })];

/** A folder of files for one test, in which the command line runs: whatever argument names a file is found there. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), "link-"));

  constructor(files: Readonly<Record<string, string | Uint8Array>>) {
    onTestFinished(() => rmSync(this.path, { recursive: true, force: true }));
    for (const [name, content] of Object.entries(files)) writeFileSync(join(this.path, name), content);
  }

  read(name: string): string {
    return readFileSync(join(this.path, name), "utf8");
  }

  /** The rows of a file that was written, by their columns. */
  rows(name: string): Record<string, string>[] {
    const [columns = [], ...rows] = this.read(name)
      .trimEnd()
      .split("\n")
      .map((line) => [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)])
      .map((fields) => fields.map(([, inQuotes, plain]) => inQuotes?.replaceAll('""', '"') ?? plain ?? ""));
    return rows.map((values) => Object.fromEntries(values.map((value, at) => [columns[at] ?? "", value])));
  }

  async chesil(...args: string[]): Promise<{ code: number; out: string; said: string }> {
    const printed = { out: "", said: "" };
    const keep = (stream: NodeJS.WriteStream, name: keyof typeof printed) =>
      vi.spyOn(stream, "write").mockImplementation((chunk) => {
        printed[name] += String(chunk);
        return true;
      });
    const spies = [keep(process.stdout, "out"), keep(process.stderr, "said")];
    try {
      const code = await main(args.map((arg) => (/\.(csv|json|html)$/.test(arg) ? join(this.path, arg) : arg)));
      return { code, ...printed };
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
  }
}
