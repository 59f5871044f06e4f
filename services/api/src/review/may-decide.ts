import type { Viewer } from "@chesil/access";
import type { StoredReviewTask } from "@chesil/store";
import { admits } from "../roles.ts";

/** Each of the verdicts on one question is another person's: whoever gave one gives no second and settles no disagreement. */
export function hadTheirSay(
  username: string,
  { taskId, stage }: StoredReviewTask,
  deciders: ReadonlyMap<number, ReadonlySet<string>>,
): boolean {
  return stage !== "first" && deciders.get(taskId)?.has(username) === true;
}

export function mayDecide(
  viewer: Viewer,
  task: StoredReviewTask,
  deciders: ReadonlyMap<number, ReadonlySet<string>>,
): boolean {
  return (
    task.state === "open" && admits("identity.decide", viewer.roles) && !hadTheirSay(viewer.username, task, deciders)
  );
}
