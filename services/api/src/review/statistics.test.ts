import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
// @boundaries-ignore tests of every package share one real database
import { freshDatabase } from "../../../../test/database.ts";
import { CONFIG, openRig, type Rig } from "../rig.ts";

const MINUTE_MS = 60_000;

let database: Rig["database"];
let rig: Rig;
let cookies: Record<string, string>;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.pool.query(
    "truncate app_user, session, audit, consent, person, source_record, identity_event, review_task, decision, link_rule, journal",
  );
  const kinds = { "possible-match": 1 };
  rig = await openRig({ database, config: { review: { ...CONFIG.review, secondReview: { kinds } } } });
  cookies = {};
  await signIn();
});

async function signIn(): Promise<void> {
  for (const name of ["ann", "bob", "cat"]) cookies[name] = await rig.signedIn(["data-manager"], name);
}
const measure = async (query = "") => {
  await signIn();
  return (await rig.ask(cookies.ann ?? null, "GET", `/api/v1/review-tasks/statistics${query}`)).json();
};

async function addTask(kind: "possible-match" | "fits-two" = "possible-match") {
  const [one, other] = [
    await rig.addPerson({ family: "A", given: "B" }),
    await rig.addPerson({ family: "A", given: "C" }),
  ];
  const taskId = await rig.addTask(one.sourceRecordId, other.sourceRecordId, { kind });
  return { taskId, one, other };
}

async function decide(taskId: number, name: string, verdict: string, state: "applied" | "awaiting" | "outvoted") {
  await signIn();
  const as = cookies[name] ?? null;
  const { fingerprint: seen } = (await rig.ask(as, "GET", `/api/v1/review-tasks/${taskId}`)).json();
  const body = { verdict, reason: "because", seen };
  const answer = await rig.ask(as, "POST", `/api/v1/review-tasks/${taskId}/decision`, body);
  expect(answer.statusCode).toBe(202);
  await rig.settle(answer.json().commandId, state);
  return answer.json().commandId as string;
}

test("count by user, time to decision, blind pairs and what closed tasks", async () => {
  const nothing = await measure();
  expect(nothing).toMatchObject({ users: [], medianSeconds: null, blindPairs: { pairs: 0, rate: null, kappa: null } });
  const agreed = await addTask();
  const disagreed = await addTask();
  const single = await addTask("fits-two");
  rig.pass(10 * MINUTE_MS);
  await decide(agreed.taskId, "ann", "same", "applied");
  await decide(agreed.taskId, "bob", "same", "applied");
  await decide(disagreed.taskId, "ann", "different", "outvoted");
  rig.pass(10 * MINUTE_MS);
  await decide(disagreed.taskId, "bob", "same", "applied");
  await decide(disagreed.taskId, "cat", "same", "applied");
  await decide(single.taskId, "ann", "unsure", "applied");
  const waiting = await addTask();
  await decide(waiting.taskId, "cat", "different", "awaiting");
  for (const [taskId, settled] of [
    [agreed.taskId, null],
    [disagreed.taskId, null],
    [single.taskId, "overtaken"],
  ] as const) {
    await database.pool.query(
      "update review_task set state = 'closed', closed_by = 1, closed_at = $2, settled = $3 where task_id = $1",
      [taskId, rig.now(), settled],
    );
  }
  const found = await measure(`?from=2026-03-14T00:00:00Z&to=2026-03-15T00:00:00Z`);
  expect(found).toMatchObject({
    users: [
      {
        ...{ username: "ann", decisions: 3, verdicts: { same: 1, different: 1, unsure: 1 }, outvoted: 1 },
        ...{ awaiting: 0, medianSeconds: 600 },
      },
      { username: "bob", decisions: 2, verdicts: { same: 2, different: 0, unsure: 0 }, medianSeconds: 900 },
      { username: "cat", decisions: 2, verdicts: { same: 1, different: 0, unsure: 0 }, awaiting: 1 },
    ],
    medianSeconds: 600,
    // Ann and Bob agreed once and disagreed once. The third verdict is no blind one, and one that waits has no second.
    blindPairs: { pairs: 2, rate: 0.5, kappa: 0 },
    closed: { decided: 2, overtaken: 1, joined: 0, parted: 0, ruled: 0, deleted: 0 },
  });
  const before = await measure("?from=2026-03-13T00:00:00Z&to=2026-03-14T00:00:00Z");
  expect(before).toMatchObject({ users: [], blindPairs: { pairs: 0 }, closed: { decided: 0, overtaken: 0 } });
  expect(
    (await rig.ask(cookies.ann ?? null, "GET", "/api/v1/review-tasks/statistics?from=2027-01-01T00:00:00Z")).statusCode,
  ).toBe(400);
});

test("say nothing of who is opted out", async () => {
  const { taskId, other } = await addTask();
  await decide(taskId, "ann", "same", "applied");
  await decide(taskId, "bob", "same", "applied");
  await database.pool.query("update review_task set state = 'closed', closed_at = $1, settled = 'joined'", [rig.now()]);
  rig.pass(1);
  expect(await measure()).toMatchObject({ blindPairs: { pairs: 1 }, closed: { joined: 1 } });
  await rig.optOut(other.personId);
  expect(await measure()).toMatchObject({
    users: [],
    medianSeconds: null,
    blindPairs: { pairs: 0 },
    closed: { joined: 0 },
  });
});
