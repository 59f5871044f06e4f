import { readDeciders, readReviewTasksById } from "@chesil/store";
import { z } from "zod";
import { viewerOf } from "../admission.ts";
import { readAtOnce } from "../bounded-read.ts";
import type { App, Deps } from "../deps.ts";
import { conflict, notFound, Problem } from "../problem.ts";
import { numberedId, reasonText } from "../words.ts";
import { commandAnswer, commandQuery, journalCommand } from "./command.ts";
import { changedSince, fingerprint, fingerprintOf } from "./fingerprint.ts";
import { closingText, readLook } from "./look.ts";
import { hadTheirSay } from "./may-decide.ts";
import { isSecondNeeded } from "./policy.ts";
import { refuseContradiction } from "./refuse-contradiction.ts";
import { bothIn, personsOfTasks } from "./row.ts";

const decisionBody = z.strictObject({
  verdict: z.enum(["same", "different", "unsure"]),
  reason: reasonText,
  /** The fingerprint of the task as it was looked at. */
  seen: fingerprint,
});

/** A reviewer's verdict on a question: journalled when it was given on what is there now, and contradicts nothing. */
export function decideRoute(app: App, deps: Deps): void {
  const { database, gate, config } = deps;
  app.post(
    "/api/v1/review-tasks/:id/decision",
    {
      config: { action: "identity.decide" },
      schema: {
        tags: ["review"],
        summary: "Decide a review task: the two are one patient, or two, or it can not be said",
        params: z.object({ id: numberedId }),
        querystring: commandQuery,
        body: decisionBody,
        response: { 202: commandAnswer },
      },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      const { id: taskId } = request.params;
      const { verdict, reason, seen } = request.body;
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
      const command = {
        ...({ command: "decide", one, other, verdict, taskId } as const),
        ...{ isSecondNeeded: isSecondNeeded(task, config.review), by: viewer.username, reason },
      };
      return reply.code(202).send(await journalCommand(deps, viewer, command, request.query.wait));
    },
  );
}
