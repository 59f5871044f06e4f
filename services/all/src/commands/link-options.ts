import { availableParallelism } from "node:os";
import { declaredColumnsOf, readColumnChoice } from "@chesil/link";
import { BLOCKING_PARTS, type BlockingRule, type MatchingModel } from "@chesil/matching";
import { UsageError } from "../terminal.ts";

export type LinkingArguments = {
  readonly compare?: string;
  readonly threshold?: string;
  readonly rules?: string;
  readonly seed: string;
  readonly threads?: string;
};

export type LinkingOptions = {
  readonly linkProbabilityMin: number | undefined;
  readonly seed: number;
  readonly threads: number;
  readonly rules: readonly BlockingRule[] | undefined;
};

/** How to link, as typed, before any file is read. @throws UsageError */
export function linkingOptions(given: LinkingArguments, model: MatchingModel | undefined): LinkingOptions {
  return {
    linkProbabilityMin: given.threshold === undefined ? undefined : shareOf(given.threshold, "--threshold"),
    seed: wholeNumber(given.seed, "--seed"),
    threads: given.threads === undefined ? availableParallelism() : wholeNumber(given.threads, "--threads"),
    rules: given.rules === undefined ? undefined : rulesOf(given.rules, columnParts(given.compare, model)),
  };
}

/** @throws UsageError unless it lies between 0 and 1 */
export function shareOf(text: string, option: string): number {
  const value = Number(text);
  if (!(value > 0 && value < 1)) throw new UsageError(`${option} takes a probability above 0 and below 1.`);
  return value;
}

export function wholeNumber(text: string, option: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new UsageError(`${option} takes a whole number from 1 on.`);
  return value;
}

/** `nhsNumber,birthDate+familySound`: pairs that share the first, or both parts of the second. */
function rulesOf(text: string, columns: readonly string[]): BlockingRule[] {
  const rules = text.split(",").map((rule) => rule.split("+").map((part) => part.trim()));
  const known = [...BLOCKING_PARTS, "everyone", ...columns];
  const unknown = rules.flat().find((part) => !known.includes(part));
  if (unknown !== undefined)
    throw new UsageError(`--rules names "${unknown}", and there is no such part. There are: ${known.join(", ")}.`);
  return rules;
}

/** The declared columns as parts: `column:NAME`. */
function columnParts(compare: string | undefined, model: MatchingModel | undefined): string[] {
  const choice = readColumnChoice({ compare });
  const declared = model ? declaredColumnsOf(model) : choice.ok ? [...choice.choice.extras, { name: "city" }] : [];
  return declared.map(({ name }) => `column:${name}`);
}
