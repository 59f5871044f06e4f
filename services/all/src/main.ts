import { Command, CommanderError } from "commander";
import { listFeeds, testFeed } from "./commands/feeds.ts";
import { repair } from "./commands/repair.ts";
import { replay } from "./commands/replay.ts";
import { send } from "./commands/send.ts";
import { simulate } from "./commands/simulate.ts";
import { start } from "./commands/start.ts";
import { addUser, listUsers, signInLink } from "./commands/users.ts";
import { validateFile } from "./commands/validate.ts";
import { verify } from "./commands/verify.ts";
import { openTerminal, type Terminal, UsageError } from "./terminal.ts";

const USAGE_EXIT_CODE = 2;

/**
 * The command line. Data on stdout, everything else on stderr; 0 only on success, 2 when it was typed wrong.
 * @param options.consoleDir the built console, for `start` to serve.
 */
export async function main(args: readonly string[], options: { consoleDir?: string } = {}): Promise<number> {
  const terminal = openTerminal();
  let code = 0;
  const run = async (work: Promise<number>) => {
    code = await work;
  };
  const program = new Command("chesil").description("Every message finds its person.").exitOverride();

  program
    .command("start")
    .description("run everything in one process, until Ctrl-C")
    .option("--demo", "send a simulated day of Dorset's hospitals and council as well")
    .action((given) => run(start(given, terminal, options.consoleDir)));
  program
    .command("send")
    .description("send the messages of files or folders over MLLP")
    .argument("<path...>")
    .option("--to <address>", "where to", "mllp://127.0.0.1:2575")
    .option("--connections <n>", "connections; one patient's messages stay on one", "1")
    .option("--window <n>", "messages on the wire before an answer", "1")
    .option("--rate <n>", "messages a second; default: as fast as they are answered")
    .option("--json", "the report as JSON")
    .addHelpText("after", "\nExample: chesil send admissions.hl7 --to mllp://127.0.0.1:2575 --connections 4")
    .action((paths, given) => run(send(paths, given, terminal)));
  program
    .command("simulate")
    .description("send a synthetic region's day, with known truth")
    .option("--people <n>", "how many live there", "2000")
    .option("--hours <n>", "how long the day is", "24")
    .option("--seed <text>", "equal seeds give equal days", "dorset")
    .option("--to <address>", "where to", "mllp://127.0.0.1:2575")
    .option("--connections <n>", "connections", "6")
    .option("--rate <n>", "messages a second; default: as fast as they are answered")
    .option("--truth <file>", "write who is who, as JSON lines")
    .option("--json", "the report as JSON")
    .addHelpText("after", "\nExample: chesil simulate --people 5000 --hours 24 --seed 1 --truth truth.jsonl")
    .action((given) => run(simulate(given, terminal)));
  program
    .command("verify")
    .description("read the whole journal and check every message against its sha-256, and the counts against the rows")
    .option("--json", "the result as JSON")
    .action((given) => run(verify(given, terminal)));
  program
    .command("validate")
    .description("what of a file's messages is not as the standard says: segment, field, position, rule")
    .argument("<file>", "one or many messages")
    .option("--feed <name>", "read them as this feed's: its character set and line ends")
    .option("--json", "the findings as JSON")
    .addHelpText("after", "\nExample: chesil validate admissions.hl7\nExit code 1 when anything is an error.")
    .action((file, given) => run(validateFile(file, given, terminal)));
  defineSettling(program, terminal, run);
  defineFeeds(program, terminal, run);
  defineUsers(program, terminal, run);

  try {
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_EXIT_CODE;
    const isUsage = error instanceof UsageError || error instanceof RangeError;
    const { name, code: errorCode } = error as Error & { code?: string };
    terminal.say(isUsage ? error.message : `${name} ${errorCode ?? ""}: the command could not be finished.`);
    return isUsage ? USAGE_EXIT_CODE : 1;
  } finally {
    terminal.close();
  }
}

function defineSettling(program: Command, terminal: Terminal, run: (work: Promise<number>) => Promise<void>): void {
  program
    .command("replay")
    .description("judge messages again: one, or all that are quarantined")
    .option("--message <id>", "the message, by the number its page shows")
    .option("--quarantined", "all that are quarantined")
    .requiredOption("--reason <text>", "why, for the journal")
    .addHelpText("after", '\nExample: chesil replay --quarantined --reason "ORU is mapped now"')
    .action((given) => run(replay(given, terminal)));
  program
    .command("repair")
    .description("apply a corrected message in the place of one that is quarantined or parked")
    .argument("<file>", "the corrected message, whole, in the sender's character set")
    .requiredOption("--message <id>", "the message, by the number its page shows")
    .requiredOption("--reason <text>", "why, for the journal")
    .addHelpText(
      "after",
      '\nExample: chesil repair corrected.hl7 --message 4711 --reason "the birth date was 30 February"',
    )
    .action((file, given) => run(repair(file, given, terminal)));
}

function defineFeeds(program: Command, terminal: Terminal, run: (work: Promise<number>) => Promise<void>): void {
  const feeds = program.command("feeds").description("the configured senders, and what their messages would become");
  feeds
    .command("list")
    .description("every configured feed")
    .option("--json", "as JSON")
    .addHelpText("after", "\nExample: chesil feeds list")
    .action((given) => run(listFeeds(given, terminal)));
  feeds
    .command("test")
    .argument("<file>", "one or many messages")
    .description("what the messages of a file would become, before any is let in; needs no database")
    .option("--feed <name>", "the feed they would come on; default: the only one, or the one called default")
    .option("--json", "as JSON")
    .addHelpText("after", "\nExample: chesil feeds test admissions.hl7 --feed poole-pas")
    .action((file, given) => run(testFeed(file, given, terminal)));
}

function defineUsers(program: Command, terminal: Terminal, run: (work: Promise<number>) => Promise<void>): void {
  const users = program.command("users").description("who may sign in");
  users.command("list").action(() => run(listUsers(terminal)));
  users
    .command("add")
    .argument("<username>")
    .requiredOption("--name <text>", "their name, as others see it")
    .requiredOption("--role <role...>", "one or more roles")
    .description("add a user; the password is read from standard input")
    .addHelpText("after", "\nExample: chesil users add asmith --name 'A Smith' --role data-manager < password.txt")
    .action((username, given) => run(addUser(username, given, terminal)));
  users
    .command("link")
    .description("a new one-time link for the first user, while there is none")
    .action(() => run(signInLink(terminal)));
}
