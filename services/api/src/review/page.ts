import { type ListedReviewTask, type ReviewTaskFilter, type ReviewTaskPlace, readReviewTasks } from "@chesil/store";
import { readAtOnce } from "../bounded-read.ts";
import type { Deps } from "../deps.ts";
import { bothIn, personsOfTasks } from "./row.ts";

const TASKS_PER_PAGE = 50;
/** Pages read to fill one that opt-outs thin out. */
const ROUNDS_MAX = 20;

/**
 * A page without the tasks of opted-out persons, as full as if there were none. `next`: the place to go on from.
 * @param now by which ages count: that of the first page for all of them, else tasks would change places in between.
 */
export async function reviewPage(
  { database, gate, config }: Deps,
  filter: ReviewTaskFilter,
  start: ReviewTaskPlace | null,
  now: Date,
): Promise<{ tasks: ListedReviewTask[]; next: ReviewTaskPlace | null }> {
  const tasks: ListedReviewTask[] = [];
  const order = { levels: config.review.serviceLevelHours, now };
  let after = start;
  for (let round = 0; round < ROUNDS_MAX && tasks.length <= TASKS_PER_PAGE; round++) {
    const page = { after, limit: TASKS_PER_PAGE + 1 };
    const batch = await readAtOnce(database, (client) => readReviewTasks(client, filter, order, page));
    const visible = await gate.withoutOptedOut(personsOfTasks(batch));
    tasks.push(...batch.filter((task) => bothIn(visible, task)));
    after = batch.at(-1) ?? after;
    if (batch.length < page.limit) break;
  }
  const shown = tasks.slice(0, TASKS_PER_PAGE);
  return { tasks: shown, next: tasks.length > TASKS_PER_PAGE ? (shown.at(-1) ?? null) : null };
}
