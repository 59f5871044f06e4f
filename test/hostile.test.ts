import { verifyJournal } from "@chesil/store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Chesil, codeOf, framed, inRuns } from "./hostile.ts";
import { FRAMING_ROWS } from "./hostile-framing.ts";
import { HL7_ROWS } from "./hostile-hl7.ts";
import { SEMANTIC_ROWS, Who } from "./hostile-semantic.ts";
import { adt } from "./region.ts";

/** Rows B-01 to B-06 of what is sent by mistake or on purpose, over real sockets, to one Chesil that lives on. */
let chesil: Chesil;
beforeAll(async () => {
  chesil = await Chesil.start();
});
afterAll(async () => {
  await chesil?.stop();
});

describe.each([...FRAMING_ROWS])("%s", (_, rows) => {
  it.each(rows)("$name", async (row) => {
    expect(await chesil.neighbour()).toMatch(/^AA /);
    const before = await chesil.lastJournalId();
    const wire = await chesil.connect(row.feed);
    // An authority for each row is a sender and a set of ids for each row.
    const good = (name: string) => Buffer.from(adt("A31", { id: name, authority: `R${before}` }, { controlId: name }));
    await row.send(wire, good, chesil);
    if (row.afterwards === "closes") await wire.closed;
    else {
      wire.write(framed(good("afterwards")));
      while (wire.answers.at(-1)?.includes("MSA|AA|afterwards") !== true) await wire.answered(wire.answers.length + 1);
      wire.close();
    }
    const answers = wire.answers.map(codeOf);
    if (row.answers !== undefined)
      expect(answers).toEqual(row.afterwards === "serves" ? [...row.answers, "AA afterwards"] : row.answers);
    expect(wire.faults).toEqual(row.faults ?? []);
    expect(await chesil.neighbour()).toMatch(/^AA /);
    const outcomes = (await chesil.settled(before)).map(({ outcome }) => outcome);
    if (row.outcomes !== undefined)
      expect(outcomes).toEqual(row.afterwards === "serves" ? [...row.outcomes, "applied"] : row.outcomes);
    else expect([...new Set(outcomes)]).toEqual(["applied"]);
  });
});

describe.each([...HL7_ROWS])("%s", (_, rows) => {
  it.each(rows)("$name", async (row) => {
    expect(await chesil.neighbour()).toMatch(/^AA /);
    const before = await chesil.lastJournalId();
    const sender = `R${before}`;
    const message = row.message(sender);
    const bytes = typeof message === "string" ? Buffer.from(message, "latin1") : Buffer.from(message);
    const wire = await chesil.connect();
    wire.write(framed(bytes));
    wire.write(framed(adt("A31", { id: "afterwards", authority: sender }, { controlId: "afterwards" })));
    while (wire.answers.at(-1)?.includes("MSA|AA|afterwards") !== true) await wire.answered(wire.answers.length + 1);
    wire.close();
    expect(inRuns(wire.answers.slice(0, -1).map(codeOf))).toEqual(row.answer ?? "");
    expect(wire.faults).toEqual([]);
    expect(await chesil.neighbour()).toMatch(/^AA /);
    const stored = (await chesil.settled(before)).slice(0, -1);
    expect(inRuns(stored.map(({ outcome }) => outcome))).toEqual(row.outcome);
    expect(Buffer.concat(stored.map(({ raw }) => raw)).equals(bytes), "the journal has the very bytes").toBe(true);
    expect(stored.flatMap(({ warnings }) => warnings)).toEqual(expect.arrayContaining([...(row.warnings ?? [])]));
    if (row.family !== undefined) expect(await chesil.familyName(stored[0]?.journalId)).toEqual(row.family);
  });
});

describe.each([...SEMANTIC_ROWS])("%s", (_, rows) => {
  it.each(rows)("$name", async (row) => {
    expect(await chesil.neighbour()).toMatch(/^AA /);
    const before = await chesil.lastJournalId();
    const who = new Who(before);
    const messages = row.messages(who);
    const wire = await chesil.connect();
    for (const each of messages) wire.write(framed(each));
    await wire.answered(messages.length);
    wire.close();
    const codes = wire.answers.map((answer) => codeOf(answer).slice(0, 2));
    expect(codes).toEqual(row.answers ?? messages.map(() => "AA"));
    expect(await chesil.neighbour()).toMatch(/^AA /);
    const stored = await chesil.settled(before);
    expect(stored.map(({ outcome }) => outcome)).toEqual(row.outcomes ?? messages.map(() => "applied"));
    expect(stored.flatMap(({ warnings }) => warnings)).toEqual(expect.arrayContaining([...(row.warnings ?? [])]));
    expect(await chesil.personsOf(who.authority)).toEqual(row.persons);
    if (row.tasks !== undefined) expect(await chesil.tasksSince(before)).toBe(row.tasks);
    const also = await row.also?.(chesil, who);
    expect(also?.[0]).toEqual(also?.[1]);
  });
});

describe("after all of it", () => {
  it("no neighbour was harmed, nothing failed to be stored, and every message has one outcome", async () => {
    expect(await chesil.neighboursHarmed()).toEqual([]);
    expect(chesil.storageFailures).toEqual([]);
    const { counted, tallied, damaged, inFlight, withoutOutcome } = await verifyJournal(chesil.database);
    expect({ damaged, inFlight, withoutOutcome }).toEqual({ damaged: [], inFlight: 0, withoutOutcome: [] });
    expect(tallied).toEqual(counted);
    const { received, ...others } = counted;
    expect(Object.values(others).reduce((sum, each) => sum + each, 0)).toBe(received);
  });
});
