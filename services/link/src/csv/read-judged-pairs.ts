import { columnKey } from "./column-names.ts";
import { ERRORS_LISTED_MAX } from "./limits.ts";
import { counted, type LinkInputError } from "./problem.ts";
import { readCsv } from "./read-csv.ts";
import { isBlankRow } from "./survey-file.ts";
import type { CsvRow } from "./tokenizer.ts";

/** A pair of records, by their ids, that a person judged; and the row that says so. */
export type JudgedPair = {
  readonly left: string;
  readonly right: string;
  readonly isSame: boolean;
  readonly row: number;
};

export type JudgedPairs =
  | {
      readonly ok: true;
      /** Each pair once. */
      readonly pairs: readonly JudgedPair[];
      /** Rows whose judgement is left empty: nobody has decided them yet. They are passed over. */
      readonly undecided: number;
    }
  | { readonly ok: false; readonly errors: readonly LinkInputError[] };

/** What `chesil link --review` writes, Splink's names, and what people would write. */
const LEFT = ["left", "id_l", "unique_id_l", "id_left", "left_id"].map(columnKey);
const RIGHT = ["right", "id_r", "unique_id_r", "id_right", "right_id"].map(columnKey);
const JUDGED = ["decision", "match", "is_match", "clerical_match_score"].map(columnKey);

/** What a column of judgements may hold: words alone, or scores from 0 to 1 as well, a match from one half on. */
export type Judgements = "decisions" | "labels";

const WORDS: ReadonlyMap<string, boolean> = new Map([
  ["same", true],
  ["1", true],
  ["different", false],
  ["0", false],
]);
const SAID: Readonly<Record<Judgements, string>> = {
  decisions: "A decision is same or different; left empty, it is not decided yet.",
  labels: "A label is 1 (or same) for a match and 0 (or different) for none, or a score between.",
};

/**
 * Pairs that people judged, from a CSV file with the columns left, right and decision (same or different), or id_l, id_r and
 * match (1 or 0). Every row that can not be is told: a record paired with itself, a pair judged both ways, and of
 * decisions, which hold whatever the weights say, also a pair that is two by one row and one by way of others.
 */
export async function readJudgedPairs(file: string, kind: Judgements, encoding?: string): Promise<JudgedPairs> {
  const reader = new JudgedPairReader(file, kind);
  for await (const { rows, error } of readCsv(file, encoding === undefined ? {} : { encoding })) {
    for (const row of rows) if (!isBlankRow(row) && !reader.hasNoColumns) reader.take(row);
    if (error) return { ok: false, errors: [error] };
    if (reader.hasNoColumns) break;
  }
  return reader.end();
}

/** What is wrong with judged pairs once it is known which records there are. */
export function unknownRecords(
  file: string,
  pairs: readonly JudgedPair[],
  hasId: (id: string) => boolean,
): LinkInputError[] {
  const errors = pairs.flatMap(({ left, right, row }): LinkInputError[] => {
    const unknown = [hasId(left) ? undefined : "left", hasId(right) ? undefined : "right"].filter((side) => side);
    if (unknown.length === 0) return [];
    const text = `No record has the id on the ${unknown.join(" nor the one on the ")}.`;
    return [{ kind: "record-unknown", file, row, text }];
  });
  return listed(file, errors);
}

type Places = { readonly left: number; readonly right: number; readonly judged: number };

class JudgedPairReader {
  readonly #file: string;
  readonly #kind: Judgements;
  readonly #errors: LinkInputError[] = [];
  readonly #byIds = new Map<string, JudgedPair>();
  #places: Places | undefined;
  #undecided = 0;
  hasNoColumns = false;

  constructor(file: string, kind: Judgements) {
    this.#file = file;
    this.#kind = kind;
  }

  take({ number: row, fields }: CsvRow): void {
    if (this.#places === undefined) {
      this.#places = placesIn(fields);
      if (this.#places !== undefined) return;
      this.hasNoColumns = true;
      const names = this.#kind === "decisions" ? "left, right and decision" : "id_l, id_r and match";
      this.#refuse("column-unknown", row, `The first row must name the columns ${names}.`);
      return;
    }
    const { left, right, judged } = this.#places;
    const at = (place: number) => (fields[place] ?? "").trim();
    this.#takePair(at(left), at(right), at(judged), row);
  }

  #takePair(left: string, right: string, judged: string, row: number): void {
    const fault = pairFault(left, right, judged, this.#kind);
    if (fault !== undefined) this.#refuse("pair-malformed", row, fault);
    else if (judged === "") this.#undecided++;
    else this.#note({ left, right, isSame: judgementOf(judged, this.#kind) === true, row });
  }

  #note(pair: JudgedPair): void {
    const key = JSON.stringify([pair.left, pair.right].sort());
    const before = this.#byIds.get(key);
    if (before === undefined) this.#byIds.set(key, pair);
    else if (before.isSame !== pair.isSame) {
      const text = `Of this pair row ${before.row} says ${saidOf(before.isSame)}, and this row ${saidOf(pair.isSame)}. Take one of them out.`;
      this.#refuse("pair-contradictory", pair.row, text);
    }
  }

  #refuse(kind: LinkInputError["kind"], row: number, text: string): void {
    this.#errors.push({ kind, file: this.#file, row, text });
  }

  end(): JudgedPairs {
    const pairs = [...this.#byIds.values()];
    const errors = [...this.#errors];
    if (errors.length === 0 && this.#places === undefined)
      errors.push({
        kind: "empty-file",
        file: this.#file,
        text: "The file is empty: it needs column names and pairs.",
      });
    else if (errors.length === 0 && pairs.length === 0 && this.#undecided === 0)
      errors.push({
        kind: "header-only",
        file: this.#file,
        row: 1,
        text: "There are column names and no pairs below.",
      });
    if (this.#kind === "decisions") errors.push(...contradictions(this.#file, pairs));
    return errors.length > 0
      ? { ok: false, errors: listed(this.#file, errors) }
      : { ok: true, pairs, undecided: this.#undecided };
  }
}

const saidOf = (isSame: boolean): string => (isSame ? "same" : "different");

function pairFault(left: string, right: string, judged: string, kind: Judgements): string | undefined {
  if (left === "" || right === "") return "A pair needs two ids.";
  if (left === right) return "A record is paired with itself.";
  return judged === "" || judgementOf(judged, kind) !== undefined ? undefined : SAID[kind];
}

function judgementOf(text: string, kind: Judgements): boolean | undefined {
  const word = WORDS.get(text.toLowerCase());
  if (word !== undefined || kind === "decisions") return word;
  const score = Number(text);
  return score >= 0 && score <= 1 ? score >= 0.5 : undefined;
}

function placesIn(header: readonly string[]): Places | undefined {
  const keys = header.map(columnKey);
  const placeOf = (names: readonly string[]) => keys.findIndex((key) => names.includes(key));
  const places = { left: placeOf(LEFT), right: placeOf(RIGHT), judged: placeOf(JUDGED) };
  return Object.values(places).includes(-1) ? undefined : places;
}

/** Pairs that are said to be two, and by way of other rows to be one: with the rows on the way, in their order. */
function contradictions(file: string, pairs: readonly JudgedPair[]): LinkInputError[] {
  const sames = new Map<string, { readonly to: string; readonly row: number }[]>();
  const join = (from: string, to: string, row: number) => {
    const known = sames.get(from);
    if (known) known.push({ to, row });
    else sames.set(from, [{ to, row }]);
  };
  for (const { left, right, isSame, row } of pairs) {
    if (!isSame) continue;
    join(left, right, row);
    join(right, left, row);
  }
  const personOf = numberedPersons(sames);
  return pairs.flatMap(({ left, right, isSame, row }): LinkInputError[] => {
    const person = personOf.get(left);
    if (isSame || person === undefined || person !== personOf.get(right)) return [];
    const rows = shortestWay(sames, left, right);
    const text = `This row says that the two are different, and rows ${rows.join(", ")} that they are the same, one after another. Take one of these rows out.`;
    return [{ kind: "pair-contradictory", file, row, text }];
  });
}

type Sames = ReadonlyMap<string, readonly { readonly to: string; readonly row: number }[]>;

/** Each record that is the same as any other, and the number of the person they are together. */
function numberedPersons(sames: Sames): ReadonlyMap<string, number> {
  const personOf = new Map<string, number>();
  for (const [person, first] of [...sames.keys()].entries()) {
    const open = personOf.has(first) ? [] : [first];
    for (let from = open.pop(); from !== undefined; from = open.pop()) {
      personOf.set(from, person);
      for (const { to } of sames.get(from) ?? []) if (!personOf.has(to)) open.push(to);
    }
  }
  return personOf;
}

/** The rows from one record to another, as few as lead there. */
function shortestWay(sames: Sames, start: string, end: string): number[] {
  const cameBy = new Map<string, { readonly from: string; readonly row: number } | undefined>([[start, undefined]]);
  for (const from of cameBy.keys()) {
    if (from === end) break;
    for (const { to, row } of sames.get(from) ?? []) if (!cameBy.has(to)) cameBy.set(to, { from, row });
  }
  const rows: number[] = [];
  for (let step = cameBy.get(end); step !== undefined; step = cameBy.get(step.from)) rows.unshift(step.row);
  return rows;
}

function listed(file: string, errors: readonly LinkInputError[]): LinkInputError[] {
  const more = errors.length - ERRORS_LISTED_MAX;
  if (more <= 0) return [...errors];
  const rest: LinkInputError = { kind: "more-errors", file, text: `And ${counted(more, "error")} more.` };
  return [...errors.slice(0, ERRORS_LISTED_MAX), rest];
}
