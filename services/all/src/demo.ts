import { sendMessages, simulateDay } from "@chesil/simulator";
import { bytesOf } from "./commands/simulate.ts";
import type { Terminal } from "./terminal.ts";

/** A region that fits a laptop and fills a screen. */
const PEOPLE = 2_000;
const HOURS = 24;
const SEED = "dorset";
const CONNECTIONS = 6;
/** A day in about half an hour. */
const MESSAGES_PER_SECOND = 25;

/** Sends a simulated day of Dorset's hospitals and council to a feed, at a pace one can watch. */
export function startDemo(target: { host: string; port: number }, terminal: Terminal): { stop(): Promise<void> } {
  const ending = new AbortController();
  const day = simulateDay({
    people: PEOPLE,
    hours: HOURS,
    seed: SEED,
    startAt: new Date(terminal.now().getTime() - HOURS * 3_600_000),
  });
  terminal.data(
    `  demo      ${PEOPLE} synthetic people of Dorset, a day of their hospitals and council, seed "${SEED}"`,
  );
  const sending = sendMessages({
    messages: bytesOf(day.messages),
    ...target,
    connections: CONNECTIONS,
    ratePerSecond: MESSAGES_PER_SECOND,
    signal: ending.signal,
  });
  sending.then(
    (report) => terminal.data(`The simulated day is over: ${report.accepted} accepted, ${report.rejected} rejected.`),
    (error: Error) => terminal.say(`The simulated day ended early: ${error.message}`),
  );
  return {
    async stop() {
      ending.abort();
      await sending.catch(() => {});
    },
  };
}
