import type { Command } from "commander";
import type { Terminal } from "../terminal.ts";
import { exportPersonFiles } from "./export-person.ts";
import { importJournal } from "./import-journal.ts";
import { rebuildStore } from "./rebuild.ts";
import { retain } from "./retain.ts";

const RETAIN_HELP = `
Keep the archive at hand. Until a range is brought back (chesil import journal FOLDER)
- a sender's message that takes back a merge (A37) of patients of whom its messages speak is held (quarantined as
  archived-messages), and its patients' later messages wait behind it, until the import lets them go on;
- a person's decision that takes such a merge back, or takes that up again, is refused and names the folder;
- the store can not be rebuilt, its messages can not be shown, and what was known then can not be told.
Chesil must have decided all that is in its journal, and no rebuild may be under way.

Example: chesil retain --older-than 8y --archive /backup/chesil --dry-run`;

const IMPORT_HELP = `
With its last entry whatever was held for want of these messages is decided, in order.

Example: chesil import journal /backup/chesil/journal-1-20000000`;

/** The commands about what is kept: made anew, archived and brought back, given to whom it is about. */
export function defineKeeping(
  program: Command,
  { exported, imported }: { readonly exported: Command; readonly imported: Command },
  terminal: Terminal,
  run: (work: Promise<number>) => Promise<void>,
): void {
  program
    .command("rebuild")
    .description("decide the whole store anew from the journal, beside the one in use, and put it in its place")
    .option("--compare", "only compare: the store stays as it is")
    .option("--switch", "put it in its place also where the two differ; the one before is kept")
    .option("--anew", "begin again, where an earlier rebuild was ended in the middle")
    .option("--drop", "drop what earlier rebuilds left beside the store")
    .option("--json", "the result as JSON")
    .addHelpText("after", "\nChesil may run meanwhile. Exit code 1 when the store comes out otherwise than it was.")
    .action((given) => run(rebuildStore(given, terminal)));
  program
    .command("retain")
    .description("take the bytes of old messages out of the journal, into an archive that can be brought back")
    .requiredOption("--older-than <age>", "8y, 18m or 90d: whole ranges of the journal that are older")
    .option("--archive <folder>", "where they go; default: archive, in the data folder")
    .option("--dry-run", "only say what would leave, and what can not yet")
    .option("--json", "the result as JSON")
    .addHelpText("after", RETAIN_HELP)
    .action((given) => run(retain(given, terminal)));
  imported
    .command("journal")
    .description("give the journal back what chesil retain archived")
    .argument("<folder>", "the folder of one range, with its manifest.json")
    .option("--json", "the result as JSON")
    .addHelpText("after", IMPORT_HELP)
    .action((folder, given) => run(importJournal(folder, given, terminal)));
  exported
    .command("person")
    .description("one person's whole record, to answer their own request: a page, a FHIR Bundle, and the documents")
    .argument("<id>", "the person, by the id that their page shows in its address")
    .requiredOption("--out <folder>", "where the files go: a folder that is not there yet")
    .requiredOption("--by <name>", "who exports it, for the audit")
    .requiredOption("--reason <text>", "why, for the audit")
    .addHelpText(
      "after",
      '\nExample: chesil export person 00000000-0001-7000-8000-000000000001 --out record --by "Olga Ward" --reason "request 17"',
    )
    .action((id, given) => run(exportPersonFiles(id, given, terminal)));
}
