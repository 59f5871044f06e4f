import { defaultModel } from "@chesil/matching";
import { RESOLVE_CONSUMER, Resolver, type ResolverEvent } from "@chesil/resolve";
import { type Config, type Connections, connect } from "@chesil/runtime";
import { forgetDecided, readStateHash, type StateHash } from "@chesil/store";
import { givenConfig } from "../config-access.ts";
import { type Terminal, UsageError } from "../terminal.ts";

/** How long the decider's place is kept for this command after its last sign of life. */
const LEASE_MS = 60_000;

/**
 * `chesil rebuild`: forgets everything that was decided and decides it anew from the journal, people's decisions included,
 * while Chesil is stopped. Exit code 1 where the store comes out otherwise than it was (law 8).
 */
export async function rebuild(given: { json?: boolean }, terminal: Terminal): Promise<number> {
  const config = givenConfig();
  const { database, log, close } = await connect(config, () => {});
  try {
    const owner = { owner: `rebuild-${process.pid}`, leaseMs: LEASE_MS };
    const take = async () => {
      const consumer = await log.consume(RESOLVE_CONSUMER, owner);
      if (consumer) return consumer;
      throw new UsageError("A Chesil is running on this store. Stop it first: what is rebuilt must stand still.");
    };
    // What is still to be decided, messages or the slices of a walk, would only look like a difference.
    await decideAll({ database, log }, await take(), config, terminal);
    const before = await readStateHash(database.pool);
    await database.transaction((transaction) => forgetDecided(transaction, RESOLVE_CONSUMER));
    // Taken anew, it begins where it stands now.
    const consumer = await take();
    try {
      const messages = await decideAll({ database, log }, consumer, config, terminal);
      const after = await readStateHash(database.pool);
      tell(terminal, { before, after, messages }, given.json === true);
      return before.hash === after.hash ? 0 : 1;
    } finally {
      await consumer.close();
    }
  } finally {
    await close();
  }
}

type Consumer = NonNullable<Awaited<ReturnType<Connections["log"]["consume"]>>>;

/** @returns how many messages there were. */
async function decideAll(
  { database, log }: Pick<Connections, "database" | "log">,
  consumer: Consumer,
  config: Config,
  terminal: Terminal,
): Promise<number> {
  let messages = 0;
  const onEvent = (event: ResolverEvent) => {
    if (event.kind !== "batch") return;
    messages += event.messages;
    terminal.progress(`${messages} messages decided`);
  };
  const { batchMessagesMax } = config.resolve;
  const resolver = await Resolver.open(
    { database, log, model: defaultModel, batchMessagesMax, now: terminal.now, onEvent },
    consumer,
  );
  while ((await resolver.step()) > 0);
  return messages;
}

function tell(
  terminal: Terminal,
  { before, after, messages }: { before: StateHash; after: StateHash; messages: number },
  isJson: boolean,
): void {
  const isSame = before.hash === after.hash;
  if (isJson) {
    terminal.data(JSON.stringify({ before, after, messages, same: isSame }));
    return;
  }
  terminal.data(`before ${before.hash}\nafter  ${after.hash}`);
  if (isSame) {
    terminal.data(`${messages} messages decided anew: the store is as it was.`);
    return;
  }
  for (const [table, now] of Object.entries(after.tables)) {
    const was = before.tables[table];
    if (was?.sum !== now.sum) terminal.data(`${table} differs: ${was?.rows} rows before, ${now.rows} after`);
  }
  terminal.say(
    "The store came out otherwise than it was: another version of Chesil decided parts of it, or the rows were changed by hand.",
  );
}
