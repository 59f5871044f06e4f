import type { Command } from "commander";
import type { Terminal } from "../terminal.ts";
import { activateModel, addModel, listModels, shadowModel } from "./models.ts";
import { modelDrift, simulateModel } from "./models-measure.ts";
import { shadow } from "./shadow.ts";

/** The commands about matching models that the store has. */
export function defineModels(
  program: Command,
  terminal: Terminal,
  run: (work: Promise<number>) => Promise<void>,
): void {
  const models = program.command("models").description("the matching models of the store, and which one decides");
  const json = ["--json", "as JSON"] as const;
  models
    .command("list")
    .description("every model, and whether it is in force or tried")
    .option(...json)
    .action((given) => run(listModels(given, terminal)));
  models
    .command("add")
    .argument("<file>", "a matching model, as train or import model writes it")
    .description("put a model into the store; it decides nothing yet")
    .option("--note <text>", "what it is; default: what it says of itself")
    .option(...json)
    .addHelpText("after", "\nExample: chesil models add region.json --note 'of spring 2026'")
    .action((file, given) => run(addModel(file, given, terminal)));
  models
    .command("activate")
    .argument("<version>")
    .description(
      "match by this model from now on, and decide everybody anew by it; the way back is to activate the one before",
    )
    .option(...json)
    .action((version, given) => run(activateModel(version, given, terminal)));
  models
    .command("shadow")
    .argument("<version>", "or off, to end what runs")
    .description("have the running Chesil try a model beside the one in force, in the background")
    .option("--share <s>", "of the records, how many are decided anew; default: all")
    .option(...json)
    .action((version, given) => run(shadowModel(version, given, terminal)));
  models
    .command("simulate")
    .argument("<version>")
    .description("links, questions, precision and recall by other thresholds")
    .option("--link <list>", "weights from which pairs are linked, in bits: 8,10,12")
    .option("--review <list>", "weights from which people are asked")
    .option("--measure", "look at the records anew")
    .option(...json)
    .addHelpText("after", "\nExample: chesil models simulate region-2026+1a2b --link 10,12,14 --review 2,4")
    .action((version, given) => run(simulateModel(version, given, terminal)));
  models
    .command("drift")
    .description("whether records and decisions still look as they did; exit code 1 where they do not")
    .option("--day <date>", "default: the latest that was counted; with --measure yesterday")
    .option("--measure", "count the day now")
    .option(...json)
    .action((given) => run(modelDrift(given, terminal)));
  program
    .command("shadow")
    .argument("<version>", "a model of the store")
    .description(
      "what would change by a model, before anybody switches to it; decides everybody anew and writes nothing of it",
    )
    .option("--share <s>", "of the records, how many are decided anew; default: all")
    .option("--resume", "go on where it was ended")
    .option(...json)
    .addHelpText("after", "\nExample: chesil shadow region-2026+1a2b --share 0.1")
    .action((version, given) => run(shadow(version, given, terminal)));
}
