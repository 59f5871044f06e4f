import { z } from "zod";
import { DEMOGRAPHIC_FIELDS, type DemographicField } from "./record.ts";

/** Which of several sources' values is the person's, field by field, as data: `reconcile.ts` goes by it. */

/**
 * By what one value is better than another. `trust`: its source ranks higher; `verification`: an NHS number is verified, a
 * GP practice is the one that a GP's own system says; `recency`: it was recorded later; `majority`: more authorities say the
 * same; `completeness`: it says more.
 */
export const CRITERIA = ["trust", "verification", "recency", "majority", "completeness"] as const;
export type Criterion = (typeof CRITERIA)[number];

/** Far above the feeds and authorities of a region. */
const SOURCES_MAX = 200;

/** `feed:poole-pas` or `authority:RDZ`. */
const sources = z
  .array(z.string().regex(/^(feed|authority):\S.{0,180}$/))
  .max(SOURCES_MAX)
  .meta({ examples: [["authority:RDZ", "feed:gp-events"]] });

const criteria = z.array(z.enum(CRITERIA)).max(CRITERIA.length);
const ofField = z.strictObject({
  trust: sources.optional().describe("Sources that this field is taken from first, the most trusted first."),
  criteria: criteria.optional().describe("What decides for this field, in this order."),
});
const ordered = (order: readonly Criterion[]) =>
  ofField
    .extend({ criteria: criteria.default([...order]).describe("What decides for this field, in this order.") })
    .prefault({});

/** What no trust in a source outweighs. */
const VERIFIED_FIRST = ["verification", "trust", "recency", "majority", "completeness"] as const;
/** A year that was recorded later is no correction of a whole date. */
const COMPLETE_FIRST = ["trust", "completeness", "recency", "majority"] as const;

/** `deceased` decides for the date of a death too: of those who say that somebody died, `deathDate` says which date. */
export type GoldenField = DemographicField | "nhsNumber";
export const GOLDEN_FIELDS = ["nhsNumber", ...DEMOGRAPHIC_FIELDS] as const satisfies readonly GoldenField[];

const OWN_ORDER: Readonly<Partial<Record<GoldenField, readonly Criterion[]>>> = {
  nhsNumber: VERIFIED_FIRST,
  generalPractice: VERIFIED_FIRST,
  birthDate: COMPLETE_FIRST,
};

const spaced = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
const fields = z.strictObject(
  Object.fromEntries(
    GOLDEN_FIELDS.map((field) => {
      const own = OWN_ORDER[field];
      return [field, (own ? ordered(own) : ofField.optional()).describe(`Of ${spaced(field)}.`)];
    }),
  ) as Record<GoldenField, z.ZodOptional<typeof ofField>>,
);

export const survivorshipPolicy = z.strictObject({
  trust: sources.default([]).describe("Sources that any field is taken from first, the most trusted first."),
  criteria: criteria
    .default([...CRITERIA])
    .describe("What decides between the values of several sources, in this order; at last the oldest record."),
  gpSources: sources
    .default([])
    .describe("The systems of general practices: a GP practice that one of them says is confirmed."),
  fields: fields.prefault({}).describe("What is otherwise for one field."),
});
type FieldPolicy = {
  readonly trust?: readonly string[] | undefined;
  readonly criteria?: readonly Criterion[] | undefined;
};
export type SurvivorshipPolicy = {
  readonly trust: readonly string[];
  readonly criteria: readonly Criterion[];
  readonly gpSources: readonly string[];
  readonly fields: { readonly [F in GoldenField]?: FieldPolicy | undefined };
};

/** Nobody is trusted more than others: the NHS number that is verified, the whole birth date, else what was recorded last. */
export const DEFAULT_SURVIVORSHIP: SurvivorshipPolicy = survivorshipPolicy.parse({});
