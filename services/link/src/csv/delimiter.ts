import { CsvTokenizer } from "./tokenizer.ts";

const DELIMITERS = [",", ";", "\t", "|"] as const;
type Delimiter = (typeof DELIMITERS)[number];

const SAMPLE_ROWS = 50;
/** Excel writes and obeys `sep=;` as a first line. */
const SEPARATOR_LINE = /^"?sep=([,;\t|])"?(?:\r\n|\n|\r)/i;

export type Sniffed = {
  readonly delimiter: Delimiter;
  /** Letters at the beginning that are no row: the `sep=;` line. */
  readonly skip: number;
};

/**
 * The delimiter of a file from its beginning: the one that parts the header and then the most rows into equally many
 * fields, and of equals the one that makes most fields. A comma where nothing is parted: one column.
 */
export function sniffDelimiter(sample: string): Sniffed {
  const line = SEPARATOR_LINE.exec(sample);
  if (line) return { delimiter: line[1] as Delimiter, skip: line[0].length };
  let best: Delimiter = ",";
  let bestScore = 0;
  for (const delimiter of DELIMITERS) {
    const score = scoreOf(delimiter, sample);
    if (score > bestScore) {
      best = delimiter;
      bestScore = score;
    }
  }
  return { delimiter: best, skip: 0 };
}

function scoreOf(delimiter: string, sample: string): number {
  const tokenizer = new CsvTokenizer(delimiter);
  const rows = [...tokenizer.push(sample), ...tokenizer.end()].slice(0, SAMPLE_ROWS);
  const columns = rows[0]?.fields.length ?? 0;
  if (columns < 2) return 0;
  return (columns * rows.filter(({ fields }) => fields.length === columns).length) / rows.length;
}
