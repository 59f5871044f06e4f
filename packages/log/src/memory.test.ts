import { describeEventLog } from "./conformance.ts";
import { memoryLog } from "./memory.ts";

describeEventLog("in memory", async () => {
  let nowMs = 0;
  let nextId = 1;
  const recorded: number[] = [];
  const log = memoryLog(() => nowMs);
  return {
    log,
    append: async (identities) => {
      for (const each of identities) log.append({ journalId: nextId++, identities: each, bytes: 0 });
    },
    record: async (transaction, journalId) => transaction.afterCommit(() => recorded.push(journalId)),
    recorded: async () => recorded,
    expireLeases: async () => {
      nowMs += 1e9;
    },
    close: async () => {},
  };
});
