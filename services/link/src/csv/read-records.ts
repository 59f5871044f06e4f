import type { MatchRecord } from "@chesil/matching";
import type { StandardColumn } from "./column-names.ts";
import { readDate } from "./dates.ts";
import { middleNames, splitFullName } from "./full-name.ts";
import { readCsv } from "./read-csv.ts";
import type { InputPlan } from "./survey.ts";
import { type FilePlan, isBlankRow } from "./survey-file.ts";
import type { CsvRow } from "./tokenizer.ts";
import { cellValue, readNhsNumber, readSex } from "./values.ts";

/** One row as matching reads it. */
export type LinkRecord = {
  /** Unique over all files. The row number where no column is the id, after the file's name where there are several. */
  readonly id: string;
  readonly source: string;
  /** Number of the true person, from 0 in order of appearance; -1 where not known. */
  readonly truth: number;
  readonly record: MatchRecord;
  readonly cities: readonly string[];
  /** Of the columns in `InputPlan.extras`; "" for a missing one. */
  readonly extras: readonly string[];
};

/**
 * The records of all files in their order, some thousands at a time, after a survey that found no error. One chunk of
 * one file is held.
 *
 * @throws Error where a file has changed since it was surveyed, or a disk fails
 */
export async function* readRecords(plan: InputPlan): AsyncGenerator<readonly LinkRecord[]> {
  const persons = new Map<string, number>();
  for (const file of plan.files) {
    let rows = 0;
    const recordOf = recordReader(file, plan, persons);
    let isHeader = true;
    for await (const part of readCsv(file.file, file.encoding === undefined ? {} : { encoding: file.encoding })) {
      const records: LinkRecord[] = [];
      for (const row of part.rows) {
        if (isBlankRow(row)) continue;
        if (isHeader) isHeader = false;
        else records.push(recordOf(row));
      }
      rows += records.length;
      if (part.error || rows > file.rows) throw changed(file);
      if (records.length > 0) yield records;
    }
    if (rows !== file.rows) throw changed(file);
  }
}

const changed = ({ file }: FilePlan): Error => new Error(`${file} has changed while it was read. Link it again.`);

function recordReader(file: FilePlan, plan: InputPlan, persons: Map<string, number>): (row: CsvRow) => LinkRecord {
  const { places, idPrefix } = file;
  const idAt = places.standard.id?.[0];
  const sourceAt = places.standard.source?.[0];
  const matchRecordOf = matchRecordReader(file, plan.thisYear);
  const citiesOf = allOf("city", places.standard);
  return ({ number, fields }) => ({
    id: idAt === undefined ? `${idPrefix}${number}` : (fields[idAt] ?? "").trim(),
    source: (sourceAt === undefined ? "" : (fields[sourceAt] ?? "").trim()) || file.source,
    truth: personNumber(places.truth === -1 ? "" : cellValue(fields[places.truth] ?? ""), persons),
    record: matchRecordOf(fields),
    cities: citiesOf(fields),
    extras: places.extras.map((at) => (at === -1 ? "" : cellValue(fields[at] ?? ""))),
  });
}

function personNumber(person: string, persons: Map<string, number>): number {
  if (person === "") return -1;
  const known = persons.get(person);
  if (known !== undefined) return known;
  persons.set(person, persons.size);
  return persons.size - 1;
}

function matchRecordReader(file: FilePlan, thisYear: number): (fields: readonly string[]) => MatchRecord {
  const { standard } = file.places;
  const one = (column: StandardColumn) => {
    const at = standard[column]?.[0];
    return at === undefined ? () => "" : (fields: readonly string[]) => cellValue(fields[at] ?? "");
  };
  const [nhsNumberOf, birthDateOf, sexOf] = [one("nhs_number"), one("date_of_birth"), one("sex")];
  const [addressOf, postcodesOf] = [allOf("address", standard), allOf("postcode", standard)];
  const [phonesOf, emailsOf] = [allOf("phone", standard), allOf("email", standard)];
  const [practiceOf, namesOf] = [one("gp_practice"), namesReader(standard)];
  return (fields) => {
    const nhsNumber = nhsNumberOf(fields);
    const birthDate = readDate(birthDateOf(fields), file.dateOrder, thisYear);
    const sex = readSex(sexOf(fields));
    const address = addressOf(fields).join(", ");
    const gpPractice = practiceOf(fields);
    return {
      ...(nhsNumber === "" ? {} : { nhsNumber: readNhsNumber(nhsNumber) }),
      names: namesOf(fields),
      ...(birthDate === undefined ? {} : { birthDate }),
      ...(sex === undefined ? {} : { sex }),
      postcodes: postcodesOf(fields),
      addressLines: address === "" ? [] : [address],
      phones: phonesOf(fields),
      emails: emailsOf(fields),
      ...(gpPractice === "" ? {} : { gpPractice }),
    };
  };
}

/** The values of every column that holds such a thing, without the missing ones. */
function allOf(
  column: StandardColumn,
  standard: FilePlan["places"]["standard"],
): (fields: readonly string[]) => string[] {
  const places = standard[column] ?? [];
  return (fields) => places.map((at) => cellValue(fields[at] ?? "")).filter((value) => value !== "");
}

type Names = MatchRecord["names"];

/** A part that its own column does not give comes from the full name, and so do middle names and a name at birth. */
function namesReader(standard: FilePlan["places"]["standard"]): (fields: readonly string[]) => Names {
  // Not cellValue: Null and Nan are names, and matching knows which names are none.
  const part = (column: StandardColumn) => {
    const at = standard[column]?.[0];
    return at === undefined ? () => "" : (fields: readonly string[]) => (fields[at] ?? "").trim();
  };
  const [givenOf, middleOf, familyOf] = [part("given_name"), part("middle_name"), part("family_name")];
  const fullOf = part("full_name");
  return (fields) => {
    let [given, middle, family] = [givenOf(fields), middleOf(fields), familyOf(fields)];
    const full = fullOf(fields);
    if (full === "") return namesOf([given, middle], family, "");
    const parts = splitFullName(full);
    if (middle === "" && given !== "" && family !== "") middle = middleNames(parts, given, family).join(" ");
    if (given === "" && middle === "") [given = "", middle = ""] = [parts.given[0], parts.given.slice(1).join(" ")];
    if (family === "") family = parts.family;
    return namesOf([given, middle], family, parts.birthFamily);
  };
}

function namesOf(givenParts: readonly string[], family: string, birthFamily: string): Names {
  const given = givenParts.filter((part) => part !== "");
  if (family === "" && given.length === 0) return [];
  const names: Names = [family === "" ? { given } : { family, given }];
  if (birthFamily !== "") names.push({ family: birthFamily, given: [...given] });
  return names;
}
