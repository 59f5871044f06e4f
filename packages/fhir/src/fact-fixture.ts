import { FACT_KINDS, type FactContent, type FactKind, factContent } from "@chesil/model";
import fc from "fast-check";
import type { FactSource } from "./fact-source.ts";
import type { Resource } from "./resources.ts";
import { resourcesOfFact } from "./resources-of-fact.ts";

/** Facts of every kind as senders can make them, made from the model itself: any text in any field. For tests. */

const text = fc.oneof(
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 8 }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ..."SNM3 READ LN I10 L 44054006 4548-4 R C F A H LL DA SV NM SN CWE DTM ST N V OB AV LAB RAD YES 3 <5 130 1.5 mmol/L mg".split(
        " ",
      ),
      ..."Y06601 C1234567 DR7 2026 2026-05 2026-05-05 2026-02-30 2026-05-05T10:00:00.000Z 2026-05-05T10:00 1:128 100-200".split(
        " ",
      ),
      ...[
        "",
        " ",
        "<script>alert('x')</script> & more",
        "two words",
        "a  b",
        "line\r\nline",
        "\u0000\ud800\uffff",
        "2.5 mg",
        "text/html",
      ],
    ),
  },
);

/** What stands in a schema of zod, as far as the model uses it. */
type Schema = {
  readonly def: {
    readonly type: string;
    readonly shape?: Readonly<Record<string, Schema>>;
    readonly innerType?: Schema;
    readonly element?: Schema;
    readonly values?: readonly unknown[];
    readonly entries?: Readonly<Record<string, string>>;
  };
};

function arbitraryOf({ def }: Schema): fc.Arbitrary<unknown> {
  switch (def.type) {
    case "object": {
      const shape = Object.entries(def.shape ?? {});
      const requiredKeys = shape.filter(([, each]) => each.def.type !== "optional").map(([name]) => name);
      return fc.record(Object.fromEntries(shape.map(([name, each]) => [name, arbitraryOf(each)])), { requiredKeys });
    }
    case "optional":
    case "default":
      return arbitraryOf(def.innerType as Schema);
    case "array":
      return fc.array(arbitraryOf(def.element as Schema), { maxLength: 3 });
    case "enum":
      return fc.constantFrom(...Object.values(def.entries ?? {}));
    case "literal":
      return fc.constantFrom(...(def.values ?? []));
    case "number":
      return fc.nat({ max: 1_000_000 });
    case "string":
      return text;
    default:
      throw new Error(`The fixture knows no values for ${def.type}: add them.`);
  }
}

const contentOf = (kind: FactKind) => {
  const schema = factContent.options.find(({ shape }) => shape.kind.def.values[0] === kind);
  return arbitraryOf(schema as unknown as Schema) as fc.Arbitrary<FactContent>;
};

export const sourceOf = (content: fc.Arbitrary<FactContent>): fc.Arbitrary<FactSource> =>
  fc.record({
    factId: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    personId: fc.uuid(),
    sourceRecordId: fc.nat(),
    authority: fc.oneof(text, fc.constant("RDZ")),
    feed: text,
    key: text,
    state: fc.constantFrom("current", "superseded", "retracted", "withdrawn"),
    content,
    recordedAt: fc.constantFrom("2026-05-05T10:00:00.000Z", "1999-12-31T23:59:59.999Z"),
    encounterId: fc.option(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })),
    relation: fc.option(
      fc.record({ action: fc.constantFrom("replace" as const, "addend" as const), factId: fc.integer({ min: 1 }) }),
    ),
    version: fc.record({ journalId: fc.nat(), at: fc.constant(new Date("2026-05-06T00:00:00.000Z")) }),
  });

/** A fact of each kind. */
export const factSources: ReadonlyMap<FactKind, fc.Arbitrary<FactSource>> = new Map(
  FACT_KINDS.map((kind) => [kind, sourceOf(contentOf(kind))]),
);

/** All of a fact but what it says. */
export const BARE_FACT = {
  factId: 7001,
  personId: "00000000-0001-8abc-8def-0123456789ab",
  sourceRecordId: 1000,
  authority: "RDZ",
  feed: "pas",
  key: "k",
  state: "current",
  recordedAt: "2026-05-05T10:00:00.000Z",
  encounterId: null,
  relation: null,
  version: { journalId: 42 },
} as const satisfies Omit<FactSource, "content">;

/** The FHIR of a fact that says this. */
export const told = (content: FactContent, more: Partial<FactSource> = {}): Resource[] =>
  resourcesOfFact({ ...BARE_FACT, ...more, content });
