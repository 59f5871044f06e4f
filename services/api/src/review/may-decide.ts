import { maySeeOptedOut, type Viewer } from "@chesil/access";
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

/** Questions about who opted out are the privacy officer's, and all others the data managers'. */
export const isTheirs = (viewer: Viewer, isOptedOut: boolean): boolean =>
  isOptedOut ? maySeeOptedOut(viewer) : admits("identity.decide", viewer.roles);

export function mayDecide(
  viewer: Viewer,
  task: StoredReviewTask & { readonly optedOut: boolean },
  deciders: ReadonlyMap<number, ReadonlySet<string>>,
): boolean {
  return task.state === "open" && isTheirs(viewer, task.optedOut) && !hadTheirSay(viewer.username, task, deciders);
}
