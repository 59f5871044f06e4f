import { type JudgedPair, type Judgements, problemLine, readJudgedPairs } from "@chesil/link";
import type { Terminal } from "../terminal.ts";

/** Pairs that people judged, and the file that says so. */
export type Judged = { readonly file: string; readonly pairs: readonly JudgedPair[] };

/** The judged pairs of a file; undefined after telling what is wrong with it. */
export async function readJudged(
  file: string,
  kind: Judgements,
  encoding: string | undefined,
  terminal: Terminal,
): Promise<Judged | undefined> {
  const read = await readJudgedPairs(file, kind, encoding);
  if (!read.ok) {
    for (const problem of read.errors) terminal.say(problemLine(problem));
    return undefined;
  }
  if (read.undecided > 0) terminal.say(`${file}: rows not decided yet, and passed over: ${read.undecided}.`);
  return { file, pairs: read.pairs };
}
