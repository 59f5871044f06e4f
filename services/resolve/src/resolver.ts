import { type EventLog, LeaseLostError, type LogConsumer } from "@chesil/log";
import type { LiveIndex, MatchingModel } from "@chesil/matching";
import {
  type Command,
  type Database,
  isMessageCommand,
  type JournalEntry,
  type MessageCommand,
  noteCorrection,
  parkIdentities,
  type ResettleSlice,
  readActivation,
  readActivations,
  readFollowers,
  readJournal,
  readStanding,
  releaseIdentities,
  type Standing,
  type Transaction,
  writeDecisions,
  writeOutcomes,
  writeTaskChanges,
} from "@chesil/store";
import { decideBatch, type Effects, readNames, type Work } from "./apply-batch.ts";
import { decideCommand, refusedDecision } from "./commands/decide-command.ts";
import { beginWalk, resettle } from "./commands/resettle.ts";
import { Dialects } from "./dialects.ts";
import { loadLiveIndex } from "./identity/live-index.ts";
import type { MessageItem } from "./interpret.ts";
import { interpretEntries, withPartsJoined } from "./interpret-entries.ts";
import type { Knowledge } from "./load-working-set.ts";
import { Mint } from "./mint.ts";
import { PreparedCache } from "./prepared-cache.ts";
import { type Read, ReadAhead } from "./read-ahead.ts";
import type { ResolverEvent } from "./resolver-event.ts";
import { readStoredModel } from "./shadow/stored-model.ts";
import { noEffect, takeBack, tallyOne } from "./standing.ts";
import { describeFailure, isTransient } from "./transient.ts";

export type ResolverOptions = {
  readonly database: Database;
  readonly log: EventLog<Transaction>;
  /** By which records are matched until the journal activates another one. */
  readonly model: MatchingModel;
  readonly batchMessagesMax: number;
  /** Records that another model decides anew at once. */
  readonly sliceRecordsMax?: number;
  readonly now: () => Date;
  readonly onEvent: (event: ResolverEvent) => void;
};

/** What a decider knows by heart, and where it stood: true for whoever takes the lease right after it and stands there too. */
export type Kept = { readonly index: LiveIndex; readonly epoch: number; readonly position: number };

/** Messages parked behind one entry that go on in one transaction when it is replayed or skipped. */
const FOLLOWERS_PER_BATCH = 200;

/**
 * The one decider: reads the log in order, decides a batch, and commits effects and position together.
 *
 * A batch that fails for good is halved until the message that fails stands alone. That one is quarantined and its
 * identities are parked, so that its patient's later messages wait in order and nobody else's do.
 */
export class Resolver {
  readonly #options: ResolverOptions;
  readonly #consumer: LogConsumer<Transaction>;
  readonly #prepared = new PreparedCache();
  readonly #index: LiveIndex;
  /** The one in force where the consumer stands, and the entry that put it there; 0: it was from the beginning. */
  #model: MatchingModel;
  #modelSince = 0;
  /** A commit is on its way of which it can not be seen afterwards whether it took effect. */
  #isInDoubt = false;
  readonly #dialects = new Dialects();
  readonly #readAhead: ReadAhead;

  private constructor(options: ResolverOptions, consumer: LogConsumer<Transaction>, index: LiveIndex) {
    this.#options = options;
    this.#consumer = consumer;
    this.#index = index;
    this.#model = options.model;
    this.#readAhead = new ReadAhead(options, consumer, this.#dialects);
  }

  /**
   * Goes on where the consumer stands, with what was activated before and everybody who is on file.
   * @param kept what the one before knew: it is taken over where nobody can have decided anything since.
   */
  static async open(options: ResolverOptions, consumer: LogConsumer<Transaction>, kept?: Kept): Promise<Resolver> {
    const isTrue = kept?.epoch === consumer.epoch - 1 && kept.position === consumer.position;
    const resolver = new Resolver(options, consumer, isTrue ? kept.index : await loadEverybody(options, consumer));
    const activations = await readActivations(options.database);
    // Read after these: whatever is activated by now and was not passed comes no earlier than the next entry.
    const [next] = await consumer.read(1);
    let inForce = { version: options.model.version, since: 0 };
    for (const { journalId, activation } of activations) {
      resolver.#dialects.activate(journalId, activation);
      const isPassed = next === undefined || journalId < next.journalId;
      const { model: version = inForce.version } = activation;
      if (isPassed && version !== inForce.version) inForce = { version, since: journalId };
    }
    await resolver.#matchBy(inForce);
    return resolver;
  }

  /** For whoever goes on after this one; undefined where what it knows may not be so any more. */
  kept(): Kept | undefined {
    const { epoch, position } = this.#consumer;
    return this.#isInDoubt ? undefined : { index: this.#index, epoch, position };
  }

  /** Resolves the next entries. @returns how many; 0: the log is drained. */
  async step(): Promise<number> {
    try {
      const read = await this.#readAhead.next();
      if (!read) return 0;
      await this.#resolveRead(read);
      return read.items.length;
    } catch (error) {
      this.#readAhead.forget();
      throw error;
    }
  }

  async #resolveRead({ position, items }: Read): Promise<void> {
    const started = performance.now();
    let messages: MessageItem[] = [];
    for (const item of await withPartsJoined(this.#options.database, items, this.#dialects)) {
      if (item.kind === "event" || item.kind === "unreadable") {
        messages.push(item);
        continue;
      }
      await this.#resolveMessages(messages, started);
      messages = [];
      if (item.kind === "command") await this.#obey(item.entry, item.command);
      else if (item.kind === "activation") await this.#activate(item.entry);
      else await this.#resettle(item.entry, item.slice);
    }
    await this.#resolveMessages(messages, started, position);
  }

  /** @param ahead the position after which the next batch is read while these commit; none where these are not the last. */
  async #resolveMessages(items: readonly MessageItem[], started: number, ahead?: number): Promise<void> {
    const last = items.at(-1);
    if (!last) return;
    const work = items.map((item) => ({ item, decidedBy: item.entry.journalId }));
    await this.#resolve(work, last.entry.journalId, { started, ahead });
  }

  /** Decides and commits; on a lasting failure halves, down to the one message at fault. */
  async #resolve(work: readonly Work[], position: number, how: How): Promise<void> {
    let effects: Effects;
    try {
      effects = await this.#decideAndCommit(work, position, how);
    } catch (error) {
      if (error instanceof LeaseLostError || isTransient(error)) throw error;
      const only = work.length === 1 ? work[0] : undefined;
      if (only) return this.#setAside(only, position, error as Error);
      const middle = Math.ceil(work.length / 2);
      const left = work.slice(0, middle);
      await this.#resolve(left, left.at(-1)?.item.entry.journalId ?? position, how);
      await this.#resolve(work.slice(middle), position, how);
      return;
    }
    this.#committed(work, effects, how);
  }

  async #decideAndCommit(work: readonly Work[], position: number, how: How, again?: Again): Promise<Effects> {
    const { database, now } = this.#options;
    const context = { ...this.#knowledge(), now, ...(again ? { releasing: again.releasing } : {}) };
    const effects = await decideBatch(database, work, context);
    if (how.ahead !== undefined) this.#readAhead.begin(how.ahead);
    await this.#commit(position, async (transaction) => {
      for (const standing of again?.standings.values() ?? []) await takeBack(transaction, standing);
      await effects.write(transaction);
    });
    return effects;
  }

  /** What fails from here on is no fault of the messages, which are applied. */
  #committed(work: readonly Work[], effects: Effects, { started }: How): void {
    effects.set.candidates.save();
    this.#report(work, effects, started);
  }

  readonly #commit: LogConsumer<Transaction>["commit"] = async (position, effects) => {
    this.#isInDoubt = position === this.#consumer.position;
    const result = await this.#consumer.commit(position, effects);
    this.#isInDoubt = false;
    return result;
  };

  #knowledge(): Knowledge {
    return { index: this.#index, prepared: this.#prepared, model: this.#model, dialects: this.#dialects };
  }

  /** From here on records are matched by the model of the version, since the entry that put it into force. */
  async #matchBy({ version, since }: { readonly version: string; readonly since: number }): Promise<void> {
    this.#modelSince = since;
    if (version === this.#model.version) return;
    const model = await readStoredModel(this.#options.database, version);
    if (!model) throw new Error(`The model ${version} was activated, and is not in the store.`);
    this.#model = model;
  }

  /** Another model that comes into force walks by everybody who is there. */
  async #activate({ journalId, raw }: JournalEntry): Promise<void> {
    const { model: version = this.#model.version } = readActivation(raw);
    const isOther = version !== this.#model.version;
    await this.#commit(journalId, async (transaction) => {
      if (isOther) await beginWalk(transaction, journalId, version, this.#options);
    });
    if (isOther) await this.#matchBy({ version, since: journalId });
  }

  /** A slice of the walk that the model in force began; another one's has ended, for its own walk comes by everybody. */
  #resettle(entry: JournalEntry, slice: ResettleSlice): Promise<void> {
    if (slice.activation !== this.#modelSince) return this.#commit(entry.journalId, async () => {});
    const onUnsettled = (sourceRecordId: number, detail: string) =>
      this.#options.onEvent({ kind: "unsettled", sourceRecordId, detail });
    const resettler = { ...this.#options, onUnsettled, commit: this.#commit };
    return resettle(resettler, { entry, slice }, this.#knowledge());
  }

  /** The message at fault is quarantined; its identities wait behind it. */
  async #setAside({ item, decidedBy }: Work, position: number, error: Error, again?: Again): Promise<void> {
    const at = this.#options.now();
    const { entry } = item;
    const names = await readNames(this.#options.database, item, this.#knowledge());
    const detail = describeFailure(error);
    await this.#commit(position, async (transaction) => {
      for (const standing of again?.standings.values() ?? []) await takeBack(transaction, standing);
      await writeOutcomes(transaction, [
        {
          ...noEffect(entry.journalId, decidedBy, at),
          outcome: "quarantined",
          reason: "apply-failed",
          detail,
        },
      ]);
      await parkIdentities(transaction, names, entry.journalId, at, again?.releasing);
      await tallyOne(transaction, entry.feed, "quarantined", 1);
    });
    this.#options.onEvent({
      kind: "settled",
      journalId: entry.journalId,
      feed: entry.feed,
      outcome: "quarantined",
      detail,
    });
  }

  async #obey(entry: JournalEntry, command: Command): Promise<void> {
    if (isMessageCommand(command)) return this.#obeyAboutMessage(entry, command);
    const { database, now } = this.#options;
    let effects: Effects;
    try {
      effects = await decideCommand(database, { entry, command }, { ...this.#knowledge(), now });
      await this.#commit(entry.journalId, (transaction) => effects.write(transaction));
    } catch (error) {
      if (error instanceof LeaseLostError || isTransient(error)) throw error;
      // Nobody else's messages wait for a command that can not be carried out.
      const refused = refusedDecision(
        entry,
        command,
        `It could not be carried out: ${describeFailure(error as Error)}.`,
      );
      return this.#commit(entry.journalId, (transaction) => writeDecisions(transaction, [refused]));
    }
    effects.set.candidates.save();
  }

  /**
   * Carries out a person's command: the message is judged again (repaired: by its correction) or skipped, then what
   * waited behind it goes on, one after another, in order. Each commits before the command's own position, and what is
   * done is not done again, so that a crash in the middle finds the command unfinished and goes on where it was.
   */
  async #obeyAboutMessage(entry: JournalEntry, command: MessageCommand): Promise<void> {
    const { database, now } = this.#options;
    const before = entry.journalId - 1;
    const standing = await readStanding(database, command.journalId);
    if (standing?.outcome === "quarantined" || standing?.outcome === "parked") {
      if (command.command === "skip") {
        const skipped = {
          ...noEffect(command.journalId, entry.journalId, now()),
          outcome: "skipped" as const,
          reason: standing.reason,
          detail: `${command.by}: ${command.reason}`,
        };
        await this.#commit(before, async (transaction) => {
          await takeBack(transaction, standing);
          await writeOutcomes(transaction, [skipped]);
          await tallyOne(transaction, standing.feed, "skipped", 1);
        });
        this.#options.onEvent({
          kind: "settled",
          journalId: command.journalId,
          feed: standing.feed,
          outcome: "skipped",
          detail: "",
        });
      } else {
        if (command.command === "repair")
          await this.#commit(before, (transaction) => noteCorrection(transaction, command.journalId, entry.journalId));
        await this.#resolveAgain([command.journalId], entry.journalId, command.journalId);
      }
    }
    const outcome = (await readStanding(database, command.journalId))?.outcome;
    if (outcome === "quarantined" || outcome === "parked") return this.#commit(entry.journalId, async () => {});
    // Where it was held because of what it says, that question is answered: what waited behind it may ask its own.
    const held = { taskId: new Mint(command.journalId).last(), closedBy: entry.journalId };
    await this.#commit(before, (transaction) => writeTaskChanges(transaction, [held], entry.receivedAt));
    let after = 0;
    for (;;) {
      const followers = await readFollowers(database, command.journalId, after, FOLLOWERS_PER_BATCH);
      if (followers.length === 0) break;
      await this.#resolveAgain(followers, entry.journalId, command.journalId);
      after = followers.at(-1) ?? after;
    }
    await this.#commit(entry.journalId, (transaction) => releaseIdentities(transaction, command.journalId));
  }

  /** Resolves messages again, in order: together, or one by one when one of them fails. */
  async #resolveAgain(journalIds: readonly number[], commandId: number, releasing: number): Promise<void> {
    const { database } = this.#options;
    const work: Work[] = [];
    const standings = new Map<number, Standing>();
    const entries = await readJournal(database, journalIds);
    for (const item of await interpretEntries(database, entries, this.#dialects, commandId)) {
      if (item.kind !== "event" && item.kind !== "unreadable") continue;
      const standing = await readStanding(database, item.entry.journalId);
      if (standing?.outcome !== "quarantined" && standing?.outcome !== "parked") continue;
      // Of the message that the command names a person has seen what it says; not of those that waited behind it.
      work.push({ item, decidedBy: commandId, isLookedAt: item.entry.journalId === releasing });
      standings.set(item.entry.journalId, standing);
    }
    if (work.length === 0) return;
    const how = { started: performance.now() };
    let effects: Effects;
    try {
      effects = await this.#decideAndCommit(work, commandId - 1, how, { standings, releasing });
    } catch (error) {
      if (error instanceof LeaseLostError || isTransient(error)) throw error;
      const [only, ...others] = work;
      if (only && others.length === 0)
        await this.#setAside(only, commandId - 1, error as Error, { standings, releasing });
      else for (const { item } of work) await this.#resolveAgain([item.entry.journalId], commandId, releasing);
      return;
    }
    this.#committed(work, effects, how);
  }

  #report(work: readonly Work[], effects: Effects, started: number): void {
    const byId = new Map(work.map(({ item }) => [item.entry.journalId, item.entry]));
    const nowMs = this.#options.now().getTime();
    for (const matched of effects.set.matched) this.#options.onEvent({ kind: "matched", ...matched });
    this.#options.onEvent({
      kind: "batch",
      messages: work.length,
      seconds: (performance.now() - started) / 1000,
      outcomes: effects.set.outcomes.flatMap(({ journalId, outcome }) => {
        const entry = byId.get(journalId);
        return entry ? [{ feed: entry.feed, outcome, applySeconds: (nowMs - entry.receivedAt.getTime()) / 1000 }] : [];
      }),
    });
  }
}

async function loadEverybody(
  { database, onEvent }: ResolverOptions,
  consumer: LogConsumer<Transaction>,
): Promise<LiveIndex> {
  const started = performance.now();
  // Loading a region takes longer than a lease lasts: a look at the log is a sign of life.
  const index = await loadLiveIndex(database, async () => void (await consumer.read(1)));
  onEvent({ kind: "loaded", records: index.records, seconds: (performance.now() - started) / 1000 });
  return index;
}

/** When a batch was begun, and after which position the next one is read while it commits. */
type How = { readonly started: number; readonly ahead?: number | undefined };

/** A message that is resolved again: what stood before, and the entry whose parked identities no longer hold it. */
type Again = { readonly standings: ReadonlyMap<number, Standing>; readonly releasing: number };
