import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { rolesOf } from "@chesil/access";
import { sendMessages } from "@chesil/simulator";
import { type Database, readTally } from "@chesil/store";
import { newToken, tokenSha256 } from "../../services/api/src/session/sessions.ts";
import { type ChesilProcess, startChesil } from "../../test/chesil-process.ts";
import type { Asked } from "./identity-match-reader.ts";
import { isAskable, matchBodyOf } from "./identity-messages.ts";
import { trafficOf } from "./identity-resolve.ts";
import type { Region } from "./identity-store.ts";
import { inOwnProcess } from "./measure.ts";

/** `$match` as it is served: by Chesil as `chesil start` runs it, while its index loads, and beside a live feed. */

export type Served = {
  /** Until it can do all of its work, from when it answers. */
  readonly readySeconds: number;
  readonly whileLoading: Asked;
  /** Asked of the process that takes the feed in and resolves it. */
  readonly inOne: Asked;
  /** Asked of a second Chesil on the same database, which stands by. */
  readonly standingBy: Asked;
  readonly feed: Feed;
};

type Feed = {
  /** Acknowledged and resolved, a second. */
  readonly receivedPerSecond: number;
  readonly resolvedPerSecond: number;
  /** From the last acknowledgement until all was resolved. */
  readonly lagMs: number;
  readonly ackP99Ms: number;
};

export const FEED_PER_SECOND = 300;
const FEED_CONNECTIONS = 8;
const QUESTIONS = 1_000;
const WARM_UP = 100;
/** The feed runs for some time before anything is measured. */
const SETTLE_MS = 2_000;

export async function measureServed(database: Database, url: string, region: Region, folder: string): Promise<Served> {
  const file = join(folder, "questions.jsonl");
  writeFileSync(file, questionsOf(region));
  const session = await signedIn(database);
  const ask = (chesil: ChesilProcess, count: number, warmUp: number) =>
    inOwnProcess<Asked>("identity-match-reader.ts", [chesil.httpUrl, session, file, String(count), String(warmUp)]);
  const start = () => startChesil(folder, { env: { CHESIL_DATABASE_URL: url } });
  const first = await start();
  try {
    const began = performance.now();
    const whileLoading = await ask(first, 0, 0);
    const readySeconds = (performance.now() - began) / 1000;
    const second = await start();
    try {
      const { inOne, standingBy, feed } = await besideFeed(database, region, first, async () => ({
        inOne: await ask(first, QUESTIONS, WARM_UP),
        standingBy: await ask(second, QUESTIONS, WARM_UP),
      }));
      return { readySeconds, whileLoading, inOne, standingBy, feed };
    } finally {
      await second.stop();
    }
  } finally {
    await first.stop();
  }
}

/** Does the work while messages come at a steady pace over MLLP, and says whether they were kept up with. */
async function besideFeed<T>(
  database: Database,
  region: Region,
  chesil: ChesilProcess,
  work: () => Promise<T>,
): Promise<T & { feed: Feed }> {
  const settled = async () =>
    [...(await readTally(database)).values()].reduce(
      (sum, feed) => sum + (feed.applied ?? 0) + (feed.quarantined ?? 0) + (feed.parked ?? 0),
      0,
    );
  const before = await settled();
  const ending = new AbortController();
  const began = performance.now();
  const sending = sendMessages({
    messages: trafficOf(region),
    host: "127.0.0.1",
    port: chesil.mllpPort,
    connections: FEED_CONNECTIONS,
    ratePerSecond: FEED_PER_SECOND,
    signal: ending.signal,
  });
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const measured = await work().finally(() => ending.abort());
  const report = await sending;
  const sent = performance.now();
  while ((await settled()) < before + report.accepted) await new Promise((resolve) => setTimeout(resolve, 5));
  const now = performance.now();
  const feed: Feed = {
    receivedPerSecond: report.messagesPerSecond,
    resolvedPerSecond: (report.accepted * 1_000) / (now - began),
    lagMs: now - sent,
    ackP99Ms: report.p99Ms,
  };
  return { ...measured, feed };
}

/** A clinician: of the token that scripts use each request is put on record once more. @returns the cookie of the session. */
export async function signedIn({ pool }: Database): Promise<string> {
  const token = newToken();
  const now = new Date();
  await pool.query(
    "insert into app_user (username, display_name, password_hash, roles, created_at) values ('bench', 'bench', 'none', $1, $2)",
    [rolesOf(["clinician"]), now],
  );
  await pool.query(
    "insert into session (token_sha256, username, created_at, last_seen_at) values ($1, 'bench', $2, $2)",
    [tokenSha256(token), now],
  );
  return `chesil_session=${token}`;
}

/** By turns of somebody on file and of somebody who is not; every other one of both with the NHS number, where there is one. */
function questionsOf({ known, strangers }: Region): string {
  const [onFile, others] = [known.filter(isAskable), strangers.filter(isAskable)];
  const count = Math.min(onFile.length, others.length);
  const stride = Math.floor(onFile.length / count);
  return Array.from({ length: count }, (_, at) =>
    [onFile[at * stride], others[at]].flatMap((row) => (row ? JSON.stringify(matchBodyOf(row, at % 2 === 0)) : [])),
  )
    .flat()
    .join("\n");
}
