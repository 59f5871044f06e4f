import { forReview, type Viewer } from "@chesil/access";
import { type IdentityCommand, readDeciders, readReviewTasksById } from "@chesil/store";
import { z } from "zod";
import { readAtOnce } from "../bounded-read.ts";
import type { App, Deps } from "../deps.ts";
import { conflict, notAllowed, notFound, Problem } from "../problem.ts";
import { numberedId, reasonText } from "../words.ts";
import { commandRoute } from "./command.ts";
import { changedSince, fingerprint, fingerprintOf } from "./fingerprint.ts";
import { closingText, readLook } from "./look.ts";
import { hadTheirSay, isTheirs } from "./may-decide.ts";
import { isSecondNeeded } from "./policy.ts";
import { refuseContradiction } from "./refuse-contradiction.ts";
import { bothIn, isOptedOut, personsOfTasks } from "./row.ts";

const decisionBody = z.strictObject({
  verdict: z.enum(["same", "different", "unsure"]),
  reason: reasonText,
  /** The fingerprint of the task as it was looked at. */
  seen: fingerprint,
});

/** A reviewer's verdict on a question: journalled when it was given on what is there now, and contradicts nothing. */
export function decideRoute(app: App, deps: Deps): void {
  commandRoute(
    app,
    deps,
    {
      url: "/api/v1/review-tasks/:id/decision",
      action: "review-task.decide",
      tag: "review",
      summary: "Decide a review task: the two are one patient, or two, or it can not be said",
      params: z.object({ id: numberedId }),
      body: decisionBody,
    },
    (viewer, { id }, verdict) => decideCommand(deps, forReview(viewer), id, verdict),
  );
}

async function decideCommand(
  deps: Deps,
  viewer: Viewer,
  taskId: number,
  { verdict, reason, seen }: z.output<typeof decisionBody>,
): Promise<IdentityCommand> {
  const { database, gate, config } = deps;
  const [asked] = await readReviewTasksById(database.pool, [taskId]);
  if (!asked) throw notFound();
  // The verdict and the reason stay out of the audit: a second reviewer may read that.
  const permitted = await gate.persons(viewer, personsOfTasks([asked]), "review-task.decide", { task: taskId });
  if (!permitted.allowed || !bothIn(permitted.personIds, asked)) throw notFound();
  const { look, deciders } = await readAtOnce(database, async (client) => ({
    look: await readLook(client, taskId),
    deciders: await readDeciders(client, [taskId]),
  }));
  if (!look || !bothIn(permitted.personIds, look.task)) throw notFound();
  const { task } = look;
  const isHidden = isOptedOut(permitted.optedOut, task);
  if (!isTheirs(viewer, isHidden)) throw notAllowed();
  if (task.state === "closed") throw conflict("This task is closed", closingText(task));
  if (hadTheirSay(viewer.username, task, deciders)) {
    throw conflict("You have given your verdict on this task", "The next one is another person's.");
  }
  const changed = changedSince(seen, fingerprintOf(look));
  if (changed.length > 0) {
    throw new Problem(409, "This is not any more what you looked at", {
      detail: changed.map(({ text }) => text).join(" "),
      members: { changed },
    });
  }
  const { sourceRecordId: one, otherSourceRecordId: other } = task;
  if (verdict !== "unsure") {
    await refuseContradiction(deps, viewer, [{ kind: verdict, sourceRecordId: one, otherSourceRecordId: other }]);
  }
  return {
    ...({ command: "decide", one, other, verdict, taskId } as const),
    // A region may have one privacy officer only: a question of theirs would wait for a second one for ever.
    isSecondNeeded: !isHidden && isSecondNeeded(task, config.review),
    ...{ by: viewer.username, reason },
  };
}
