import { countClosings, type ReviewerCount, readBlindPairs, readReviewerCounts } from "@chesil/store";
import { z } from "zod";
import { viewerOf } from "../admission.ts";
import { readAtOnce } from "../bounded-read.ts";
import type { App, Deps } from "../deps.ts";
import { badRequest } from "../problem.ts";
import { agreementOf } from "./agreement.ts";

const DAY_MS = 24 * 3_600_000;
/** Without a beginning: as far back as a month. */
const PERIOD_DAYS = 30;

const verdicts = z.object({ same: z.number(), different: z.number(), unsure: z.number() });
const statisticsAnswer = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  users: z.array(
    z.object({
      username: z.string(),
      decisions: z.number(),
      /** Of those that were carried out or outvoted: a first verdict that waits for the second is told by nobody. */
      verdicts,
      moves: z.number(),
      awaiting: z.number(),
      outvoted: z.number(),
      refused: z.number(),
      undone: z.number(),
      medianSeconds: z.number().nullable(),
    }),
  ),
  /** From the opening of a task to a verdict on it. */
  medianSeconds: z.number().nullable(),
  /** Of questions decided by two who did not see each other's verdict. */
  blindPairs: z.object({ pairs: z.number(), rate: z.number().nullable(), kappa: z.number().nullable() }),
  /** Tasks that were closed, by what closed them. `overtaken`: what is known by then no longer raised the question. */
  closed: z.object({
    decided: z.number(),
    joined: z.number(),
    parted: z.number(),
    ruled: z.number(),
    deleted: z.number(),
    overtaken: z.number(),
  }),
});

/** How reviewing goes: who decided how much, how long it took, and how far reviewers agree. Nothing of any patient. */
export function statisticsRoute(app: App, { database, gate, clock }: Deps): void {
  app.get(
    "/api/v1/review-tasks/statistics",
    {
      config: { action: "review.measure" },
      schema: {
        tags: ["review"],
        summary: "Decisions by user, agreement of blind pairs, time to decision, and what closed tasks",
        querystring: z.object({ from: z.iso.datetime().optional(), to: z.iso.datetime().optional() }),
        response: { 200: statisticsAnswer },
      },
    },
    async (request) => {
      const { query } = request;
      const to = query.to === undefined ? clock() : new Date(query.to);
      const from = query.from === undefined ? new Date(to.getTime() - PERIOD_DAYS * DAY_MS) : new Date(query.from);
      if (from > to) throw badRequest("The period ends before it begins");
      const period = { from, to };
      await gate.record(viewerOf(request).username, "review.measure");
      const { counts, pairs, closings } = await readAtOnce(database, async (client) => ({
        counts: await readReviewerCounts(client, period),
        pairs: await readBlindPairs(client, period),
        closings: await countClosings(client, period),
      }));
      return {
        from: from.toISOString(),
        to: to.toISOString(),
        users: counts.users.map(userOf),
        medianSeconds: counts.medianSeconds,
        blindPairs: agreementOf(pairs),
        closed: { decided: 0, joined: 0, parted: 0, ruled: 0, deleted: 0, overtaken: 0, ...closings },
      };
    },
  );
}

const userOf = ({ same, different, unsure, ...rest }: ReviewerCount) => ({
  ...rest,
  verdicts: { same, different, unsure },
});
