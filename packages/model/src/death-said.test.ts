import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deathSaidBy } from "./death-said.ts";
import { explainGolden, type Reconciled, reconcile } from "./reconcile.ts";
import type { Known } from "./record.ts";
import { DEFAULT_SURVIVORSHIP, survivorshipPolicy } from "./survivorship.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 4, 1, 8, minute)).toISOString();
const known = <T>(value: T | undefined, minute: number, journalId = minute): Known<T> => ({
  ...(value === undefined ? {} : { value }),
  ...{ recordedAt: at(minute), journalId },
});
type Said = { deceased?: Known<boolean>; deathDate?: Known<string> };
const DAY = "2026-03-13";

describe("what one source says of a death", () => {
  const said = (demographics: Said) => {
    const { deceased, deathDate } = deathSaidBy(demographics);
    return [deceased?.value, deathDate?.value];
  };

  it.each<[string, Said, unknown]>([
    ["they live, said after a date", { deceased: known(false, 5), deathDate: known(DAY, 1) }, [false, undefined]],
    ["a date, said after they live", { deceased: known(false, 1), deathDate: known(DAY, 5) }, [true, DAY]],
    ["at one time, what arrived later", { deceased: known(false, 1, 8), deathDate: known(DAY, 1, 9) }, [true, DAY]],
    ["at one time, and earlier", { deceased: known(false, 1, 9), deathDate: known(DAY, 1, 8) }, [false, undefined]],
    ["dead, again without the date", { deceased: known(true, 5), deathDate: known(DAY, 1) }, [true, DAY]],
    ["a date alone", { deathDate: known(DAY, 1) }, [true, DAY]],
    ["a date, and the flag deleted", { deceased: known<boolean>(undefined, 5), deathDate: known(DAY, 1) }, [true, DAY]],
    [
      "dead, and the date deleted",
      { deceased: known(true, 1), deathDate: known<string>(undefined, 5) },
      [true, undefined],
    ],
    ["nothing", {}, [undefined, undefined]],
  ])("%s", (_, demographics, expected) => expect(said(demographics)).toEqual(expected));
});

describe("the golden record says of a death one thing", () => {
  const record = (sourceRecordId: number, demographics: Said, authority = "RBD"): Reconciled => ({
    ...{ sourceRecordId, authority, demographics, feed: "test", status: "active" },
    identifiers: { recordedAt: at(0), journalId: 1 },
  });
  const died = (minute: number, day: string | undefined = DAY): Said => ({
    deceased: known(true, minute),
    ...(day === undefined ? {} : { deathDate: known(day, minute) }),
  });
  const lives = (minute: number): Said => ({ deceased: known(false, minute) });
  const of = (records: readonly Reconciled[], policy = DEFAULT_SURVIVORSHIP) => {
    const { deceased, deathDate } = reconcile(records, policy);
    return [deceased?.value, deathDate?.value];
  };

  it("who is said to live, later, has no date of death left: by the same source or by another", () => {
    expect(of([record(1, { ...died(1), ...lives(5) })])).toEqual([false, undefined]);
    expect(of([record(1, died(1)), record(2, lives(5))])).toEqual([false, undefined]);
    expect(of([record(1, died(5)), record(2, lives(1))])).toEqual([true, DAY]);
  });

  it("who is said to be dead without a date keeps the date that another gave", () => {
    expect(of([record(1, died(1)), record(2, { deceased: known(true, 5) })])).toEqual([true, DAY]);
    expect(of([record(1, died(1)), record(2, { deceased: known(true, 5) }), record(3, lives(3))])).toEqual([true, DAY]);
  });

  it("a date is of those who say that they died, and tells so with its reasons", () => {
    const records = [record(1, died(1)), record(2, died(3, "2026-03-14")), record(3, lives(2))];
    const explained = explainGolden(records, DEFAULT_SURVIVORSHIP);
    expect(explained.map(({ field, survivor, others }) => [field, survivor.value, others.length])).toEqual([
      ["deceased", true, 1],
      ["deathDate", "2026-03-14", 1],
    ]);
    expect(explainGolden([...records, record(4, lives(9))], DEFAULT_SURVIVORSHIP)).toMatchObject([
      { field: "deceased", survivor: { value: false }, others: [{ candidate: { value: true } }, {}] },
    ]);
  });

  it("goes by the policy of the one field: whom it trusts is believed with the date", () => {
    const policy = survivorshipPolicy.parse({ fields: { deceased: { trust: ["authority:REG"] } } });
    expect(of([record(1, died(1), "REG"), record(2, lives(5))], policy)).toEqual([true, DAY]);
    expect(of([record(1, lives(1), "REG"), record(2, died(5))], policy)).toEqual([false, undefined]);
  });

  it("nobody is alive with a date of death, whatever was said and in whatever order", () => {
    const minute = fc.nat(3);
    const spoken = fc.record(
      {
        deceased: fc.tuple(fc.constantFrom(true, false, undefined), minute).map(([value, when]) => known(value, when)),
        deathDate: fc.tuple(fc.constantFrom(DAY, "2026", undefined), minute).map(([value, when]) => known(value, when)),
      },
      { requiredKeys: [] },
    );
    const records = fc.array(spoken, { maxLength: 4 }).map((all) => all.map((said, index) => record(index + 1, said)));
    const shuffled = records.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        const [deceased, deathDate] = of(one);
        expect(deathDate === undefined || deceased === true).toBe(true);
        expect(of(other)).toEqual([deceased, deathDate]);
        const anyDate = one.some(({ demographics }) => deathSaidBy(demographics).deathDate);
        if (deceased === true) expect(deathDate !== undefined).toBe(anyDate);
      }),
    );
  });
});
