import type { Decision, IdentityCommand, LinkRule, TaskChange, TaskState } from "@chesil/store";
import type { Application } from "../application.ts";
import type { Refusal } from "./lay-down.ts";

/** A command with what was stored about what it speaks of. */
export type Asked = {
  readonly command: IdentityCommand;
  readonly task: TaskState | undefined;
  /** What reviewers said of the task and nobody took back, the first first. */
  readonly votes: readonly Decision[];
  /** The decision that is undone, with the rules that it laid down and lifted. */
  readonly undone: Decision | undefined;
  readonly rules: readonly LinkRule[];
  /** Of a record that was set aside, with whom it was one before. */
  readonly mates: readonly number[];
  /** Of a merge that the undone decision took back: the entry from which on messages had been the survivor's. */
  readonly unmergedSince: number;
};

/** What a command came to. */
export type Judgement = {
  readonly state: Decision["state"];
  readonly detail?: string;
  /** Earlier decisions that became something else by it. */
  readonly earlier?: readonly Decision[];
  readonly tasks?: readonly TaskChange[];
};

/** All of it or, where it is refused, nothing. */
export function wholly({ set }: Application, carryOut: () => Refusal): Judgement {
  const takeBack = set.savepoint();
  const refusal = carryOut();
  if (refusal === undefined) return { state: "applied" };
  takeBack();
  return { state: "refused", detail: refusal };
}

/** The records that a decision names. */
export const recordsOf = ({ sourceRecordId, otherSourceRecordId }: Decision): number[] =>
  [sourceRecordId, otherSourceRecordId].filter((id) => id !== null);
