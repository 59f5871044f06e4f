import {
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ExampleFiles } from "../csv/files.fixture.ts";
import { fileKey, targetOf, unwritable } from "./target.ts";
import { writeText } from "./write-whole.ts";

const files = new ExampleFiles();
afterAll(() => files.remove());
const at = (...names: string[]) => join(files.folder, ...names);
mkdirSync(at("real"));
symlinkSync(at("real"), at("folder"));
writeFileSync(at("real", "there.csv"), "before");
symlinkSync(at("real", "there.csv"), at("to-there.csv"));
linkSync(at("real", "there.csv"), at("hard.csv"));
symlinkSync("real/not-yet.csv", at("to-not-yet.csv"));
symlinkSync(at("ring.csv"), at("ring.csv"));

describe("one file", () => {
  it.each([
    ["there.csv", ["folder", "there.csv"], ["to-there.csv"], ["hard.csv"], ["real", ".", "there.csv"]],
    ["not-yet.csv", ["folder", "not-yet.csv"], ["to-not-yet.csv"]],
  ] as [string, ...string[][]][])("%s has one key whatever it is called", (name, ...paths) => {
    const key = fileKey(at("real", name));
    expect(key).toBeDefined();
    for (const path of paths) expect([path, fileKey(at(...path))]).toEqual([path, key]);
    expect(fileKey(relative(process.cwd(), at("real", name)))).toBe(key);
    expect(fileKey(at("real", "another.csv"))).not.toBe(key);
  });

  it("is none where it is a device, and ends somewhere where links are a ring", () => {
    expect(fileKey("/dev/null")).toBeUndefined();
    expect(targetOf(at("ring.csv"))).toBe(at("ring.csv"));
  });
});

describe("what can not be written", () => {
  it("is known before, with the reason", () => {
    expect(unwritable("")).toBe("it names no file");
    expect(unwritable(at("real"))).toContain("is a folder");
    expect(unwritable(at("none", "out.csv"))).toContain(`there is no folder ${at("none")}`);
    expect(unwritable(at("real", "there.csv", "out.csv"))).toContain("is a file, not a folder");
    for (const path of [at("new.csv"), at("hard.csv"), at("to-not-yet.csv"), "/dev/null"])
      expect([path, unwritable(path)]).toEqual([path, undefined]);
  });

  it.skipIf(process.getuid?.() === 0)("is a file, or a folder, whose permissions forbid it", () => {
    const [file, folder] = [at("locked.csv"), at("locked")];
    writeFileSync(file, "", { mode: 0o400 });
    mkdirSync(folder, { mode: 0o500 });
    expect(unwritable(file)).toContain("permissions");
    expect(unwritable(join(folder, "out.csv"))).toContain(`nothing may be written into ${folder}`);
  });
});

describe("a text", () => {
  it("replaces what stood there whole, through a link, and keeps who may read it", async () => {
    chmodSync(at("real", "there.csv"), 0o600);
    await writeText(at("to-there.csv"), "after");
    expect(readFileSync(at("real", "there.csv"), "utf8")).toBe("after");
    expect(statSync(at("real", "there.csv")).mode & 0o777).toBe(0o600);
    // What is read by another name of the old content is not written to.
    expect(readFileSync(at("hard.csv"), "utf8")).toBe("before");
    await writeText(at("to-not-yet.csv"), "new");
    expect(readFileSync(at("real", "not-yet.csv"), "utf8")).toBe("new");
    expect(readdirSync(at("real")).sort()).toEqual(["not-yet.csv", "there.csv"]);
  });
});
