import { type FactContent, factContent } from "@chesil/model";

/** Facts in which every place that can hold a word holds one, made of the schema: a field that is added is in them. */

/** One of each kind; of a list one entry. The words take turns. */
export function filledFacts(words: readonly string[]): FactContent[] {
  let turn = 0;
  const next = () => words[turn++ % words.length] ?? "";
  return factContent.options.map((kind) => factContent.parse(filled(kind, next)));
}

/** A zod schema, as far as it says what it is of. */
type Schema = { readonly _zod: { readonly def: object } };
type Def = {
  readonly type: string;
  readonly shape: Readonly<Record<string, Schema>>;
  readonly element: Schema;
  readonly innerType: Schema;
  readonly entries: Readonly<Record<string, string>>;
  readonly values: readonly unknown[];
};

function filled(schema: Schema, word: () => string): unknown {
  const def = schema._zod.def as Def;
  switch (def.type) {
    case "object":
      return Object.fromEntries(Object.entries(def.shape).map(([name, part]) => [name, filled(part, word)]));
    case "array":
      return [filled(def.element, word)];
    case "optional":
    case "default":
      return filled(def.innerType, word);
    case "string":
      return word();
    case "number":
      return 1;
    case "enum":
      return Object.values(def.entries)[0];
    case "literal":
      return def.values[0];
    default:
      throw new Error(`Nobody has said how ${def.type} is filled.`);
  }
}
