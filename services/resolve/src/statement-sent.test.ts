import { Buffer } from "node:buffer";
import { readMessage, toEvent } from "@chesil/hl7";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hear, type SourceFacts } from "./statement.ts";

/** Update semantics from the wire to the record: absent and empty keep, `""` deletes, at every depth. */

const at = (minute: number) => new Date(Date.UTC(2026, 4, 1, 8, minute)).toISOString();

/** What is known after messages with these fields of PID. */
function knownAfter(...pids: readonly Record<number, string>[]) {
  let known: SourceFacts | undefined;
  for (const [minute, fields] of pids.entries()) {
    const last = Math.max(3, ...Object.keys(fields).map(Number));
    const pid = Array.from({ length: last }, (_, index) => (index === 2 ? "8001" : (fields[index + 1] ?? "")));
    const text = `MSH|^~\\&|PAS|RDZ|C|N|20260501||ADT^A08|1|P|2.4\rPID|${pid.join("|")}\r`;
    const read = readMessage(Buffer.from(text), {});
    const mapped = read.ok ? toEvent(read.message, { defaultAuthority: "RDZ" }, new Date(at(59))) : undefined;
    const patient = mapped?.ok ? mapped.event.subjects[0]?.patient : undefined;
    if (patient === undefined) throw new Error("not mapped");
    known = hear(known, patient, { recordedAt: at(minute), journalId: minute + 1 });
  }
  return known?.demographics;
}

/** What a second message does with a component of the first. */
const fate = fc.constantFrom("again", "empty", "deleted");
const sentAs = (fate: string, component: string) => (fate === "again" ? component : fate === "empty" ? "" : '""');
const keptAs = (fate: string, component: string) => (fate === "deleted" ? undefined : component);

const defined = (entry: object) =>
  Object.fromEntries(Object.entries(entry).filter(([, each]) => each !== undefined && each !== ""));

describe("a component", () => {
  const NAME = ["Marsh", "Ellen", "Rose", "Jr", "Mrs"] as const;

  it("of a name", () => {
    fc.assert(
      fc.property(fc.tuple(fate, fate, fate), fc.nat(2), ([middle, suffix, prefix], cut) => {
        const components = ["Marsh", "Ellen", sentAs(middle, "Rose"), sentAs(suffix, "Jr"), sentAs(prefix, "Mrs")];
        // Past the last component sent, all are absent: the same as empty.
        const isCutShort = components.slice(5 - cut).every((each) => each === "");
        const sent = isCutShort ? components.slice(0, 5 - cut) : components;
        const after = knownAfter({ 5: NAME.join("^") }, { 5: sent.join("^") });
        expect(after?.names?.value).toEqual([
          defined({
            use: "usual",
            family: "Marsh",
            given: ["Ellen", ...(middle === "deleted" ? [] : ["Rose"])],
            suffix: keptAs(suffix, "Jr"),
            prefix: keptAs(prefix, "Mrs"),
          }),
        ]);
      }),
    );
  });

  it("of an address", () => {
    fc.assert(
      fc.property(fc.tuple(fate, fate, fate, fate), ([line, city, county, country]) => {
        const components = [
          "1 Quay",
          sentAs(line, "Flat 2"),
          sentAs(city, "Poole"),
          sentAs(county, "Dorset"),
          "BH15 1AB",
          sentAs(country, "GBR"),
        ];
        const full = "1 Quay^Flat 2^Poole^Dorset^BH15 1AB^GBR";
        expect(knownAfter({ 11: full }, { 11: components.join("^") })?.addresses?.value).toEqual([
          defined({
            use: "home",
            lines: ["1 Quay", ...(line === "deleted" ? [] : ["Flat 2"])],
            city: keptAs(city, "Poole"),
            county: keptAs(county, "Dorset"),
            postcode: "BH15 1AB",
            country: keptAs(country, "GBR"),
          }),
        ]);
      }),
    );
  });
});

describe("a field", () => {
  const FULL: Record<number, string> = {
    5: "Marsh^Ellen",
    7: "19800229",
    8: "F",
    11: "1 Quay^^Poole",
    15: "EN",
    16: "M",
    17: "C22",
    22: "A",
    30: "N",
  };

  it("absent and empty keep it, null forgets it, and the others are not touched", () => {
    const fields = Object.keys(FULL).map(Number);
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.constantFrom("", '""', '""^""', "^^"), (field, sent) => {
        const before = knownAfter(FULL) ?? {};
        const after = knownAfter(FULL, { [field]: sent }) ?? {};
        const valued = (known: object) =>
          Object.values(known).filter((each) => (each as { value?: unknown }).value !== undefined).length;
        expect(valued(before) - valued(after)).toBe(sent.includes('""') ? 1 : 0);
      }),
    );
  });
});

describe("a repetition", () => {
  it("replaces the list, and one that holds nothing but a deletion takes its use away", () => {
    const known = { 5: "Marsh^Ellen~Pebble^Ellen^^^^^M", 11: "1 Quay^^Poole^^^^H~2 Pier^^Poole^^^^TMP" };
    const uses = (list: readonly { use: string }[] | undefined) => list?.map(({ use }) => use);
    const heard = (sent: Record<number, string>) => {
      const demographics = knownAfter(known, sent);
      return [uses(demographics?.names?.value), uses(demographics?.addresses?.value)];
    };
    expect(heard({ 5: '""^^^^^^M', 11: '""^^^^^^TMP' })).toEqual([["usual"], ["home"]]);
    expect(heard({ 5: "Marsh^Ellen", 11: "1 Quay^^Poole" })).toEqual([["usual"], ["home"]]);
    expect(heard({ 5: 'Marsh^Ellen~""^^^^^^M', 11: '1 Quay^^Poole~""^^^^^^TMP' })).toEqual([["usual"], ["home"]]);
    expect(heard({ 5: '""', 11: '""' })).toEqual([undefined, undefined]);
    expect(heard({})).toEqual([
      ["usual", "maiden"],
      ["home", "temporary"],
    ]);
  });

  it("of PID-13 leaves the numbers at work alone, and of PID-14 all others", () => {
    const known = { 13: "01305 555012~07700 900123^PRN^CP", 14: "01305 555999" };
    const heard = (sent: Record<number, string>) =>
      knownAfter(known, sent)?.telecoms?.value?.map(({ value }) => value.slice(-3));
    expect(heard({ 14: "01305 555888" })).toEqual(["012", "123", "888"]);
    expect(heard({ 13: "01305 555777" })).toEqual(["777", "999"]);
    expect(heard({ 13: "01305 555777", 14: '""' })).toEqual(["777"]);
    expect(heard({ 13: '""' })).toEqual(["999"]);
    expect(heard({ 13: '""^WPN' })).toEqual(["012", "123"]);
    expect(heard({ 13: '""', 14: '""' })).toBeUndefined();
    expect(heard({})).toEqual(["012", "123", "999"]);
  });
});
