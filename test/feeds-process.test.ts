import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { connectMllp } from "@chesil/mllp";
import { describe, expect, it, onTestFinished } from "vitest";
import { dataFolder, startChesil } from "./chesil-process.ts";

const yaml = (permanent: string, more = "") => `feeds:
- name: default
  port: 0
  authority: RBD
  acknowledgement: { permanent: ${permanent} }
${more}`;
const refused = (id: number) => Buffer.from(`MSH|^~\\&|PAS|RBD|||20260501080000||ADT^A31|${id}|P|2.4\rPID|1||\r`);

describe("the configuration of a running Chesil", () => {
  it("is read again on SIGHUP, and kept as it was when it will not do", async () => {
    const { dataDir, remove } = await dataFolder();
    onTestFinished(remove);
    const file = join(dataDir, "chesil.yaml");
    writeFileSync(file, yaml("error"));
    const chesil = await startChesil(dataDir);
    onTestFinished(async () => void (await chesil.stop()));
    const sender = await connectMllp({ host: "127.0.0.1", port: chesil.mllpPort });
    onTestFinished(() => sender.close());
    let sent = 0;
    const code = async () => /MSA\|(\w\w)/.exec(Buffer.from(await sender.send(refused(++sent))).toString())?.[1];
    expect(await code()).toBe("AE");
    expect(chesil.said()).toContain('"gp-sources-unknown","setting":"survivorship.gpSources"');

    writeFileSync(file, yaml("maybe", "  charset: klingon\n"));
    chesil.child.kill("SIGHUP");
    await expect
      .poll(() => chesil.said(), { timeout: 10_000 })
      .toContain("Chesil goes on as it was: the configuration has 2 problems.");
    expect(chesil.said()).toMatch(/chesil\.yaml:5: feeds\[0\]\.acknowledgement\.permanent is "maybe"/);
    expect(chesil.said()).toMatch(/"config-problem","place":"chesil\.yaml:6","setting":"feeds\[0\]\.charset"/);
    expect(await code()).toBe("AE");

    writeFileSync(
      file,
      yaml(
        "reject",
        "- { name: lab, port: 0, authority: LAB }\nlogLevel: warn\nsurvivorship: { gpSources: [feed:lab] }\n",
      ),
    );
    chesil.child.kill("SIGHUP");
    await expect
      .poll(() => chesil.said(), { timeout: 10_000 })
      .toContain('"config-activated","added":1,"changed":1,"removed":0');
    expect(await code()).toBe("AR");
    for (const setting of ["logLevel", "privacy"])
      expect(chesil.said()).toContain(`"config-needs-restart","setting":"${setting}"`);
  });
});
