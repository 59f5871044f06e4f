import { type EventLog, LeaseLostError, type LogConsumer, type LogEntry } from "./event-log.ts";

/** Effects of one commit: they run when it succeeds, and not at all when it does not. */
export type MemoryTransaction = { afterCommit(effect: () => void): void };

export type MemoryLog = EventLog<MemoryTransaction> & {
  append(entry: Omit<LogEntry, "position">): void;
};

/** The event log in memory, for simulation and tests: the same promises but durability. `nowMs` is a clock to steer. */
export function memoryLog(nowMs: () => number): MemoryLog {
  const entries: LogEntry[] = [];
  const consumers = new Map<string, { position: number; epoch: number; owner: string; leaseUntilMs: number }>();
  return {
    append: (entry) => entries.push({ ...entry, position: entries.length + 1 }),
    async consume(consumer, { owner, leaseMs, from }) {
      const begin = from === "now" ? entries.length : 0;
      const state = consumers.get(consumer) ?? {
        position: begin,
        epoch: 0,
        owner,
        leaseUntilMs: Number.NEGATIVE_INFINITY,
      };
      consumers.set(consumer, state);
      if (state.leaseUntilMs > nowMs() && state.owner !== owner) return undefined;
      state.owner = owner;
      state.epoch += 1;
      state.leaseUntilMs = nowMs() + leaseMs;
      const epoch = state.epoch;
      const mustOwn = () => {
        if (state.epoch !== epoch) throw new LeaseLostError(consumer);
        state.leaseUntilMs = nowMs() + leaseMs;
      };
      return {
        epoch,
        get position() {
          return state.position;
        },
        async read(entriesMax, after = state.position) {
          mustOwn();
          return entries.slice(after, after + entriesMax);
        },
        async commit(position, effects) {
          const after: (() => void)[] = [];
          const result = await effects({ afterCommit: (effect) => after.push(effect) });
          mustOwn();
          state.position = position;
          for (const effect of after) effect();
          return result;
        },
        async close() {
          if (state.epoch === epoch) state.leaseUntilMs = Number.NEGATIVE_INFINITY;
        },
      } satisfies LogConsumer<MemoryTransaction>;
    },
  };
}
