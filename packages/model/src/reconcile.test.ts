import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Address, Identifier } from "./demographics.ts";
import { explainGolden, type Reconciled, reconcile } from "./reconcile.ts";
import type { Known, KnownDemographics } from "./record.ts";
import { CRITERIA, DEFAULT_SURVIVORSHIP, type SurvivorshipPolicy, survivorshipPolicy } from "./survivorship.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 4, 1, 8, minute)).toISOString();

function record(sourceRecordId: number, facts: Partial<Reconciled> = {}): Reconciled {
  return {
    sourceRecordId,
    authority: "RBD",
    feed: "test",
    status: "active",
    identifiers: { recordedAt: at(0), journalId: 1 },
    demographics: {},
    ...facts,
  };
}
const known = <T>(value: T, minute: number): Known<T> => ({ value, recordedAt: at(minute), journalId: minute });
const nhs = (value: string, trust: "verified" | "unverified" | "invalid", minute: number) => ({
  identifiers: known<Identifier[]>([{ authority: "NHS", value, type: "NH", trust }], minute),
});
const says = (demographics: KnownDemographics, more: Partial<Reconciled> = {}) => ({ demographics, ...more });
const sex = (value: "female" | "male", minute: number) => says({ sex: known(value, minute) });
const by = (policy: Parameters<typeof survivorshipPolicy.parse>[0] = {}) => survivorshipPolicy.parse(policy);
const golden = (records: readonly Reconciled[], policy = DEFAULT_SURVIVORSHIP) => reconcile(records, policy);

describe("by the default policy, the golden record", () => {
  it("takes each value from the record that recorded it last, and says which", () => {
    expect(golden([record(1, sex("male", 1)), record(2, sex("female", 2))]).sex).toEqual({
      value: "female",
      sourceRecordId: 2,
    });
  });

  it("prefers a verified NHS number to a newer unverified one, and takes no invalid one", () => {
    const records = [
      record(1, nhs("9990004951", "verified", 1)),
      record(2, nhs("9990556512", "unverified", 5)),
      record(3, nhs("9990004950", "invalid", 9)),
    ];
    const [survival] = explainGolden(records, DEFAULT_SURVIVORSHIP);
    expect(golden(records).nhsNumber).toEqual({
      value: { value: "9990004951", trust: "verified" },
      sourceRecordId: 1,
    });
    expect(survival).toMatchObject({ field: "nhsNumber", decidedBy: "verification", others: [{ by: "verification" }] });
    expect(golden(records.slice(2)).nhsNumber).toBeUndefined();
  });

  it("does not listen to retired records", () => {
    expect(golden([record(1, { ...sex("male", 1), status: "retired" })])).toEqual({});
  });

  it("does not let a year that came later stand for a whole date of birth", () => {
    const records = [
      record(1, says({ birthDate: known("1950-07-31", 1) })),
      record(2, says({ birthDate: known("1950", 5) })),
    ];
    expect(golden(records).birthDate?.value).toBe("1950-07-31");
  });
});

describe("a policy", () => {
  const home = (minute: number, more: Partial<Address>) =>
    known<Address[]>([{ use: "home", lines: [], postcode: "BH15 1AA", ...more }], minute);
  const three = [
    record(1, { ...sex("male", 1), authority: "RDZ" }),
    record(2, { ...sex("male", 2), authority: "RBD" }),
    record(3, { ...sex("female", 3), authority: "COUNCIL", feed: "council" }),
  ];

  it.each<[string, Parameters<typeof by>[0], "female" | "male", string]>([
    ["by nothing else goes by time", {}, "female", "recency"],
    ["may trust an authority most", { trust: ["authority:RBD"] }, "male", "trust"],
    ["may trust a feed for one field alone", { fields: { sex: { trust: ["feed:test"] } } }, "male", "trust"],
    [
      "does not go by what it trusts in other fields",
      { fields: { names: { trust: ["feed:test"] } } },
      "female",
      "recency",
    ],
    ["may count first", { criteria: ["majority"] }, "male", "majority"],
    ["that names nothing takes the oldest record", { criteria: [] }, "male", "oldest"],
  ])("%s", (_, policy, value, decidedBy) => {
    expect(golden(three, by(policy)).sex?.value).toBe(value);
    expect(explainGolden(three, by(policy))).toMatchObject([{ field: "sex", survivor: { value }, decidedBy }]);
  });

  it("ranks the feed that said it, not the feed that the record was heard of by last", () => {
    const lab = record(1, { demographics: { sex: { ...known("male", 1), feed: "lab" } }, feed: "pas" });
    const pas = record(2, { demographics: { sex: { ...known("female", 0), feed: "pas" } }, feed: "lab" });
    expect(golden([lab, pas], by({ trust: ["feed:pas", "feed:lab"] })).sex?.value).toBe("female");
  });

  it("gives an authority that has the patient several times over one vote", () => {
    const twins = [
      record(1, sex("male", 1)),
      record(2, sex("male", 1)),
      record(3, { ...sex("female", 1), authority: "X" }),
    ];
    expect(explainGolden(twins, by({ criteria: ["majority"] }))[0]?.decidedBy).toBe("oldest");
  });

  it("prefers the whole of two that were recorded at once: an address to its postcode", () => {
    const records = [
      record(1, says({ addresses: home(1, {}) })),
      record(2, says({ addresses: home(1, { lines: ["1 Quay Lane"] }) })),
    ];
    expect(golden(records).addresses?.sourceRecordId).toBe(2);
    expect(explainGolden(records, by())[0]?.decidedBy).toBe("completeness");
  });

  it("prefers the practice that a GP's own system says, whatever was recorded later", () => {
    const practice = (code: string, minute: number) => says({ generalPractice: known({ code }, minute) });
    const records = [
      record(1, { ...practice("J81012", 1), feed: "gp" }),
      record(2, practice("j81012", 2)),
      record(3, practice("J81999", 3)),
    ];
    expect(golden(records).generalPractice?.sourceRecordId).toBe(3);
    const confirmed = by({ gpSources: ["feed:gp"] });
    expect(golden(records, confirmed).generalPractice?.sourceRecordId).toBe(2);
    expect(explainGolden(records, confirmed)[0]).toMatchObject({
      decidedBy: "verification",
      agreeing: [{ record: { sourceRecordId: 1 } }],
      others: [{ candidate: { record: { sourceRecordId: 3 } } }],
    });
  });

  it("keeps a verified NHS number before a trusted source's, unless it says otherwise", () => {
    const records = [
      record(1, { ...nhs("9990556512", "unverified", 5), authority: "RDZ" }),
      record(2, nhs("9990004951", "verified", 1)),
    ];
    expect(golden(records, by({ trust: ["authority:RDZ"] })).nhsNumber?.sourceRecordId).toBe(2);
    const trusting = by({ trust: ["authority:RDZ"], fields: { nhsNumber: { criteria: ["trust"] } } });
    expect(golden(records, trusting).nhsNumber?.sourceRecordId).toBe(1);
  });

  it("is refused where it names no such criterion, field or source", () => {
    expect(survivorshipPolicy.safeParse({ criteria: ["age"] }).success).toBe(false);
    expect(survivorshipPolicy.safeParse({ fields: { shoeSize: {} } }).success).toBe(false);
    expect(survivorshipPolicy.safeParse({ trust: ["RDZ"] }).success).toBe(false);
  });
});

describe("whatever the policy", () => {
  const source = fc.constantFrom("authority:A", "authority:B", "feed:f", "feed:g");
  const order = fc.shuffledSubarray([...CRITERIA]);
  const policy: fc.Arbitrary<SurvivorshipPolicy> = fc
    .record({
      trust: fc.shuffledSubarray(["authority:A", "feed:g"]),
      criteria: order,
      gpSources: fc.array(source, { maxLength: 1 }),
      fields: fc.record({
        sex: fc.record({ trust: fc.array(source, { maxLength: 2 }), criteria: order }),
        generalPractice: fc.record({ criteria: order }),
      }),
    })
    .map((each) => survivorshipPolicy.parse(each));
  const minute = fc.nat(2);
  const spoken = fc.record({
    authority: fc.constantFrom("A", "B", "C"),
    feed: fc.constantFrom("f", "g"),
    status: fc.constantFrom("active" as const, "active" as const, "retired" as const),
    birthDate: fc.constantFrom("1950", "1950-07-31", "1951-07-31"),
    sex: fc.constantFrom("male" as const, "female" as const),
    practice: fc.constantFrom("J1", "J2"),
    nhs: fc.constantFrom("9990004951", "9990556512"),
    trust: fc.constantFrom("verified" as const, "unverified" as const, "invalid" as const),
    times: fc.tuple(minute, minute, minute, minute),
  });
  const records = fc.array(spoken, { maxLength: 6 }).map((several) =>
    several.map(({ authority, feed, status, times: [a, b, c, d], ...said }, index) =>
      record(index + 1, {
        ...{ authority, feed, status },
        ...nhs(said.nhs, said.trust, a),
        demographics: {
          birthDate: known(said.birthDate, b),
          sex: known(said.sex, c),
          generalPractice: known({ code: said.practice }, d),
        },
      }),
    ),
  );
  const shuffled = records.chain((several) =>
    fc.tuple(fc.constant(several), fc.shuffledSubarray(several, { minLength: several.length })),
  );

  it("the golden record does not depend on the order of the records, nor do its reasons", () => {
    fc.assert(
      fc.property(shuffled, policy, ([some, other], by) => {
        expect(reconcile(other, by)).toEqual(reconcile(some, by));
        const reasons = (of: readonly Reconciled[]) =>
          explainGolden(of, by).map(({ agreeing, ...rest }) => ({ ...rest, agreeing: agreeing.length }));
        expect(reasons(other)).toEqual(reasons(some));
      }),
    );
  });

  it("what is explained is what is: each value is the survivor, and every other value is told of", () => {
    fc.assert(
      fc.property(records, policy, (some, by) => {
        const { nhsNumber, ...rest } = reconcile(some, by);
        const stored = { ...rest, ...(nhsNumber ? { nhsNumber } : {}) };
        const explained = explainGolden(some, by);
        expect(
          Object.fromEntries(
            explained.map(({ field, survivor: { value, record } }) => [
              field,
              { value, sourceRecordId: record.sourceRecordId },
            ]),
          ),
        ).toEqual(stored);
        const speaking = some.filter(({ status }) => status === "active").length;
        for (const { field, others, agreeing, decidedBy } of explained) {
          if (field !== "nhsNumber") expect(others.length + agreeing.length + 1).toBe(speaking);
          expect(decidedBy === null).toBe(others.length === 0);
        }
      }),
    );
  });
});
