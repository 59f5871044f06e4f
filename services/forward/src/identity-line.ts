import type { LogConsumer } from "@chesil/log";
import {
  type DueNotification,
  type NotificationPlace,
  type NotificationResult,
  noteNotificationAudited,
  openNotificationPlace,
  oweNotifications,
  oweWithheld,
  readDueNotifications,
  readOptedOut,
  readPersons,
  readRecordsOfPersons,
  readSurvivors,
  type Transaction,
  writeAudit,
  writeNotificationResults,
} from "@chesil/store";
import { consumerOf } from "./consumer-name.ts";
import { DestinationSender, type Said } from "./destination-sender.ts";
import { readPersonChanges } from "./follow-identities.ts";
import { forgotten, type IdentitySubscription, type Notice, noticeOf, type PersonNow } from "./notice.ts";
import type { Destination, ForwardOptions } from "./start.ts";
import { jittered, LATER_MS_MAX, LATER_MS_MIN, type Pause, wait } from "./waiting.ts";

const IDLE_MS = 100;
/** Every five seconds; the first at once. */
const IDLE_ROUNDS_PER_RECALL = 50;
/** Persons that are read together. Those behind them see what changes meanwhile. */
const PERSONS_PER_READ = 50;

type Told = Extract<Notice, { kind: "tell" }>;

/**
 * One destination of identities: who is due is told, one after another, what holds when the turn comes. What changes
 * meanwhile is taken in between, so that a destination that was down is told the end of it and not the way there.
 */
export class IdentityLine {
  readonly destination: Destination;
  readonly #subscription: IdentitySubscription;
  readonly #options: ForwardOptions;
  readonly #sender: DestinationSender;

  constructor(destination: Destination, subscription: IdentitySubscription, options: ForwardOptions) {
    this.destination = destination;
    this.#subscription = subscription;
    this.#options = options;
    this.#sender = new DestinationSender(destination, options.telemetry);
  }

  close(): Promise<void> {
    return this.#sender.close();
  }

  /** Notifies until stopped. @throws what the log or the database throws; who was due stays due. */
  async run(consumer: LogConsumer<Transaction>, stopping: AbortSignal, pause: Pause): Promise<void> {
    const { database } = this.#options;
    let place = await openNotificationPlace(database.pool, this.destination.name, consumerOf(this.destination.name));
    let idleRounds = 0;
    for (let waitMs = LATER_MS_MIN; !stopping.aborted; ) {
      place = await this.#follow(consumer, place);
      const done = await this.#tellSome(consumer, place, stopping);
      if (done === "all") {
        if (idleRounds++ % IDLE_ROUNDS_PER_RECALL === 0) await this.#recallWithheld(consumer, place);
        await wait({ consumer, stopping, pause }, IDLE_MS);
      } else if (done === "later") {
        await wait({ consumer, stopping, pause }, jittered(waitMs));
        waitMs = Math.min(waitMs * 2, LATER_MS_MAX);
        continue;
      }
      waitMs = LATER_MS_MIN;
    }
  }

  /** Takes in what changed: who is due and the place it was read up to, in one transaction. */
  async #follow(consumer: LogConsumer<Transaction>, from: NotificationPlace): Promise<NotificationPlace> {
    const { now } = this.#options;
    const { changes, place } = await readPersonChanges(this.#options, this.#subscription.authorities, from);
    if (place.position === from.position && place.changeId === from.changeId) return from;
    await consumer.commit(place.position, (transaction) =>
      oweNotifications(transaction, this.destination.name, { changes, place, now: now() }),
    );
    return place;
  }

  /** Who opted out and took that back is told of now, not when something changes next. */
  async #recallWithheld(consumer: LogConsumer<Transaction>, { position }: NotificationPlace): Promise<void> {
    const { now } = this.#options;
    await consumer.commit(position, (transaction) => oweWithheld(transaction, this.destination.name, now()));
  }

  /**
   * Tells of the next persons. "all": nobody is due; "later": one is to be told again, and the others wait.
   * What became of one is committed with the audit of the next, before that one leaves.
   */
  async #tellSome(
    consumer: LogConsumer<Transaction>,
    { position }: NotificationPlace,
    stopping: AbortSignal,
  ): Promise<"all" | "some" | "later"> {
    const { database, telemetry } = this.#options;
    const { name } = this.destination;
    const due = await readDueNotifications(database.pool, name, PERSONS_PER_READ);
    if (due.length === 0) return "all";
    let results: NotificationResult[] = [];
    let isLater = false;
    for (const { each, notice } of await this.#noticesOf(due)) {
      if (stopping.aborted) break;
      // Asked before each attempt: a destination may be down for hours, and somebody opt out meanwhile.
      const optedOut = await readOptedOut(database.pool, [each.personId]);
      if (optedOut.size > 0) {
        results.push(settled(each, "withheld", forgotten(each.told)));
        continue;
      }
      if (notice.kind === "silent") {
        results.push(silent(each, notice));
        continue;
      }
      const before = results;
      await consumer.commit(position, (transaction) => this.#put(transaction, before, each, notice));
      const said = await this.#sender.send(notice.message);
      const result = said && this.#resultOf(each, notice, said);
      results = result ? [result] : [];
      isLater = result === undefined || result.state === "due";
      if (isLater) break;
      telemetry.settled(name, said?.outcome ?? "delivered", each.position);
    }
    const last = results;
    await consumer.commit(position, (transaction) => writeNotificationResults(transaction, name, last));
    return isLater ? "later" : "some";
  }

  async #noticesOf(due: readonly DueNotification[]): Promise<{ each: DueNotification; notice: Notice }[]> {
    const about = { destination: this.destination.name, subscription: this.#subscription };
    const persons = await this.#read(due.map((each) => each.personId));
    return due.map((each) => {
      const now = persons.get(each.personId);
      return { each, notice: now ? noticeOf(about, each, now) : { kind: "silent", knows: each.told } };
    });
  }

  /** The persons, and whoever replaced them. */
  async #read(personIds: readonly string[]): Promise<Map<string, PersonNow>> {
    const client = this.#options.database.pool;
    const survivors = await readSurvivors(client, personIds);
    const ids = [...new Set([...personIds, ...survivors.values()])];
    const persons = new Map((await readPersons(client, ids)).map((person) => [person.personId, person]));
    const records = Map.groupBy(await readRecordsOfPersons(client, ids), ({ personId }) => personId);
    const stored = (personId: string) => {
      const person = persons.get(personId);
      return person && { person, records: records.get(personId) ?? [] };
    };
    const found = new Map<string, PersonNow>();
    for (const personId of personIds) {
      const now = stored(personId);
      if (now) found.set(personId, { ...now, survivor: stored(survivors.get(personId) ?? "") });
    }
    return found;
  }

  /** What became of those before, and on record that this one is told. */
  async #put(
    transaction: Transaction,
    before: readonly NotificationResult[],
    { personId, position, isAudited }: DueNotification,
    { event, about, identifiers }: Told,
  ): Promise<void> {
    const { name } = this.destination;
    await writeNotificationResults(transaction, name, before);
    if (isAudited) return;
    const told = { at: this.#options.now(), username: `destination:${name}`, action: "identity.notify" };
    await writeAudit(
      transaction,
      about.map((each) => ({
        ...told,
        ...{ personId: each, sourceRecordId: null, journalId: position, detail: { event, identifiers } },
      })),
    );
    await noteNotificationAudited(transaction, name, personId);
  }

  #resultOf(each: DueNotification, { knows }: Told, { outcome, code, answer }: Said): NotificationResult {
    if (outcome === "delivered") return { ...settled(each, "told", knows), code };
    const isTemporary = this.destination.retryOn.includes(code);
    const refusals = each.refusals + (isTemporary ? 0 : 1);
    // What cannot be framed can never be sent.
    const isOver = !isTemporary && (code === "not-frameable" || refusals >= this.#subscription.attemptsMax);
    if (!isOver) this.#options.telemetry.attemptFailed(this.destination.name, code, refusals);
    return { ...settled(each, isOver ? "refused" : "due", each.told), refusals, code, answer };
  }
}

const settled = (
  { personId, refusals }: DueNotification,
  state: NotificationResult["state"],
  told: Buffer | null,
): NotificationResult => ({ personId, state, refusals, told, code: null, answer: null });

/** It knows it already, or has nothing to know. */
const silent = (each: DueNotification, { knows }: Extract<Notice, { kind: "silent" }>) =>
  settled(each, knows !== null && each.told?.equals(knows) ? "told" : "silent", knows);
