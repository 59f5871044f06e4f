import { comparisonsOf, type MatchingModel } from "../model.ts";
import type { Prepared } from "../prepare.ts";

/** A record as the exported settings read it: a value or null by column. */
export type SplinkRow = Readonly<Record<string, string | null>>;

/** The column each comparison reads, named as `chesil link` names it. A declared column keeps its own name. */
const COLUMNS: Readonly<Record<string, string>> = {
  nhsNumber: "nhs_number",
  familyName: "family_name",
  givenName: "given_name",
  birthDate: "date_of_birth",
  sex: "sex",
  postcode: "postcode",
  address: "address",
  city: "city",
  phone: "phone",
  email: "email",
  practice: "gp_practice",
};

export const columnOf = (comparison: string): string => COLUMNS[comparison] ?? comparison;

/**
 * The row that stands for a prepared record in Splink: texts folded as Chesil folds them, placeholders gone, one value
 * a column. On such rows the exported conditions mean what the levels mean, but for the approximations named.
 */
export function splinkRow(record: Prepared, model: Pick<MatchingModel, "comparisons">): SplinkRow {
  const { nhsNumber, families, givens, birthDate, sex, postcodes, addresses, phones, emails, practice } = record;
  const [family, given] = [families[0], givens[0]];
  const spaced = family?.parts.join(" ");
  const row: Record<string, string | null> = {
    nhs_number: nhsNumber?.digits ?? null,
    // Words apart, so that a part can be found; a name that loses words by it (van der Berg) is written together.
    family_name: (spaced?.replaceAll(" ", "") === family?.text ? spaced : family?.text) ?? null,
    given_name: given?.first ?? null,
    middle_name: given?.names.slice(1).join(" ") || null,
    date_of_birth: birthDate?.text ?? null,
    sex: sex ?? null,
    postcode: postcodes[0]?.text ?? null,
    address: addresses[0]?.text ?? null,
    phone: phones[0] ?? null,
    email: emails[0] ?? null,
    gp_practice: practice ?? null,
  };
  const extras = model.comparisons.filter(({ kind }) => kind !== undefined);
  for (const [place, { name }] of extras.entries()) row[name] = foldedText(record.extras[place]);
  return row;
}

/** With its gaps, where the long words make up the whole; else written together. */
function foldedText(text: Prepared["extras"][number]): string | null {
  if (text === undefined) return null;
  const spaced = text.words.join(" ");
  return spaced.replaceAll(" ", "") === text.text ? spaced : text.text;
}

/** What Splink is to register as the term frequencies of a column: `register_term_frequency_lookup(table, column)`. */
export type SplinkTermFrequencies = Readonly<Record<string, ReadonlyMap<string, number>>>;

/**
 * The frequencies that the model gives to the values of those rows, by column and value; every value is listed, as
 * Splink leaves out the adjustment for one that is not.
 */
export function splinkTermFrequencies(rows: Iterable<SplinkRow>, model: MatchingModel): SplinkTermFrequencies {
  const tables: Record<string, Map<string, number>> = {};
  const counted = comparisonsOf(model).filter(({ name, frequency }) => frequency && model.termFrequencies[name]);
  for (const { name } of counted) tables[columnOf(name)] = new Map();
  for (const row of rows) {
    for (const { name } of counted) {
      const value = row[columnOf(name)];
      if (value == null) continue;
      const { frequencies, other } = model.termFrequencies[name] as MatchingModel["termFrequencies"][string];
      const term = name === "postcode" ? value : value.replaceAll(" ", "");
      tables[columnOf(name)]?.set(value, (Object.hasOwn(frequencies, term) ? frequencies[term] : undefined) ?? other);
    }
  }
  return tables;
}
