import type { BlockingRule } from "../blocking/rule-keys.ts";
import { columnOf } from "./splink-row.ts";

type PartSql = { readonly column: string; readonly of?: (value: string) => string; readonly approximates?: string };

const prefix = (value: string) => `substr(${value}, 1, 3)`;
const SOUND = "sounds are not in SQL: the first three letters must agree";

/** The parts of blocking keys in SQL. */
const PARTS: Readonly<Record<string, PartSql>> = {
  nhsNumber: { column: "nhs_number" },
  familyName: { column: "family_name" },
  familySound: { column: "family_name", of: prefix, approximates: SOUND },
  familyPrefix: { column: "family_name", of: prefix },
  givenName: { column: "given_name", approximates: "short forms are not filed under the full name" },
  givenSound: { column: "given_name", of: prefix, approximates: SOUND },
  givenPrefix: { column: "given_name", of: prefix },
  nameSound: { column: "family_name", of: prefix, approximates: `${SOUND}; names in each other's place are not found` },
  birthDate: { column: "date_of_birth" },
  birthYear: { column: "date_of_birth", of: (value) => `substr(${value}, 1, 4)` },
  birthDay: {
    column: "date_of_birth",
    of: (value) =>
      `least(substr(${value}, 6, 2), substr(${value}, 9, 2)) || greatest(substr(${value}, 6, 2), substr(${value}, 9, 2))`,
  },
  sex: { column: "sex" },
  postcode: { column: "postcode" },
  outcode: { column: "postcode", of: (value) => `split_part(${value}, ' ', 1)` },
  street: { column: "address", approximates: "the whole address must agree, not the street alone" },
  phone: { column: "phone" },
  email: { column: "email" },
  emailName: { column: "email", of: (value) => `split_part(${value}, '@', 1)` },
  practice: { column: "gp_practice" },
};
const COLUMN = "column:";

export type RuleSql = { readonly sql: string; readonly approximations: readonly string[] };

/** A rule as Splink's `blocking_rule`; undefined where a part is not known. */
export function blockingRuleSql(rule: BlockingRule): RuleSql | undefined {
  const conditions: string[] = [];
  const approximations: string[] = [];
  for (const name of rule) {
    const part = PARTS[name] ?? (name.startsWith(COLUMN) ? { column: name.slice(COLUMN.length) } : undefined);
    if (part === undefined) return undefined;
    const side = (table: string) => {
      const value = `${table}."${part.column.replaceAll('"', '""')}"`;
      return part.of ? part.of(value) : value;
    };
    conditions.push(`${side("l")} = ${side("r")}`);
    if (part.approximates) approximations.push(`blocking by ${name}: ${part.approximates}`);
  }
  return conditions.length === 0 ? undefined : { sql: conditions.join(" AND "), approximations };
}

/** Rules that suit records of people, of those whose comparisons a model has; else each comparison alone. */
export function usualRules(
  comparisons: readonly { readonly name: string; readonly kind?: string | undefined }[],
): BlockingRule[] {
  const names = new Set(comparisons.map(({ name }) => name));
  const rules = USUAL.filter((rule) => rule.every((part) => names.has(part)));
  if (rules.length > 0) return rules;
  return comparisons.map(({ name }) => [PARTS[name]?.column === columnOf(name) ? name : COLUMN + columnOf(name)]);
}

const USUAL: readonly BlockingRule[] = [
  ["nhsNumber"],
  ["familyName", "givenName"],
  ["familyName", "birthDate"],
  ["givenName", "birthDate"],
  ["birthDate", "postcode"],
  ["familyName", "postcode"],
  ["phone"],
  ["email"],
];
