import type { LogConsumer } from "@chesil/log";
import {
  type Database,
  type JournalEntry,
  type MessageCommand,
  noteCorrection,
  readFollowers,
  readHeldByArchive,
  readJournal,
  readStanding,
  releaseIdentities,
  type Standing,
  type Transaction,
  writeOutcomes,
  writeTaskChanges,
} from "@chesil/store";
import type { Effects, Work } from "./apply-batch.ts";
import type { Dialects } from "./dialects.ts";
import { interpretEntries } from "./interpret-entries.ts";
import { Mint } from "./mint.ts";
import type { ResolverEvent } from "./resolver-event.ts";
import { noEffect, takeBack, tallyOne } from "./standing.ts";
import { isNoMessagesFault } from "./transient.ts";

/** The decider, as far as messages are judged again by it. */
export type Judging = {
  readonly database: Database;
  readonly now: () => Date;
  readonly onEvent: (event: ResolverEvent) => void;
  readonly dialects: Dialects;
  readonly commit: LogConsumer<Transaction>["commit"];
  /** Decides messages together and commits them. @throws what the application of one threw. */
  readonly decideAndCommit: (work: readonly Work[], position: number, how: How, again: Again) => Promise<Effects>;
  readonly committed: (work: readonly Work[], effects: Effects, how: How) => void;
  readonly setAside: (work: Work, position: number, error: Error, again: Again) => Promise<void>;
};

/** When a batch was begun, and after which position the next one is read while it commits. */
export type How = { readonly started: number; readonly ahead?: number | undefined };

/** A message that is resolved again: what stood before, and the entry whose parked identities no longer hold it. */
export type Again = { readonly standings: ReadonlyMap<number, Standing>; readonly releasing: number };

/** How many messages parked behind one entry go on in one transaction when it is replayed or skipped. */
const FOLLOWERS_PER_BATCH = 200;

const isHeld = (standing: Standing | undefined): standing is Standing =>
  standing?.outcome === "quarantined" || standing?.outcome === "parked";

/**
 * Carries out a person's command: the message is judged again (repaired: by its correction) or skipped, then what
 * waited behind it goes on, one after another, in order. Each commits before the command's own position, and what is
 * done is not done again, so that a crash in the middle finds the command unfinished and goes on where it was.
 */
export async function obeyAboutMessage(judging: Judging, entry: JournalEntry, command: MessageCommand): Promise<void> {
  const { database, commit } = judging;
  const { journalId } = command;
  const standing = await readStanding(database, journalId);
  if (isHeld(standing)) {
    if (command.command === "skip") await skip(judging, entry, command, standing);
    else {
      if (command.command === "repair")
        await commit(entry.journalId - 1, (transaction) => noteCorrection(transaction, journalId, entry.journalId));
      // A person has seen what it says; not what those say that waited behind it.
      await resolveAgain(judging, [journalId], { by: entry.journalId, releasing: journalId, isLookedAt: true });
    }
  }
  await letGo(judging, entry, { journalId, position: entry.journalId });
}

/** What waited for archived messages is judged again, now that some are back, as if it came only now. */
export async function bringBack(judging: Judging, entry: JournalEntry): Promise<void> {
  const { database, commit } = judging;
  for (const journalId of await readHeldByArchive(database, entry.journalId)) {
    if (isHeld(await readStanding(database, journalId)))
      await resolveAgain(judging, [journalId], { by: entry.journalId, releasing: journalId });
    await letGo(judging, entry, { journalId, position: entry.journalId - 1 });
  }
  await commit(entry.journalId, async () => {});
}

async function skip(
  { now, commit, onEvent }: Judging,
  entry: JournalEntry,
  { journalId, by, reason }: MessageCommand,
  standing: Standing,
): Promise<void> {
  const skipped = {
    ...noEffect(journalId, entry.journalId, now()),
    outcome: "skipped" as const,
    reason: standing.reason,
    detail: `${by}: ${reason}`,
  };
  await commit(entry.journalId - 1, async (transaction) => {
    await takeBack(transaction, standing);
    await writeOutcomes(transaction, [skipped]);
    await tallyOne(transaction, standing.feed, "skipped", 1);
  });
  onEvent({ kind: "settled", journalId, feed: standing.feed, outcome: "skipped", detail: "" });
}

/** Where nothing holds the message any more, what waited behind it goes on. @param position which the last commit takes. */
async function letGo(
  judging: Judging,
  entry: JournalEntry,
  { journalId, position }: { readonly journalId: number; readonly position: number },
): Promise<void> {
  const { database, commit } = judging;
  if (isHeld(await readStanding(database, journalId))) return commit(position, async () => {});
  // Where it was held because of what it says, that question is answered: what waited behind it may ask its own.
  const held = { taskId: new Mint(journalId).last(), closedBy: entry.journalId };
  await commit(entry.journalId - 1, (transaction) => writeTaskChanges(transaction, [held], entry.receivedAt));
  let after = 0;
  for (;;) {
    const followers = await readFollowers(database, journalId, after, FOLLOWERS_PER_BATCH);
    if (followers.length === 0) break;
    await resolveAgain(judging, followers, { by: entry.journalId, releasing: journalId });
    after = followers.at(-1) ?? after;
  }
  await commit(position, (transaction) => releaseIdentities(transaction, journalId));
}

type Asked = { readonly by: number; readonly releasing: number; readonly isLookedAt?: boolean };

/** Resolves messages again, in order: together, or one by one when one of them fails. */
async function resolveAgain(judging: Judging, journalIds: readonly number[], asked: Asked): Promise<void> {
  const { database, dialects } = judging;
  const { by, releasing, isLookedAt = false } = asked;
  const work: Work[] = [];
  const standings = new Map<number, Standing>();
  const entries = await readJournal(database, journalIds);
  for (const item of await interpretEntries(database, entries, dialects, by)) {
    if (item.kind !== "event" && item.kind !== "unreadable") continue;
    const standing = await readStanding(database, item.entry.journalId);
    if (!isHeld(standing)) continue;
    work.push({ item, decidedBy: by, isLookedAt });
    standings.set(item.entry.journalId, standing);
  }
  if (work.length === 0) return;
  const how = { started: performance.now() };
  let effects: Effects;
  try {
    effects = await judging.decideAndCommit(work, by - 1, how, { standings, releasing });
  } catch (error) {
    if (isNoMessagesFault(error)) throw error;
    const [only, ...others] = work;
    if (only && others.length === 0) await judging.setAside(only, by - 1, error as Error, { standings, releasing });
    else for (const { item } of work) await resolveAgain(judging, [item.entry.journalId], asked);
    return;
  }
  judging.committed(work, effects, how);
}
