import { setTimeout as sleep } from "node:timers/promises";
import type { EventLog } from "@chesil/log";
import type { DialTls, MllpSenderLimits } from "@chesil/mllp";
import { type Database, forgetDestinations, type Transaction } from "@chesil/store";
import { CONSUMER_PREFIX, consumerOf } from "./consumer-name.ts";
import { IdentityLine } from "./identity-line.ts";
import { AcknowledgementLine, type AcknowledgementSettings } from "./itk/acknowledgement-line.ts";
import { MessageLine } from "./message-line.ts";
import type { IdentitySubscription } from "./notice.ts";
import { LATER_MS_MAX } from "./waiting.ts";

/** Where messages are sent on to, who is told of identities, or where ITK messages are acknowledged to. */
export type Destination = {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly tls?: DialTls;
  /** Feeds whose messages it gets, or has acknowledged; empty where it is told of identities. */
  readonly feeds: readonly string[];
  readonly identity?: IdentitySubscription;
  readonly acknowledgements?: AcknowledgementSettings;
  /** Answers that mean "later" at this site: the message is sent again and the line waits. */
  readonly retryOn: readonly string[];
  readonly limits?: Partial<MllpSenderLimits>;
};

export type ForwardTelemetry = {
  settled(destination: string, outcome: "delivered" | "refused" | "withheld", journalId: number): void;
  attemptFailed(destination: string, code: string, attempts: number): void;
};

export type ForwardHandle = {
  stop(): Promise<void>;
};

export type ForwardOptions = {
  readonly database: Database;
  readonly log: EventLog<Transaction>;
  readonly destinations: readonly Destination[];
  /** The consumer of the log that decides messages. */
  readonly decider: string;
  /** This forwarder's name: one that starts again under it need not wait for its own lease. */
  readonly owner: string;
  readonly telemetry: ForwardTelemetry;
  readonly now: () => Date;
};

const RETRY_MS = 1_000;

type Line = MessageLine | IdentityLine | AcknowledgementLine;

/** Runs one line a destination until stopped. A line that another process has the lease on waits its turn. */
export function startForward(options: ForwardOptions): ForwardHandle {
  const stopping = new AbortController();
  const pause = (ms: number) => sleep(ms, undefined, { signal: stopping.signal }).catch(() => {});
  const lines = options.destinations.map((destination) => lineOf(destination, options));

  const run = async (line: Line): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        const consumer = await options.log.consume(consumerOf(line.destination.name), {
          owner: options.owner,
          leaseMs: leaseMsOf(line.destination),
          from: "now",
        });
        if (consumer) await line.run(consumer, stopping.signal, pause).finally(() => consumer.close().catch(() => {}));
        else await pause(RETRY_MS);
      } catch (error) {
        // The database, or the lease: the position says where to go on.
        options.telemetry.attemptFailed(line.destination.name, codeOf(error), 0);
        await pause(RETRY_MS);
      }
    }
  };

  /** Destinations that are no more leave nothing behind. */
  const tidy = async (): Promise<void> => {
    const { destinations, owner } = options;
    const namesOf = (some: readonly Destination[]) => some.map(({ name }) => name);
    const kept = { identity: namesOf(destinations.filter(({ identity }) => identity)), all: namesOf(destinations) };
    while (!stopping.signal.aborted) {
      try {
        return await forgetDestinations(options.database.pool, { ...kept, consumerPrefix: CONSUMER_PREFIX, owner });
      } catch (error) {
        options.telemetry.attemptFailed("destinations removed", codeOf(error), 0);
        await pause(RETRY_MS);
      }
    }
  };

  const running = [tidy(), ...lines.map(run)];
  return {
    async stop() {
      stopping.abort();
      await Promise.all(lines.map((line) => line.close()));
      await Promise.all(running);
    },
  };
}

function lineOf(destination: Destination, options: ForwardOptions): Line {
  const { identity, acknowledgements } = destination;
  if (identity) return new IdentityLine(destination, identity, options);
  if (acknowledgements) return new AcknowledgementLine(destination, acknowledgements, options);
  return new MessageLine(destination, options);
}

/** How long a forwarder that vanished holds up the next one: longer than one delivery may take. */
function leaseMsOf({ limits }: Destination): number {
  const { connectMs = 10_000, answerMs = 30_000 } = limits ?? {};
  return 2 * (connectMs + answerMs) + LATER_MS_MAX;
}

const codeOf = (error: unknown) => String((error as { code?: unknown }).code ?? (error as Error).name);
