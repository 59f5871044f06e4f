import { type MatchingModel, readModel } from "@chesil/matching";
import { UsageError } from "../terminal.ts";
import { givenJson } from "./given-json.ts";

/** The model in a file. @throws UsageError naming every problem and its place. */
export function givenModel(path: string): MatchingModel {
  const read = readModel(givenJson(path));
  if (read.ok) return read.model;
  throw new UsageError(
    `${path} is no matching model of Chesil:\n${read.problems.map((text) => `  ${text}`).join("\n")}`,
  );
}

/** What a model is to be called. @throws UsageError for nothing at all */
export function givenName(name: string | undefined): string | undefined {
  if (name !== undefined && name.trim() === "")
    throw new UsageError("--name is empty. A model's name stands in every decision made by it.");
  return name;
}
