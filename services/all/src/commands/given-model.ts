import { type MatchingModel, readModel } from "@chesil/matching";
import { UsageError } from "../terminal.ts";
import { givenFile } from "./given-file.ts";

/** The model in a file. @throws UsageError naming every problem and its place. */
export function givenModel(path: string): MatchingModel {
  let value: unknown;
  try {
    value = JSON.parse(givenFile(path).toString("utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) throw new UsageError(`${path} is no JSON: ${error.message}`);
    throw error;
  }
  const read = readModel(value);
  if (read.ok) return read.model;
  throw new UsageError(
    `${path} is no matching model of Chesil:\n${read.problems.map((text) => `  ${text}`).join("\n")}`,
  );
}
