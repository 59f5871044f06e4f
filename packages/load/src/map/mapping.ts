import { FACT_KINDS, factContent } from "@chesil/model";
import { z } from "zod";

/** What the columns of an extract mean: data, kept in the journal from the moment it is in force. */

const column = z.string().min(1).max(200).describe("A column's name; of NDJSON a path: `address.postcode`.");

const codes = z.record(z.string(), z.string()).describe("As sent, and what it means. Case does not matter.");

const fromColumn = z.strictObject({
  column: z
    .union([column, z.array(column).min(1)])
    .describe("One column, or several whose texts are joined by a space."),
  date: z
    .union([z.literal(true), z.string().min(2).max(40)])
    .optional()
    .describe("It is a date: by the feed's formats (true), or by this one."),
  codes: codes.optional(),
  otherwise: z
    .string()
    .optional()
    .describe("For a code that is not listed. Without it such a cell is left out, flagged."),
});

const constant = z.strictObject({ constant: z.string().describe("The same in every row.") });

/** What stands at one place: a column, a column with what to make of it, or always the same. */
const text = z.union([column, fromColumn, constant]);
export type TextSource = z.infer<typeof text>;

const conceptSource = z.strictObject({
  concept: z
    .strictObject({ system: text.optional(), code: text.optional(), display: text.optional(), text: text.optional() })
    .describe("A coded value: its code with the code's system, and the words for it."),
});

export type Template = TextSource | z.infer<typeof conceptSource> | Template[] | { [field: string]: Template };
const template: z.ZodType<Template> = z.lazy(() =>
  z.union([text, conceptSource, z.array(template), z.record(z.string(), template)]),
);

const party = z.strictObject({ code: text.optional(), display: text.optional() });
const name = z.strictObject({
  use: z.enum(["usual", "maiden", "alias", "nickname", "previous", "birth", "other"]).default("usual"),
  family: text.optional(),
  given: z.array(text).default([]),
  prefix: text.optional(),
  suffix: text.optional(),
});
const address = z.strictObject({
  use: z.enum(["home", "temporary", "work", "mailing", "previous", "birth", "other"]).default("home"),
  lines: z.array(text).default([]),
  city: text.optional(),
  county: text.optional(),
  postcode: text.optional(),
  country: text.optional(),
});
const telecom = z.strictObject({
  kind: z.enum(["phone", "mobile", "email", "fax", "other"]).default("phone"),
  use: z.enum(["home", "work", "temporary", "other"]).default("home"),
  value: text,
});
const identifier = z.strictObject({
  authority: z.string().min(1).max(100).describe("Who issues it."),
  value: text,
  type: z.string().max(20).default("").describe("Of HL7 table 0203."),
});

const patient = z.strictObject({
  id: text.optional().describe("The patient's id in this source. Without it each row key is a patient of its own."),
  nhsNumber: text.optional(),
  nhsNumberStatus: text.optional().describe("01: traced. Without it the feed's setting counts."),
  identifiers: z.array(identifier).default([]),
  emptyCells: z
    .enum(["keep", "clear"])
    .default("keep")
    .describe("Whether an empty cell leaves what is known of the patient, or says that there is nothing any more."),
  names: z.array(name).default([]),
  birthDate: text.optional(),
  sex: text.optional().describe("male, female, indeterminate or unknown; NHS and HL7 codes are understood."),
  addresses: z.array(address).default([]),
  telecoms: z.array(telecom).default([]),
  ethnicity: text.optional(),
  maritalStatus: text.optional(),
  religion: text.optional(),
  language: text.optional(),
  deceased: text.optional().describe("Y or N."),
  deathDate: text.optional(),
  generalPractice: party.optional(),
  generalPractitioner: party.optional(),
});

const condition = z.strictObject({
  column,
  is: z.array(z.string()).min(1).optional().describe("One of these. Without it: anything."),
});

const fact = z.strictObject({
  kind: z.enum(FACT_KINDS),
  name: z.string().min(1).max(40).optional().describe("Tells it from another fact of its kind in the same row."),
  key: z.array(column).min(1).optional().describe("The columns that it is known by. Default: those of the row."),
  when: z
    .array(z.union([column, condition]))
    .default([])
    .describe("The cells that must say something for it to be stated."),
  content: z.record(z.string(), template).describe("Its fields, as `schemas/event.json` has them."),
});
export type FactMapping = z.infer<typeof fact>;

export const loadMapping = z
  .strictObject({
    rowKey: z.array(column).min(1).describe("The columns that tell a row from all others, in every extract."),
    recordedAt: text
      .optional()
      .describe("When the source recorded the row. Without it, and where the cell is empty: the time of the extract."),
    patient,
    facts: z.array(fact).default([]),
    ignore: z.array(column).default([]).describe("Columns that are known and not used."),
  })
  .superRefine((mapping, context) => {
    for (const [index, { content, kind, name }] of mapping.facts.entries()) {
      const option = factContent.options.find((each) => each.shape.kind.value === kind);
      for (const path of option ? strayFields(option, content, []) : [])
        context.addIssue({
          code: "custom",
          path: ["facts", index, "content", ...path],
          message: `A ${kind} has no such field.`,
        });
      const alike = mapping.facts.findIndex((other) => other.kind === kind && other.name === name);
      if (alike < index)
        context.addIssue({
          code: "custom",
          path: ["facts", index, "name"],
          message: `Another ${kind} of the row has this name.`,
        });
    }
  });
export type LoadMapping = z.infer<typeof loadMapping>;

export const isConcept = (source: Template): source is z.infer<typeof conceptSource> =>
  typeof source === "object" && !Array.isArray(source) && "concept" in source;

export const isText = (source: Template): source is TextSource =>
  typeof source === "string" || (!Array.isArray(source) && ("column" in source || "constant" in source));

/** Fields that the kind of fact has not: zod would drop them without a word. */
function strayFields(schema: unknown, source: Template, path: PropertyKey[]): PropertyKey[][] {
  const { shape, element } = unwrapped(schema);
  if (Array.isArray(source)) return source.flatMap((each, index) => strayFields(element, each, [...path, index]));
  if (isText(source) || isConcept(source) || shape === undefined) return [];
  return Object.entries(source).flatMap(([field, part]) =>
    Object.hasOwn(shape, field) && (field !== "kind" || path.length > 0)
      ? strayFields(shape[field], part, [...path, field])
      : [[...path, field]],
  );
}

type Inner = { shape?: Record<string, unknown>; element?: unknown; unwrap?: () => unknown };

function unwrapped(schema: unknown): Inner {
  const inner = (schema ?? {}) as Inner;
  // An array has `unwrap` too: it would give its elements.
  return inner.shape === undefined && inner.element === undefined && inner.unwrap ? unwrapped(inner.unwrap()) : inner;
}

/** Every column that the mapping names, but those it ignores. */
export function columnsOf(mapping: LoadMapping): Set<string> {
  const { ignore: _, rowKey, ...rest } = mapping;
  const found = new Set(rowKey);
  for (const each of mapping.facts) {
    for (const name of each.key ?? []) found.add(name);
    for (const when of each.when) found.add(typeof when === "string" ? when : when.column);
  }
  const visit = (source: unknown, literals: ReadonlySet<string>, field = ""): void => {
    if (field === "column") for (const name of [source].flat()) found.add(String(name));
    else if (Array.isArray(source)) for (const each of source) visit(each, literals);
    else if (typeof source === "string") found.add(source);
    else if (typeof source === "object" && source !== null)
      for (const [name, part] of Object.entries(source)) if (!literals.has(name)) visit(part, literals, name);
  };
  visit(rest.recordedAt, OF_SOURCE);
  visit(rest.patient, OF_PATIENT);
  for (const { content } of rest.facts) visit(content, OF_SOURCE);
  return found;
}

/** Settings whose text is no column: of a source, and of a patient's parts as well. */
const OF_SOURCE = new Set(["constant", "codes", "otherwise", "date"]);
const OF_PATIENT = new Set([...OF_SOURCE, "use", "kind", "authority", "type", "emptyCells"]);

export type MappingResult =
  | { readonly ok: true; readonly mapping: LoadMapping }
  | { readonly ok: false; readonly problems: readonly string[] };

/** A mapping as it was written, or all that is wrong with it, in words. */
export function readMapping(written: unknown): MappingResult {
  const parsed = loadMapping.safeParse(written);
  if (parsed.success) return { ok: true, mapping: parsed.data };
  return {
    ok: false,
    problems: parsed.error.issues.map(({ path, message }) => `${path.join(".") || "The mapping"}: ${message}`),
  };
}

/** `schemas/load-mapping.json`. */
export function loadMappingJsonSchema(): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(loadMapping, { io: "input" });
  return { $schema, title: "The mapping of a load", description: "What the columns of an extract mean.", ...rest };
}
