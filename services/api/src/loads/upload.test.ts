import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openRig, type Rig } from "../rig.ts";
import { UPLOADS_MAX, type UploadedFile, type UploadOutcome } from "./upload.ts";

const REPORT = {
  ...{ feed: "children", file: "c.csv", encoding: "utf-8", extractAt: "2026-03-01T00:00:00.000Z" },
  ...{ isDryRun: false, isFull: false, withdrawing: 0, late: 0 },
  rows: { read: 2, new: 1, changed: 0, unchanged: 0, gone: 0, rejected: 1 },
  ...{ changedColumns: {}, flagged: {}, unlisted: {}, rejected: [{ row: 3, reason: "dob: It is no date." }] },
  ...{ changes: [{ row: 2, kind: "new" as const }], unusedColumns: [] },
};

/** What loading is given, and what it does with it. */
let load: (file: UploadedFile) => Promise<UploadOutcome>;
let rig: Rig;
beforeAll(async () => {
  rig = await openRig({ loadUploaded: (file) => load(file) });
});
afterAll(() => rig.close());

const upload = async (query: string, body: string | Buffer, headers: Record<string, string> = {}) => {
  const cookie = await rig.signedIn(["data-manager"], "dora");
  return rig.app.inject({
    ...{ method: "POST", url: `/api/v1/loads?${query}`, payload: body },
    headers: { cookie, "x-chesil-request": "1", "content-type": "text/csv", ...headers },
  });
};

test("the file is loaded byte for byte, under its name, for whoever sent it, and the refused rows come back", async () => {
  const bytes = Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0x2c, 0x62, 0x0d, 0x0a, 0xff, 0x00]);
  const seen: UploadedFile[] = [];
  load = async (file) => {
    seen.push(file);
    expect(readFileSync(file.path)).toEqual(bytes);
    writeFileSync(file.rejectsPath, "chesil_row,chesil_reason,a,b\r\n");
    return { ok: true, report: REPORT };
  };
  const answer = await upload("feed=children&dryRun=true&full=true&confirm=losses&confirm=gone", bytes, {
    "content-disposition": 'attachment; filename="../child ren 2026-03-01.csv"',
  });
  expect([answer.statusCode, answer.json().rejectsFile]).toEqual([200, "chesil_row,chesil_reason,a,b\r\n"]);
  expect(answer.json()).toMatchObject({ rows: REPORT.rows, rejected: REPORT.rejected });
  const [file = expect.fail()] = seen;
  expect(file).toMatchObject({
    feed: "children",
    isDryRun: true,
    isFull: true,
    confirmed: ["losses", "gone"],
    by: "dora",
  });
  expect(file.fileName).toBe(".._child ren 2026-03-01.csv");
  expect([existsSync(file.path), existsSync(file.rejectsPath)]).toEqual([false, false]);
  expect(await rig.audit()).toMatchObject([{ username: "dora", action: "load.upload", detail: { feed: "children" } }]);
});

test("a feed that is not there is not found; a file that will not do is refused, in the words that say why", async () => {
  load = async () => ({ ok: false, kind: "no-feed" });
  expect((await upload("feed=children", "a,b\r\n")).statusCode).toBe(404);
  load = async () => ({ ok: false, kind: "refused", text: "A load of children is running. Wait for its end." });
  const answer = await upload("feed=children", "a,b\r\n");
  expect([answer.statusCode, answer.json().detail]).toEqual([422, "A load of children is running. Wait for its end."]);
});

test("what is confirmed has a name, for one word must not lift every guard", async () => {
  load = async () => expect.fail();
  expect((await upload("feed=children&confirm=true", "a,b\r\n")).statusCode).toBe(400);
});

test("a request without a file is told so", async () => {
  const cookie = await rig.signedIn(["data-manager"], "dora");
  const headers = { cookie, "x-chesil-request": "1" };
  const answer = await rig.app.inject({ method: "POST", url: "/api/v1/loads?feed=children", headers });
  expect([answer.statusCode, answer.json().title]).toEqual([400, "There is no file"]);
});

test("so many at once, and one more is told when to come again; a load that fails gives its place back", async () => {
  const waiting: (() => void)[] = [];
  load = () => new Promise((_, reject) => waiting.push(() => reject(new Error("the disk is full"))));
  const first = Array.from({ length: UPLOADS_MAX }, () => upload("feed=children", "a,b\r\n"));
  await expect.poll(() => waiting.length).toBe(UPLOADS_MAX);
  const more = await upload("feed=children", "a,b\r\n");
  expect([more.statusCode, more.headers["retry-after"]]).toEqual([503, "10"]);
  for (const fail of waiting) fail();
  expect((await Promise.all(first)).map(({ statusCode }) => statusCode)).toEqual(first.map(() => 500));
  load = async () => ({ ok: true, report: { ...REPORT, rows: { ...REPORT.rows, rejected: 0 } } });
  expect((await upload("feed=children", "a,b\r\n")).json().rejectsFile).toBeNull();
});
