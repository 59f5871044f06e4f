import { type Address, CLEARED, type Demographics, EMPTY, type PersonName, type Telecom, value } from "@chesil/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hear, type SourceFacts } from "./statement.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 4, 1, 8, minute)).toISOString();

/** What is known after these were said, one minute after another. */
function knownAfter(...statements: readonly Demographics[]) {
  let known: SourceFacts | undefined;
  for (const [minute, demographics] of statements.entries()) {
    known = hear(known, { identifiers: [], demographics }, { recordedAt: at(minute), journalId: minute + 1 });
  }
  return known?.demographics;
}

const namesAfter = (...lists: readonly PersonName[][]) =>
  knownAfter(...lists.map((names) => ({ names: value(names) })))?.names?.value;
const addressesAfter = (...lists: readonly Address[][]) =>
  knownAfter(...lists.map((addresses) => ({ addresses: value(addresses) })))?.addresses?.value;
const telecomsAfter = (...lists: readonly Telecom[][]) =>
  knownAfter(...lists.map((telecoms) => ({ telecoms: value(telecoms) })))?.telecoms?.value;

const word = fc.constantFrom("Marsh", "Pebble", "Shore", "Tide", "Quay");
const nameUse = fc.constantFrom("usual", "maiden", "alias") satisfies fc.Arbitrary<PersonName["use"]>;

/** A key that is undefined is one that is missing. */
const defined = <T extends object>(entry: T): T =>
  Object.fromEntries(Object.entries(entry).filter(([, each]) => each !== undefined)) as T;

const fullName = fc.record({
  use: nameUse,
  family: word,
  given: fc.tuple(word, word),
  prefix: fc.constantFrom("Mrs", "Dr"),
  suffix: fc.constantFrom("MBE", "Jr"),
});
const fullAddress = fc.record({
  use: fc.constantFrom("home", "temporary") satisfies fc.Arbitrary<Address["use"]>,
  lines: fc.tuple(word, word),
  city: fc.constantFrom("Poole", "Portland"),
  county: fc.constant("Dorset"),
  postcode: fc.constantFrom("DT5 1AB", "BH15 1AB"),
  country: fc.constant("GBR"),
});

const NAME_PARTS = ["prefix", "suffix"] as const;
const ADDRESS_PARTS = ["city", "county", "country"] as const;

/** Each part: spoken of again, not spoken of, or deleted. */
const fates = (parts: readonly string[]) =>
  fc
    .tuple(...parts.map(() => fc.constantFrom("again", "unspoken", "deleted")))
    .map((chosen) => new Map(parts.map((part, index) => [part, chosen[index] ?? "again"])));

describe("a part of a name", () => {
  it("that is not spoken of is kept, one that is deleted is gone, and no deletion is stored", () => {
    fc.assert(
      fc.property(fullName, fates([...NAME_PARTS, "middle"]), (known, fate) => {
        const { use, family, given, prefix, suffix } = known;
        const [first, middle] = given;
        const cleared = [...NAME_PARTS, "middle"].filter((part) => fate.get(part) === "deleted");
        const said = defined({
          use,
          family,
          given: fate.get("middle") === "again" ? [first, middle] : [first],
          prefix: fate.get("prefix") === "again" ? prefix : undefined,
          suffix: fate.get("suffix") === "again" ? suffix : undefined,
          cleared: cleared.map((part) => (part === "middle" ? "given" : part)),
        }) as PersonName;
        const after = defined({
          ...known,
          given: fate.get("middle") === "deleted" ? [first] : [first, middle],
          prefix: fate.get("prefix") === "deleted" ? undefined : prefix,
          suffix: fate.get("suffix") === "deleted" ? undefined : suffix,
        });
        expect(namesAfter([known], [said])).toEqual([after]);
      }),
    );
  });

  it("is kept with the same name only: another use, or another name, has parts of its own", () => {
    const known: PersonName = { use: "usual", family: "Marsh", given: ["Ellen", "Rose"], prefix: "Mrs" };
    const said = (name: Partial<PersonName>) => namesAfter([known], [{ use: "usual", given: [], ...name }]);
    expect(said({ family: "MARSH" })).toEqual([{ ...known, family: "MARSH" }]);
    expect(said({ family: "Pebble", given: ["ellen"] })).toEqual([
      { use: "usual", family: "Pebble", given: ["ellen", "Rose"], prefix: "Mrs" },
    ]);
    expect(said({ family: "Marsh", given: ["Thomas"] })).toEqual([
      { use: "usual", family: "Marsh", given: ["Thomas"], prefix: "Mrs" },
    ]);
    expect(said({ family: "Stone", given: ["Thomas"] })).toEqual([
      { use: "usual", family: "Stone", given: ["Thomas"] },
    ]);
    expect(said({ use: "alias", family: "Marsh" })).toEqual([{ use: "alias", family: "Marsh", given: [] }]);
  });

  it("that leaves nobody takes the name away", () => {
    const known: PersonName = { use: "usual", given: ["Ellen"] };
    const said: PersonName = { use: "usual", given: [], cleared: ["given"] };
    expect(namesAfter([known], [said])).toBeUndefined();
  });
});

describe("a list of names", () => {
  it("replaces the one known", () => {
    fc.assert(
      fc.property(
        fc.array(fullName, { maxLength: 4 }),
        fc.array(fullName, { minLength: 1, maxLength: 4 }),
        (known, said) => {
          const before = known.length === 0 ? [] : [known];
          expect(namesAfter(...before, said)).toEqual(said);
        },
      ),
    );
  });

  it("of deletions takes those uses away and leaves the others", () => {
    fc.assert(
      fc.property(
        fc.array(fullName, { minLength: 1, maxLength: 4 }),
        fc.uniqueArray(nameUse, { minLength: 1 }),
        (known, uses) => {
          const deletions = uses.map((use): PersonName => {
            return { use, given: [], cleared: ["family", "given", "prefix", "suffix"] };
          });
          const left = known.filter((each) => !uses.includes(each.use));
          expect(namesAfter(known, deletions)).toEqual(left.length === 0 ? undefined : left);
        },
      ),
    );
  });
});

describe("a part of an address", () => {
  it("that is not spoken of is kept, one that is deleted is gone, and no deletion is stored", () => {
    fc.assert(
      fc.property(fullAddress, fates([...ADDRESS_PARTS, "second line"]), (known, fate) => {
        const [first, second] = known.lines;
        const cleared = [...ADDRESS_PARTS, "second line"].filter((part) => fate.get(part) === "deleted");
        const parts = (kept: readonly string[]) =>
          Object.fromEntries(
            ADDRESS_PARTS.filter((part) => kept.includes(fate.get(part) ?? "")).map((part) => [part, known[part]]),
          );
        const said = {
          use: known.use,
          postcode: known.postcode,
          lines: fate.get("second line") === "again" ? [first, second] : [first],
          ...parts(["again"]),
          cleared: cleared.map((part) => (part === "second line" ? "lines" : part)),
        } as Address;
        expect(addressesAfter([known], [said])).toEqual([
          {
            use: known.use,
            postcode: known.postcode,
            lines: fate.get("second line") === "deleted" ? [first] : [first, second],
            ...parts(["again", "unspoken"]),
          },
        ]);
      }),
    );
  });

  it("is kept with the same address only", () => {
    const known: Address = { use: "home", lines: ["1 Quay", "Flat 2"], city: "Poole", postcode: "BH15 1AB" };
    const said = (address: Partial<Address>) => addressesAfter([known], [{ use: "home", lines: [], ...address }]);
    expect(said({ postcode: "BH15 1AB" })).toEqual([known]);
    expect(said({ lines: ["1 QUAY"] })).toEqual([{ ...known, lines: ["1 QUAY", "Flat 2"] }]);
    expect(said({ lines: ["9 Quay"], postcode: "BH15 1AB" })).toEqual([{ ...known, lines: ["9 Quay"] }]);
    expect(said({ lines: ["1 Quay"], city: "Leeds" })).toEqual([{ use: "home", lines: ["1 Quay"], city: "Leeds" }]);
    expect(said({ use: "temporary", lines: ["1 Quay"] })).toEqual([{ use: "temporary", lines: ["1 Quay"] }]);
    expect(said({ cleared: ["postcode"] })).toEqual([{ use: "home", lines: ["1 Quay", "Flat 2"], city: "Poole" }]);
    expect(said({ cleared: ["lines", "city", "county", "postcode", "country"] })).toBeUndefined();
  });
});

describe("numbers", () => {
  const telecom = fc.record({
    kind: fc.constantFrom("phone", "mobile", "email") satisfies fc.Arbitrary<Telecom["kind"]>,
    use: fc.constantFrom("home", "work", "temporary", "other") satisfies fc.Arbitrary<Telecom["use"]>,
    value: fc.constantFrom("01305 555012", "07700 900123", "a@example.org"),
  });
  const isWork = (each: Telecom) => each.use === "work";

  it("of work and all others are two lists: what is said of the one leaves the other alone", () => {
    fc.assert(
      fc.property(
        fc.array(telecom, { maxLength: 5 }),
        fc.array(telecom, { minLength: 1, maxLength: 5 }),
        (known, said) => {
          const before = known.length === 0 ? [] : [known];
          const after = telecomsAfter(...before, said) ?? [];
          const ofWork = said.some(isWork) ? said.filter(isWork) : known.filter(isWork);
          const ofOthers = said.every(isWork)
            ? known.filter((each) => !isWork(each))
            : said.filter((each) => !isWork(each));
          expect(after.filter(isWork)).toEqual(ofWork);
          expect(after.filter((each) => !isWork(each))).toEqual(ofOthers);
        },
      ),
    );
  });

  it("of a use that is deleted are gone, and no deletion is stored", () => {
    const deletion = (use: Telecom["use"]): Telecom => ({ kind: "phone", use, value: "", cleared: true });
    const home: Telecom = { kind: "phone", use: "home", value: "1" };
    const work: Telecom = { kind: "phone", use: "work", value: "2" };
    expect(telecomsAfter([home, work], [deletion("work")])).toEqual([home]);
    expect(telecomsAfter([home, work], [deletion("home"), { ...work, value: "3" }])).toEqual([{ ...work, value: "3" }]);
    expect(telecomsAfter([home, work], [deletion("home"), deletion("work")])).toBeUndefined();
    expect(telecomsAfter([deletion("work")])).toBeUndefined();
  });
});

describe("a whole field", () => {
  it("absent and empty keep it, a deletion forgets it, whatever its parts", () => {
    fc.assert(
      fc.property(fullName, fullAddress, (name, address) => {
        const known = { names: value([name]), addresses: value([address]) };
        expect(knownAfter(known, {})?.names?.value).toEqual([name]);
        expect(knownAfter(known, { names: EMPTY, addresses: EMPTY })?.addresses?.value).toEqual([address]);
        expect(knownAfter(known, { names: CLEARED, addresses: CLEARED })?.names?.value).toBeUndefined();
      }),
    );
  });

  it("is not touched by a late statement, part or whole", () => {
    const known = hear(
      undefined,
      { identifiers: [], demographics: { names: value([{ use: "usual", family: "Marsh", given: ["Ellen"] }]) } },
      { recordedAt: at(9), journalId: 1 },
    );
    const late = { names: value([{ use: "usual" as const, family: "Marsh", given: ["Ellen"], prefix: "Mrs" }]) };
    const after = hear(known, { identifiers: [], demographics: late }, { recordedAt: at(1), journalId: 2 });
    expect(after.demographics.names).toEqual(known.demographics.names);
  });
});
