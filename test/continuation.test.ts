import { appendCommands, verifyJournal } from "@chesil/store";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freshDatabase } from "./database.ts";
import { adt, receive, resolveAll } from "./region.ts";

const header = (controlId: string, pointer = "") =>
  `MSH|^~\\&|LAB|RBD|CHESIL|DORSET|20260501080000||ORU^R01|${controlId}|P|2.4||${pointer}`;
const PATIENT = "PID|1||1001^^^RBD^MR||HARTLEY^ANNA||19700101|F";
const REPORT = "OBR|1||L1|FBC^Full blood count^L|||20260501070000||||||||||||||||||F";

const FIRST = [header("P1"), PATIENT, REPORT, "OBX|1|NM|HB^Haemoglobin^L||13", "DSC|more-1|F"];
const SECOND = [header("P2", "more-1"), "ADD|8|g/L||||||F", "OBX|2|NM|WBC^White cells^L||7.2||||||F", "DSC|more-2|F"];
const LAST = [header("P3", "more-2"), "ADD|", "NTE|1||The sample was late."];

const bytes = (segments: readonly string[]) => Buffer.from(`${segments.join("\r")}\r`);

describe("a message in parts", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  beforeEach(async () => {
    database = await freshDatabase();
  });
  afterEach(() => database.close());

  const outcomes = async () =>
    (
      await database.pool.query(
        "select control_id, outcome, reason from outcome join journal using (journal_id) order by journal_id",
      )
    ).rows.map((row) => `${row.control_id} ${row.outcome}${row.reason ? ` ${row.reason}` : ""}`);
  const observations = async () =>
    (await database.pool.query("select content from fact where kind = 'result'")).rows.flatMap((row) =>
      row.content.observations.map((each: { value?: string }) => each.value),
    );
  const counts = async () => {
    const { counted, tallied, inFlight } = await verifyJournal(database);
    expect(tallied).toEqual(counted);
    expect(inFlight).toBe(0);
  };

  it("waits for its last part, holds up nobody meanwhile, and is one then", async () => {
    await receive(database, [bytes(FIRST)]);
    await resolveAll(database);
    expect(await outcomes()).toEqual(["P1 parked awaiting-continuation"]);
    await counts();
    await receive(database, [bytes(SECOND), bytes(LAST)]);
    await resolveAll(database);
    expect(await outcomes()).toEqual(["P1 applied", "P2 applied", "P3 applied"]);
    expect(await observations()).toEqual(["138", "7.2"]);
    await counts();
  });

  it("is one when all its parts come in one batch", async () => {
    await receive(database, [bytes(FIRST), bytes(SECOND), bytes(LAST)]);
    await resolveAll(database);
    expect(await outcomes()).toEqual(["P1 applied", "P2 applied", "P3 applied"]);
    expect(await observations()).toEqual(["138", "7.2"]);
    await counts();
  });

  it("waits its turn behind a parked patient, whichever part came first, and goes on with it", async () => {
    await receive(database, [bytes(FIRST)]);
    const [poison] = await receive(database, [adt("A31", { id: "1001", family: "HARTLEY" }, { controlId: "POISON" })]);
    await database.pool.query(
      "insert into outcome (journal_id, outcome, reason, decided_by, decided_at) values ($1, 'quarantined', 'apply-failed', $1, now())",
      [poison?.journalId],
    );
    await database.pool.query("insert into parked_identity values ('RBD|1001', $1, now())", [poison?.journalId]);
    await database.pool.query("insert into tally values ('test', 'quarantined', 1)");
    await database.pool.query("update journal set accepted = false where journal_id = $1", [poison?.journalId]);
    await receive(database, [
      bytes(SECOND),
      bytes(LAST),
      adt("A31", { id: "1001", family: "AFTER" }, { controlId: "AFTER" }),
    ]);
    await resolveAll(database);
    expect(await outcomes()).toEqual([
      "P1 parked awaiting-continuation",
      "POISON quarantined apply-failed",
      "P2 parked awaiting-continuation",
      "P3 parked behind-parked",
      "AFTER parked behind-parked",
    ]);
    await counts();
    const command = {
      command: "replay",
      journalId: poison?.journalId ?? 0,
      by: "a data manager",
      reason: "again",
    } as const;
    await appendCommands(database, [command], new Date());
    await resolveAll(database);
    expect(new Set((await outcomes()).map((each) => each.split(" ")[1]))).toEqual(new Set(["applied"]));
    expect(await observations()).toEqual(["138", "7.2"]);
    await counts();
  });

  it("sets aside the rest of a message that never began, and takes a whole one that only carries a pointer", async () => {
    await receive(database, [
      bytes([header("Q1", "nowhere"), "ADD|8|g/L"]),
      bytes([header("Q2", "nowhere"), PATIENT, REPORT, "OBX|1|NM|HB^Haemoglobin^L||14||||||F"]),
    ]);
    await resolveAll(database);
    expect(await outcomes()).toEqual(["Q1 quarantined not-readable", "Q2 applied"]);
    expect(await observations()).toEqual(["14"]);
    await counts();
  });
});
