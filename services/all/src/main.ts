import { ArchivedEntryError } from "@chesil/store";
import { Command, CommanderError } from "commander";
import { defineKeeping } from "./commands/define-keeping.ts";
import { defineModels } from "./commands/define-models.ts";
import { evaluate } from "./commands/evaluate.ts";
import { exportModel, exportRows, importModel } from "./commands/exchange.ts";
import { listFeeds, testFeed } from "./commands/feeds.ts";
import { linkFiles } from "./commands/link.ts";
import { load } from "./commands/load.ts";
import { repair } from "./commands/repair.ts";
import { replay } from "./commands/replay.ts";
import { send } from "./commands/send.ts";
import { simulate } from "./commands/simulate.ts";
import { start } from "./commands/start.ts";
import { train } from "./commands/train.ts";
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
  defineSend(program, terminal, run);
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
  defineProofs(program, terminal, run);
  program
    .command("validate")
    .description("what of a file's messages is not as the standard says: segment, field, position, rule")
    .argument("<file>", "one or many messages")
    .option("--feed <name>", "read them as this feed's: its character set and line ends")
    .option("--json", "the findings as JSON")
    .addHelpText("after", "\nExample: chesil validate admissions.hl7\nExit code 1 when anything is an error.")
    .action((file, given) => run(validateFile(file, given, terminal)));
  defineMatching(program, terminal, run);
  defineKeeping(program, defineExchange(program, terminal, run), terminal, run);
  defineModels(program, terminal, run);
  defineSettling(program, terminal, run);
  defineFeeds(program, terminal, run);
  defineLoads(program, terminal, run);
  defineUsers(program, terminal, run);

  try {
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_EXIT_CODE;
    const isUsage = [UsageError, RangeError, ArchivedEntryError].some((kind) => error instanceof kind);
    const { name, code: errorCode } = error as Error & { code?: string };
    terminal.say(isUsage ? (error as Error).message : `${name} ${errorCode ?? ""}: the command could not be finished.`);
    return isUsage ? USAGE_EXIT_CODE : 1;
  } finally {
    terminal.close();
  }
}

function defineSend(program: Command, terminal: Terminal, run: (work: Promise<number>) => Promise<void>): void {
  program
    .command("send")
    .description("send the messages of files or folders over MLLP, or over ITK")
    .argument("<path...>")
    .option("--to <address>", "where to: mllp://, itk+https:// or itk+http://", "mllp://127.0.0.1:2575")
    .option("--connections <n>", "connections; one patient's messages stay on one", "1")
    .option("--window <n>", "messages on the wire before an answer", "1")
    .option("--rate <n>", "messages a second; default: as fast as they are answered")
    .option("--json", "the report as JSON")
    .option("--sender <ods>", "over ITK: who sends, by ODS code")
    .option("--receiver <ods>", "over ITK: to whom, by ODS code")
    .option("--service <name>", "over ITK: the service; default: by what each message is")
    .option("--ask <which>", "over ITK: acknowledgements to ask for: infrastructure, business, or both with a comma")
    .option("--bare", "over ITK: the envelope without SOAP")
    .option("--ca <file>", "over ITK: the authorities that sign the receiver's certificate, PEM")
    .option("--certificate <file>", "over ITK: our certificate, PEM")
    .option("--key <file>", "over ITK: its private key, PEM")
    .addHelpText(
      "after",
      "\nOver ITK each HL7 message and each CDA document goes in an envelope of its own; an envelope goes as it is. The" +
        "\ntracking id is made of the content, so that a file that is sent again is a resend." +
        "\n\nExample: chesil send admissions.hl7 --to mllp://127.0.0.1:2575 --connections 4" +
        "\nExample: chesil send discharge.xml --to itk+https://record.example/itk --sender RBD --ask business",
    )
    .action((paths, given) => run(send(paths, given, terminal)));
}

/** What shows that nothing is lost, and that all that was decided follows from the journal. */
function defineProofs(program: Command, terminal: Terminal, run: (work: Promise<number>) => Promise<void>): void {
  program
    .command("verify")
    .description("read the whole journal and check every message against its sha-256, and the counts against the rows")
    .option("--json", "the result as JSON")
    .action((given) => run(verify(given, terminal)));
}

const COLUMNS_HELP = `
Columns are known by these names, and by what else they are commonly called: id, source, nhs_number, title, given_name,
middle_name, family_name, full_name, date_of_birth, sex, address, city, postcode, phone, email, gp_practice.`;

function defineMatching(program: Command, terminal: Terminal, run: (work: Promise<number>) => Promise<void>): void {
  const onRecords = (command: Command, files = "<file...>") =>
    command
      .argument(files, "CSV files with a header")
      .option("--columns <list>", "what the file calls them: given_name=first_name,date_of_birth=born")
      .option("--compare <list>", "other columns to compare: occupation:exact,birth_place:fuzzy")
      .option("--encoding <name>", "of the files, where they are not UTF-8")
      .option("--seed <n>", "equal seeds give equal models", "1")
      .option("--json", "the figures as JSON");
  const onLinking = (command: Command, files?: string) =>
    onRecords(command, files)
      .option("--model <file>", "a matching model; default: one trained on the records")
      .option("--threshold <p>", "link from this probability on")
      .option(
        "--rules <list>",
        "what is worth comparing: nhsNumber,birthDate+familySound; default: rules that suit the data",
      )
      .option("--threads <n>", "default: one a core");
  onLinking(program.command("link"))
    .description("find out who is who in CSV files")
    .option("--out <file>", "write the person of each record: id, person_id")
    .option("--pairs <file>", "write the scored pairs, what became of each (linked, review, apart), and why")
    .option("--review <file>", "write the pairs to be looked at, and why; decided, it is what --decisions reads")
    .option(
      "--decisions <file>",
      "pairs that people decided, which always hold: left, right, decision (same, different)",
    )
    .option("--report <file>", "write one HTML page: weights, examples, scores, blocking, what to review")
    .option("--no-samples", "leave the examples, and with them all patient data, out of the report")
    .option("--truth <column>", "the column that names the true person; it is never compared")
    .addHelpText(
      "after",
      `${COLUMNS_HELP}\n\nExample: chesil link people.csv --out links.csv --columns given_name=first_name`,
    )
    .action((files, given) => run(linkFiles(files, given, terminal)));
  onRecords(program.command("train"), "[file...]")
    .description("fit a matching model to records: of files, or without any of the store; without labels or with them")
    .requiredOption("--out <file>", "where the model goes")
    .option("--name <text>", "its version, which stands in every decision made by it")
    .option("--truth <column>", "a column that is not to be compared")
    .option("--labels <file>", "pairs that people judged: id_l, id_r, match")
    .option("--from-decisions", "of the store, with what data managers decided as labels")
    .option("--precision <p>", "with labels: the precision that they must show where it links", "0.99")
    .addHelpText("after", "\nExample: chesil train people.csv --out region.json --name region-2026")
    .action((files, given) => run(train(files, given, terminal)));
  onLinking(program.command("evaluate"), "[file...]")
    .description("how well a model finds the persons that a column names, or does what people decided of pairs")
    .option("--truth <column>", "the column that names the true person; it is never compared")
    .option("--labels <file>", "pairs that people judged: id_l, id_r, match; or left, right, decision")
    .option("--from-decisions", "without files: by what data managers decided, which the store has")
    .addHelpText("after", "\nExample: chesil evaluate people.csv --truth person --model region.json")
    .action((files, given) => run(evaluate(files, given, terminal)));
}

function defineExchange(
  program: Command,
  terminal: Terminal,
  run: (work: Promise<number>) => Promise<void>,
): { exported: Command; imported: Command } {
  const exported = program
    .command("export")
    .description("give a matching model, records, or one person's whole record");
  const format = ["--format <name>", "splink: settings of Splink 4, for DuckDB"] as const;
  exported
    .command("model")
    .requiredOption(...format)
    .option("--model <file>", "default: the model for UK care records")
    .option("--out <file>", "default: standard output")
    .addHelpText("after", "\nExample: chesil export model --format splink --model region.json --out settings.json")
    .action((given) => run(exportModel(given, terminal)));
  exported
    .command("rows")
    .description("records as the exported settings compare them, and the term frequencies to register")
    .argument("<file...>", "CSV files with a header")
    .requiredOption(...format)
    .requiredOption("--out <file>", "where the rows go; the frequencies beside it")
    .option("--model <file>", "default: the model for UK care records")
    .option("--columns <list>", "what the file calls them")
    .option("--compare <list>", "other columns to compare")
    .option("--encoding <name>", "of the files, where they are not UTF-8")
    .addHelpText("after", "\nExample: chesil export rows people.csv --format splink --model region.json --out rows.csv")
    .action((files, given) => run(exportRows(files, given, terminal)));
  const imported = program.command("import").description("take a matching model from another tool, or an archive back");
  imported
    .command("model")
    .argument("<file>", "settings of Splink 4, as save_model_to_json writes them")
    .requiredOption(...format)
    .requiredOption("--out <file>", "where the model goes")
    .option("--name <text>", "its version, which stands in every decision made by it")
    .addHelpText("after", "\nExample: chesil import model settings.json --format splink --out region.json")
    .action((file, given) => run(importModel(file, given, terminal)));
  return { exported, imported };
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

function defineLoads(program: Command, terminal: Terminal, run: (work: Promise<number>) => Promise<void>): void {
  program
    .command("load")
    .argument("<file...>", "extracts of one source")
    .description("take in the rows of extracts that are new or say something else than before")
    .option("--feed <name>", "the load of the configuration; default: the only one")
    .option("--dry-run", "show what would change and write nothing")
    .option("--rejects <file>", "write the rows that are refused, to be mended and loaded again")
    .option("--full", "it is all that the source has: what rows that are gone stated is withdrawn")
    .option(
      "--confirm <what>",
      "what the file was doubted for and is right, as was said: losses, members, cut, refused or gone",
      (what, before: string[] = []) => [...before, what],
    )
    .option("--json", "the report as JSON")
    .addHelpText(
      "after",
      "\nExample: chesil load children-20260314.csv --feed council-children --dry-run\nExit code 1 when a row is rejected, something was not withdrawn, or the load would be refused.",
    )
    .action((files, given) => run(load(files, given, terminal)));
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
