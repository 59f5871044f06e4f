import { createHash } from "node:crypto";
import { type Message, peek, readMessage, toEvent } from "@chesil/hl7";
import { canonicalEvent } from "@chesil/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DayOptions, simulateDay } from "./day.ts";
import { PEOPLE_MAX } from "./population.ts";
import { SYSTEMS } from "./systems.ts";
import type { SimulatedMessage } from "./world.ts";

const FEED = { defaultAuthority: "none" };
const OPTIONS: DayOptions = {
  people: 3000,
  hours: 24,
  seed: "day",
  startAt: new Date("2026-06-01T00:00:00Z"),
  activity: 60,
};

function sha256(options: DayOptions): string {
  const hash = createHash("sha256");
  for (const { bytes } of simulateDay(options).messages) hash.update(bytes);
  return hash.digest("hex");
}

function read(bytes: Uint8Array): Message {
  const result = readMessage(bytes);
  if (!result.ok) throw new Error(result.text);
  return result.message;
}

const day = simulateDay(OPTIONS);
const messages = [...day.messages];
const truth = [...day.truth()];
const parsed = messages.map((sent) => ({ ...sent, message: read(sent.bytes) }));
const triggerOf = (message: Message): string => message.get("MSH", 9, { component: 2 });

describe("a simulated day repeats", () => {
  it("byte for byte for the same options, and not for others", () => {
    const small = { ...OPTIONS, people: 400 };
    const once = sha256(small);
    expect(sha256(small)).toBe(once);
    for (const other of [{ seed: "another" }, { hours: 23 }, { people: 401 }, { activity: 59 }]) {
      expect(sha256({ ...small, ...other })).not.toBe(once);
    }
  });

  it("with the same people and local ids on another day of the year, under other control ids", () => {
    const early = simulateDay({ ...OPTIONS, startAt: new Date("2026-01-02T00:00:00Z") });
    const late = simulateDay({ ...OPTIONS, startAt: new Date("2026-12-30T00:00:00Z") });
    expect(late.population.people).toEqual(early.population.people);
    expect([...late.truth()]).toEqual([...early.truth()]);
    const ids = new Set([...early.messages].map((message) => message.controlId));
    expect([...late.messages].some((message) => ids.has(message.controlId))).toBe(false);
  });

  it.each([
    { people: 0 },
    { people: PEOPLE_MAX + 1 },
    { hours: 0 },
    { hours: 24 * 400 },
    { activity: -1 },
    { activity: Number.NaN },
    { startAt: new Date(Number.NaN) },
  ])("refuses %j", (wrong) => {
    expect(() => simulateDay({ ...OPTIONS, ...wrong })).toThrow(RangeError);
  });
});

describe("every message", () => {
  it("passes the check before the acknowledgement, naming the source record it is about", () => {
    for (const { bytes, truth: row, retired, controlId, feed } of messages) {
      const peeked = peek(bytes, FEED);
      if (!peeked.ok) throw new Error(`${controlId}: ${peeked.error.text}`);
      const named = [row, retired].flatMap((each) => (each === undefined ? [] : [`${each.authority}|${each.localId}`]));
      expect(peeked.identities).toEqual(named);
      expect(peeked.header.controlId).toBe(controlId);
      expect(peeked.header.version).toBe("2.4");
      expect(row.authority).toBe(SYSTEMS.find((system) => system.feed === feed)?.authority);
    }
  });

  it("maps to a canonical event without a warning that is not a planted mistake", () => {
    for (const { message, at, truth: row } of parsed) {
      const mapped = toEvent(message, FEED, at);
      if (!mapped.ok) throw new Error(mapped.text);
      const event = canonicalEvent.parse(mapped.event);
      expect(event.subjects[0]?.patient.key).toEqual({ authority: row.authority, localId: row.localId });
      expect(event.warnings.filter((warning) => warning.code !== "bad-nhs-number")).toEqual([]);
      expect(Date.parse(event.recordedAt ?? "")).toBeLessThanOrEqual(at.getTime());
    }
  });

  it("is of the simulated hours, in order, with a control id of its own and CR after every segment", () => {
    const startMs = OPTIONS.startAt.getTime();
    const ids = new Set<string>();
    let previousMs = startMs;
    for (const { at, bytes, controlId } of messages) {
      expect(at.getTime()).toBeGreaterThanOrEqual(previousMs);
      previousMs = at.getTime();
      expect(bytes.at(-1)).toBe(0x0d);
      expect(bytes.includes(0x0a)).toBe(false);
      expect(controlId).toMatch(/^[A-Z0-9]{14}$/);
      ids.add(controlId);
    }
    expect(previousMs).toBeLessThan(startMs + 24 * 3_600_000);
    expect(ids.size).toBe(messages.length);
  });

  it("is valid for small regions and odd hours too", () => {
    const options = fc.record({
      people: fc.integer({ min: 1, max: 60 }),
      hours: fc.double({ min: 0.1, max: 60, noNaN: true }),
      seed: fc.string(),
      startAt: fc.date({ min: new Date("2000-01-01"), max: new Date("2060-01-01"), noInvalidDate: true }),
      activity: fc.constantFrom(0, 1, 200),
      load: fc.boolean(),
    });
    fc.assert(
      fc.property(options, (each) => {
        for (const { bytes } of simulateDay(each).messages) expect(peek(bytes, FEED).ok).toBe(true);
      }),
      { numRuns: 25 },
    );
  });
});

describe("the truth", () => {
  it("has one line for every source record any message names, merged ones too", () => {
    const personOf = new Map(truth.map((row) => [`${row.authority}|${row.localId}`, row.personId]));
    expect(personOf.size).toBe(truth.length);
    for (const { truth: row, retired } of messages) {
      expect(personOf.get(`${row.authority}|${row.localId}`)).toBe(row.personId);
      if (retired !== undefined) expect(personOf.get(`${retired.authority}|${retired.localId}`)).toBe(row.personId);
    }
  });

  it("names people of the region", () => {
    const ids = new Set(day.population.people.map((person) => person.id));
    expect(truth.every((row) => ids.has(row.personId))).toBe(true);
  });
});

describe("the region", () => {
  it("sends every kind of message, from every system", () => {
    const triggers = new Set(parsed.map(({ message }) => triggerOf(message)));
    const adt = ["A01", "A02", "A03", "A04", "A05", "A08", "A11", "A12", "A13", "A28", "A31", "A40"];
    const expected = [...adt, "I12", "O11", "R01", "S12", "T02"];
    expect([...triggers].toSorted()).toEqual(expected);
    expect(new Set(messages.map((message) => message.feed))).toEqual(new Set(SYSTEMS.map((system) => system.feed)));
  });

  it("lets councils and the community trust speak of people only, never of stays", () => {
    const outside = parsed.filter(({ feed }) => !feed.endsWith("-pas")).map(({ message }) => triggerOf(message));
    expect(new Set(outside)).toEqual(new Set(["A28", "A31", "A40"]));
  });

  it("follows the rules of a visit, and keeps its number and its admission time", () => {
    const after: Record<string, string> = {
      A11: "cancelled",
      A13: "in",
      A01: "in",
      A04: "in",
      A03: "out",
      A05: "planned",
    };
    const before: Record<string, readonly string[]> = {
      A01: ["none", "planned"],
      A02: ["in"],
      A03: ["in"],
      A04: ["none"],
      A05: ["none"],
      A08: ["in", "out"],
      A11: ["in"],
      A12: ["in"],
      A13: ["out"],
      // What departments tell comes while somebody is there, or later.
      R01: ["in", "out"],
      T02: ["in", "out"],
      O11: ["in", "out"],
      S12: ["out"],
    };
    const visits = new Map<string, { state: string; admitted: string; personId: string }>();
    for (const { message, truth: row, controlId } of parsed) {
      const number = message.get("PV1", 19);
      if (number === "") continue;
      const trigger = triggerOf(message);
      const key = `${row.authority}|${number}`;
      const visit = visits.get(key) ?? { state: "none", admitted: "", personId: row.personId };
      expect(before[trigger], `${controlId} ${trigger} while ${visit.state}`).toContain(visit.state);
      expect(visit.personId).toBe(row.personId);
      const admitted = message.get("PV1", 44);
      if (visit.admitted !== "") expect(admitted).toBe(visit.admitted);
      visits.set(key, { ...visit, admitted, state: after[trigger] ?? visit.state });
    }
    expect(visits.size).toBeGreaterThan(300);
  });

  it("tells what was found, written, given and arranged: results that are corrected, papers of whoever went home", () => {
    const facts = parsed.flatMap(({ message, at }) => {
      const mapped = toEvent(message, FEED, at);
      return mapped.ok ? mapped.event.subjects.flatMap((subject) => subject.facts) : [];
    });
    const kinds = new Set(facts.map(({ content }) => content.kind));
    expect([...kinds].toSorted()).toEqual(["appointment", "document", "medication", "referral", "result"]);
    const results = facts.filter(({ content }) => content.kind === "result");
    const statuses = Map.groupBy(results, ({ content }) => (content.kind === "result" ? content.status : ""));
    expect([...statuses.keys()].toSorted()).toEqual(["corrected", "final", "preliminary"]);
    const told = new Set(statuses.get("final")?.map(({ key }) => key));
    expect(statuses.get("corrected")?.every(({ key }) => told.has(key))).toBe(true);
    const summaries = facts.filter(
      ({ content }) => content.kind === "document" && content.type.codings[0]?.code === "DS",
    );
    expect(summaries.length).toBeGreaterThan(20);
  });

  it("never speaks again of a registration that an A40 retired", () => {
    const retired = new Set<string>();
    for (const { truth: row, retired: prior, controlId } of messages) {
      expect(retired.has(`${row.authority}|${row.localId}`), controlId).toBe(false);
      if (prior !== undefined) retired.add(`${prior.authority}|${prior.localId}`);
    }
    expect(retired.size).toBeGreaterThan(5);
  });

  it("sends some messages late, recorded before one that has gone already", () => {
    const newest = new Map<string, string>();
    let late = 0;
    for (const { message, truth: row } of parsed) {
      const key = `${row.authority}|${row.localId}`;
      const recorded = message.get("EVN", 2);
      if (recorded < (newest.get(key) ?? "")) late++;
      else newest.set(key, recorded);
    }
    expect(late).toBeGreaterThan(5);
  });

  it('deletes with "", moves people, renames them, and lets them die', () => {
    const raw = messages.map(({ bytes }) => Buffer.from(bytes).toString("latin1"));
    expect(raw.filter((text) => text.includes('|""|')).length).toBeGreaterThan(5);
    const kept = parsed.filter(({ message }) => message.get("PID", 30) === "Y");
    expect(kept.length).toBeGreaterThan(3);
    for (const field of [11, 5]) {
      const values = new Map<string, Set<string>>();
      for (const { message, truth: row } of parsed) {
        if (message.get("PID", field) === "") continue;
        const key = `${row.authority}|${row.localId}`;
        values.set(key, (values.get(key) ?? new Set()).add(message.get("PID", field)));
      }
      expect([...values.values()].filter((seen) => seen.size > 1).length).toBeGreaterThan(5);
    }
  });

  it("writes each system's own dialect", () => {
    const of = (feed: string) =>
      parsed.filter((sent): sent is (typeof parsed)[number] & SimulatedMessage => sent.feed === feed);
    const families = (feed: string) =>
      of(feed)
        .map(({ message }) => message.get("PID", 5))
        .join("\n");
    expect(families("poole-pas")).toBe(families("poole-pas").toUpperCase());
    expect(families("poole-pas")).toMatch(/^[ -~\n]*$/);
    expect(of("bournemouth-pas").every(({ message }) => message.get("MSH", 18) === "8859/1")).toBe(true);
    expect(families("community-epr")).toMatch(/[śżłćńą]/);
    expect(of("dorchester-pas").every(({ message }) => message.get("MSH", 15) === "AL")).toBe(true);
  });
});
