import type { EventLog, LogConsumer } from "@chesil/log";
import type { LiveIndex, MatchingModel } from "@chesil/matching";
import {
  type Command,
  type Database,
  isMessageCommand,
  isPrivacyCommand,
  isRetentionCommand,
  type JournalEntry,
  parkIdentities,
  type ResettleSlice,
  readActivation,
  readActivations,
  readRetention,
  type Transaction,
  writeDecisions,
  writeOutcomes,
} from "@chesil/store";
import { decideBatch, type Effects, readNames, type Work } from "./apply-batch.ts";
import { ArchivedMessagesError, ArchivedRanges } from "./archived-ranges.ts";
import { obeyPrivacy } from "./commands/consent.ts";
import { decideCommand, refusedDecision } from "./commands/decide-command.ts";
import { beginWalk, resettle } from "./commands/resettle.ts";
import { Dialects } from "./dialects.ts";
import { loadLiveIndex } from "./identity/live-index.ts";
import type { MessageItem } from "./interpret.ts";
import { withPartsJoined } from "./interpret-entries.ts";
import { type Again, bringBack, type How, type Judging, obeyAboutMessage } from "./judge-again.ts";
import type { Knowledge } from "./load-working-set.ts";
import { PreparedCache } from "./prepared-cache.ts";
import { type Read, ReadAhead } from "./read-ahead.ts";
import type { ResolverEvent } from "./resolver-event.ts";
import { readStoredModel } from "./shadow/stored-model.ts";
import { noEffect, takeBack, tallyOne } from "./standing.ts";
import { SurvivorshipInForce } from "./survivorship-in-force.ts";
import { describeFailure, isNoMessagesFault } from "./transient.ts";

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
  readonly #survivorship = new SurvivorshipInForce();
  /** A commit is on its way of which it can not be seen afterwards whether it took effect. */
  #isInDoubt = false;
  readonly #dialects = new Dialects();
  readonly #archived = new ArchivedRanges();
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
    const retention = await readRetention(options.database.pool);
    // Read after these: whatever is activated by now and was not passed comes no earlier than the next entry.
    const [next] = await consumer.read(1);
    let inForce = { version: options.model.version, since: 0 };
    for (const { journalId, activation } of activations) {
      resolver.#dialects.activate(journalId, activation);
      const isPassed = next === undefined || journalId < next.journalId;
      const { model: version = inForce.version } = activation;
      if (isPassed && version !== inForce.version) inForce = { version, since: journalId };
      if (isPassed) resolver.#survivorship.activate(journalId, activation);
    }
    for (const { journalId, command } of retention)
      if (next === undefined || journalId < next.journalId) resolver.#archived.obey(command);
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
      if (isNoMessagesFault(error)) throw error;
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
    const [model, survivorship] = [this.#model, this.#survivorship.policy];
    const [dialects, archived] = [this.#dialects, this.#archived];
    return { index: this.#index, prepared: this.#prepared, model, survivorship, dialects, archived };
  }

  #judging(): Judging {
    return {
      ...this.#options,
      dialects: this.#dialects,
      commit: this.#commit,
      decideAndCommit: (work, position, how, again) => this.#decideAndCommit(work, position, how, again),
      committed: (work, effects, how) => this.#committed(work, effects, how),
      setAside: (work, position, error, again) => this.#setAside(work, position, error, again),
    };
  }

  /** From here on records are matched by the model of the version, since the entry that put it into force. */
  async #matchBy({ version, since }: { readonly version: string; readonly since: number }): Promise<void> {
    this.#modelSince = since;
    if (version === this.#model.version) return;
    const model = await readStoredModel(this.#options.database, version);
    if (!model) throw new Error(`The model ${version} was activated, and is not in the store.`);
    this.#model = model;
  }

  /** Another model or policy that comes into force walks by everybody who is there. */
  async #activate({ journalId, raw }: JournalEntry): Promise<void> {
    const activation = readActivation(raw);
    const { model: version = this.#model.version } = activation;
    const isOther = version !== this.#model.version;
    const isOtherPolicy = this.#survivorship.isOther(activation);
    await this.#commit(journalId, async (transaction) => {
      if (isOther) await beginWalk(transaction, { activation: journalId, model: version }, this.#options);
      if (isOtherPolicy) await beginWalk(transaction, { activation: journalId, model: null }, this.#options);
    });
    this.#survivorship.activate(journalId, activation);
    if (isOther) await this.#matchBy({ version, since: journalId });
  }

  /** A slice of the walk of what is in force; another one's has ended, for the walk of that comes by everybody. */
  #resettle(entry: JournalEntry, slice: ResettleSlice): Promise<void> {
    const since = slice.model === null ? this.#survivorship.since : this.#modelSince;
    if (slice.activation !== since) return this.#commit(entry.journalId, async () => {});
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
          reason: error instanceof ArchivedMessagesError ? "archived-messages" : "apply-failed",
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
    if (isMessageCommand(command)) return obeyAboutMessage(this.#judging(), entry, command);
    if (isRetentionCommand(command)) {
      this.#archived.obey(command);
      return command.command === "archive"
        ? this.#commit(entry.journalId, async () => {})
        : bringBack(this.#judging(), entry);
    }
    if (isPrivacyCommand(command)) return this.#commit(entry.journalId, (tx) => obeyPrivacy(tx, entry, command));
    const { database, now } = this.#options;
    let effects: Effects;
    try {
      effects = await decideCommand(database, { entry, command }, { ...this.#knowledge(), now });
      await this.#commit(entry.journalId, (transaction) => effects.write(transaction));
    } catch (error) {
      if (isNoMessagesFault(error)) throw error;
      // Nobody else's messages wait for a command that can not be carried out.
      const why =
        error instanceof ArchivedMessagesError
          ? error.message
          : `It could not be carried out: ${describeFailure(error as Error)}.`;
      const refused = refusedDecision(entry, command, why);
      return this.#commit(entry.journalId, (transaction) => writeDecisions(transaction, [refused]));
    }
    effects.set.candidates.save();
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
