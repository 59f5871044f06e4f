import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { ask, dataFolder, drained, startChesil, upload } from "./chesil-process.ts";
import { CHILDREN_MAPPING, csvOf, PACKAGES_MAPPING, REFERRALS_MAPPING } from "./load-files.ts";

const CLI = fileURLToPath(new URL("../services/all/src/cli.ts", import.meta.url));
const CHILDREN = 6_000;
const FAMILIES = ["Abbott", "Bascombe", "Cull", "Dyer", "Elford", "Feltham", "Galpin", "Hann", "Isgar", "Jeanes"];
const GIVEN = ["Alfie", "Beth", "Cora", "Dylan", "Edie", "Freya", "George", "Holly", "Isla", "Jago", "Kit"];

const letter = (id: number) => "ABDEFGHJLNPQRSTUWXYZ"[id % 20];

/** A register in which no two children are alike. */
const child = (id: number) => ({
  child_id: `C${id}`,
  nhs_number: "",
  surname: `${FAMILIES[id % FAMILIES.length]}${String.fromCharCode(97 + (id % 23))}${String.fromCharCode(97 + (Math.floor(id / 23) % 26))}`,
  forename: GIVEN[id % GIVEN.length] ?? "",
  dob: `${String((id % 28) + 1).padStart(2, "0")}/${String((id % 12) + 1).padStart(2, "0")}/${2008 + (id % 15)}`,
  gender: id % 2 ? "M" : "F",
  address: `${id} Quay Lane`,
  town: "Poole",
  postcode: `BH${(id % 23) + 1} ${id % 9}${letter(id)}${letter(Math.floor(id / 20))}`,
  plan: id % 500 === 0 ? "Y" : "",
});

type Person = { personId: string };
type Facts = { rows: { title: string; detail: string; status: string; state: string; at: string }[] };

describe("a council's extracts", () => {
  it("of 6,000 children, their referrals and care packages reach a running Chesil, and tomorrow's their differences", async () => {
    const { dataDir, remove } = await dataFolder();
    onTestFinished(remove);
    const write = (name: string, text: string) => {
      writeFileSync(join(dataDir, name), text);
      return name;
    };
    write("packages.yaml", JSON.stringify(PACKAGES_MAPPING));
    const load = { authority: "DCC", extractTime: "name" };
    const loads = [
      { ...load, name: "children", mapping: CHILDREN_MAPPING },
      { ...load, name: "referrals", mapping: REFERRALS_MAPPING },
      { ...load, name: "packages", mappingFile: "packages.yaml" },
    ];
    write("chesil.yaml", JSON.stringify({ feeds: [{ name: "default", port: 0, authority: "RBD" }], loads }));
    const chesil = await startChesil(dataDir);
    onTestFinished(async () => void (await chesil.stop()));
    const chesilLoad = async (file: string, feed: string, ...more: string[]) => {
      const env = { ...process.env, CHESIL_DATA_DIR: join(dataDir, "data") };
      const args = [CLI, "load", file, "--feed", feed, "--json", ...more];
      const { stdout, code } = await promisify(execFile)(process.execPath, args, { cwd: dataDir, env }).then(
        ({ stdout }) => ({ stdout, code: 0 }),
        (error: { stdout: string; stderr: string; code: number }) => {
          if (!error.stdout) throw new Error(error.stderr);
          return error;
        },
      );
      return { ...JSON.parse(stdout).loads[0], code };
    };

    const children = Array.from({ length: CHILDREN }, (_, index) => child(index + 1));
    const first = await chesilLoad(write("children-20260313.csv", csvOf(children)), "children", "--full");
    expect(first.rows).toMatchObject({ read: CHILDREN, new: CHILDREN, rejected: 0 });
    const referrals = [1, 2, 3].map((id) => ({
      ...{
        referral_id: `R${id}`,
        child_id: `C${id * 1000}`,
        status: "OPEN",
        reason: "Speech",
        received: "2026-02-01",
        team: "SALT",
      },
    }));
    const referred = {
      name: "referrals-20260313.csv",
      text: csvOf([...referrals, { ...referrals[0], referral_id: "" }]),
    };
    const uploaded = await upload<{ rows: object; rejectsFile: string }>(
      chesil,
      "/api/v1/loads?feed=referrals",
      referred,
    );
    expect(uploaded.rows).toMatchObject({ read: 4, new: 3, rejected: 1 });
    expect(uploaded.rejectsFile).toContain("The row has no key.");
    await expect(upload(chesil, "/api/v1/loads?feed=referrals", { ...referred, name: "x.csv" })).rejects.toThrow(
      "It has no date in its name",
    );
    const packages = [
      {
        package_id: "P1",
        child_id: "C1000",
        service: "Short breaks",
        status: "A",
        from: "01/01/2026",
        to: "",
        provider: "Quay Care",
        changed: "02/01/2026",
      },
    ];
    await chesilLoad(write("packages-20260313.csv", csvOf(packages)), "packages");
    await drained(chesil, CHILDREN + 4, 120_000);

    const personOf = async (localId: string) => {
      const found = await ask<{ persons: Person[] }>(chesil, "/api/v1/persons/search", { localId });
      expect(found.persons).toHaveLength(1);
      return found.persons[0]?.personId ?? "";
    };
    const factsOf = async (personId: string, kind: string) =>
      (await ask<Facts>(chesil, `/api/v1/persons/${personId}/facts?kind=${kind}`)).rows;
    const personId = await personOf("C1000");
    expect(await factsOf(personId, "referral")).toMatchObject([{ status: "pending" }]);
    expect(await factsOf(personId, "care-package")).toMatchObject([
      { title: "Short breaks", status: "active", at: "2026-01-01" },
    ]);
    expect(await factsOf(personId, "alert")).toHaveLength(1);

    const tomorrow = children
      .slice(1)
      .map((each) => (each.child_id === "C1000" ? { ...each, plan: "", town: "Wool" } : each));
    const broken = { ...child(CHILDREN + 1), dob: "30/02/2015" };
    const file = write("children-20260314.csv", csvOf([...tomorrow, broken]));
    const recoded = write("recoded-20260314.csv", csvOf(children.map((each) => ({ ...each, plan: each.plan && "1" }))));
    expect(await chesilLoad(recoded, "children", "--dry-run")).toMatchObject({
      code: 1,
      wouldBeRefused: expect.stringMatching(
        /^12 of the 12 rows that state a fact of the kind alert .*--confirm losses/,
      ),
    });
    const confirming = chesilLoad(recoded, "children", "--confirm", "--dry-run");
    await expect(confirming).rejects.toThrow("--confirm takes what a dry run says is doubted: losses, members");
    const shown = await chesilLoad(file, "children", "--full", "--confirm", "refused", "--dry-run");
    const second = await chesilLoad(file, "children", "--full", "--confirm", "refused", "--rejects", "rejects.csv");
    const expected = { read: CHILDREN, new: 0, changed: 1, unchanged: CHILDREN - 2, gone: 1, rejected: 1 };
    expect([shown.rows, second.rows]).toEqual([expected, expected]);
    expect(second.changedColumns).toEqual({ plan: 1, town: 1 });
    write("mended.csv", readFileSync(join(dataDir, "rejects.csv"), "utf8").replace("30/02/2015", "28/02/2015"));
    write("mended-20260314.csv", readFileSync(join(dataDir, "mended.csv"), "utf8"));
    expect((await chesilLoad("mended-20260314.csv", "children")).rows).toMatchObject({ new: 1, rejected: 0 });
    // The withdrawn alert is an entry of its own before the row; the child who is gone stated nothing.
    const { outcomes } = await drained(chesil, CHILDREN + 7, 60_000);
    expect(outcomes).toMatchObject({ applied: CHILDREN + 7 });
    expect((await factsOf(personId, "alert")).map(({ state }) => state)).not.toContain("current");
    expect(await personOf(`C${CHILDREN + 1}`)).not.toBe("");

    const { loads: latest } = await ask<{ loads: { feed: string; extractAt: string }[] }>(chesil, "/api/v1/feeds");
    expect(latest.map(({ feed }) => feed)).toEqual(["children", "packages", "referrals"]);
    expect(latest[0]?.extractAt).toBe("2026-03-14T00:00:00.000Z");
    const all = await ask<{ loads: { fileName: string }[] }>(chesil, "/api/v1/loads?feed=children");
    expect(all.loads.map(({ fileName }) => fileName)).toEqual([
      ...["mended-20260314.csv", "children-20260314.csv", "children-20260313.csv"],
    ]);
  }, 240_000);
});
