import { mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { ExampleFiles, readAll } from "./files.fixture.ts";
import { writeCsv } from "./write-csv.ts";

const files = new ExampleFiles();
afterAll(() => files.remove());
const out = join(files.folder, "out.csv");
const writeLinks = (path: string, links: Iterable<readonly [string, string]>) =>
  writeCsv(path, ["id", "person_id"], links);
const text = () => readFileSync(out, "utf8");

describe("writeCsv", () => {
  it("writes what readCsv reads back: any strings", async () => {
    // A NUL byte is refused by the reader; it is in no text.
    const value = fc.string({ unit: "binary" }).filter((text) => !text.includes("\0"));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(value, { minLength: 3, maxLength: 3 })), async (rows) => {
        await writeCsv(out, ["a", "b", "c"], rows);
        const { fields, error } = await readAll(out);
        expect(error).toBeUndefined();
        expect(fields).toEqual([["a", "b", "c"], ...rows]);
      }),
    );
  });

  it("does not touch what a spreadsheet would take for a formula", async () => {
    await writeLinks(out, [["=1+1", "@p"]]);
    expect(text()).toBe("id,person_id\n=1+1,@p\n");
  });

  it("leaves what stood there when the rows fail, and no file beside it", async () => {
    await writeLinks(out, [["1", "P1"]]);
    function* failing(): Generator<[string, string]> {
      yield ["2", "P2"];
      throw new Error("the engine failed");
    }
    await expect(writeLinks(out, failing())).rejects.toThrow("the engine failed");
    expect(text()).toBe("id,person_id\n1,P1\n");
    expect(readdirSync(files.folder)).toEqual(["out.csv"]);
  });

  it("writes through a link and into a device, and says when the folder is not there", async () => {
    mkdirSync(join(files.folder, "real"));
    await writeLinks(join(files.folder, "real", "links.csv"), []);
    const link = join(files.folder, "link.csv");
    symlinkSync(join(files.folder, "real", "links.csv"), link);
    await writeLinks(link, [["1", "P1"]]);
    expect(readFileSync(join(files.folder, "real", "links.csv"), "utf8")).toBe("id,person_id\n1,P1\n");
    await writeLinks("/dev/null", [["1", "P1"]]);
    await expect(writeLinks(join(files.folder, "none", "links.csv"), [])).rejects.toThrow("ENOENT");
  });
});
