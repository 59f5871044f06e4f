import { userInfo } from "node:os";
import { openGate } from "@chesil/access";
import { RESOLVE_CONSUMER, readModelInForce, storeBuiltInModel } from "@chesil/resolve";
import {
  appendModelActivation,
  askForShadow,
  type Database,
  endShadows,
  insertModel,
  type ResettleProgress,
  readModelsInForce,
  readResettleProgress,
  readShadowRuns,
  readStoredModels,
} from "@chesil/store";
import { withStore } from "../store-access.ts";
import { type Terminal, UsageError } from "../terminal.ts";
import { givenModel } from "./given-model.ts";

type Json = { readonly json?: boolean };

/** `chesil models list`: the last added first, what each is doing, and how many records the one in force has decided anew. */
export function listModels(given: Json, terminal: Terminal): Promise<number> {
  return withStore(async (database) => {
    await storeBuiltInModel(database, terminal.now());
    const inForce = (await readModelInForce(database)).version;
    const shadows = new Map((await readShadowRuns(database.pool)).map((run) => [run.version, run.state]));
    const progress = await readResettleProgress(database.pool, RESOLVE_CONSUMER);
    const models = (await readStoredModels(database.pool)).map((model) => {
      const isInForce = model.version === inForce;
      const walk = isInForce && progress?.model === inForce ? resettledBy(progress) : null;
      return { ...model, isInForce, resettled: walk, shadow: shadows.get(model.version) ?? null };
    });
    if (given.json) terminal.data(JSON.stringify(models));
    else
      for (const { version, isInForce, resettled, shadow, addedAt, addedBy, note } of models) {
        const doing = isInForce ? inForceSince(resettled) : shadow === null ? "-" : `shadow ${shadow}`;
        terminal.data([version, doing, addedAt.toISOString(), addedBy, note].join("\t"));
      }
    return 0;
  });
}

type Resettled = Pick<ResettleProgress, "settled" | "records">;

const resettledBy = ({ settled, records }: ResettleProgress): Resettled => ({ settled, records });

const inForceSince = (resettled: Resettled | null): string =>
  resettled === null || resettled.settled >= resettled.records
    ? "in force"
    : `in force, ${resettled.settled} of ${resettled.records} records decided anew`;

/** `chesil models add`: a model that is there already stays as it was. */
export function addModel(file: string, given: { readonly note?: string } & Json, terminal: Terminal): Promise<number> {
  const model = givenModel(file);
  return withStore(async (database) => {
    await storeBuiltInModel(database, terminal.now());
    const { username } = userInfo();
    const note = given.note ?? model.source;
    const isNew = await insertModel(database.pool, {
      ...{ version: model.version, content: model, note, addedAt: terminal.now(), addedBy: username },
    });
    await record(database, terminal, "model.add", model.version);
    if (given.json) terminal.data(JSON.stringify({ version: model.version, isNew }));
    else terminal.data(`${model.version}${isNew ? "" : " is there already."}`);
    return 0;
  });
}

/** `chesil models activate`: from this place of the journal on records are matched by it, and everybody is decided anew. */
export function activateModel(version: string, given: Json, terminal: Terminal): Promise<number> {
  return withStore(async (database) => {
    await requireModel(database, version, terminal);
    const before = (await readModelInForce(database)).version;
    const { username: by } = userInfo();
    const isFirst = (await readModelsInForce(database)).latest === undefined;
    // Where nothing was ever activated the model that Chesil comes with is in force, by nobody's word.
    const journalId =
      isFirst || before !== version
        ? await appendModelActivation(database, { version, by }, terminal.now())
        : undefined;
    if (journalId !== undefined) await record(database, terminal, "model.activate", version);
    if (given.json) terminal.data(JSON.stringify({ version, before, journalId: journalId ?? null }));
    else if (journalId === undefined) terminal.data(`${version} is in force already.`);
    else {
      terminal.data(`${version} is in force from journal entry ${journalId} on.`);
      if (before !== version)
        terminal.say("Everybody is decided anew by it, between messages: chesil models list says how far that is.");
      if (before !== version) terminal.say(`One step back: chesil models activate ${before}`);
    }
    return 0;
  });
}

/** `chesil models shadow VERSION`: asks the running Chesil to try it; `off` ends what runs. */
export function shadowModel(
  version: string,
  given: { readonly share?: string } & Json,
  terminal: Terminal,
): Promise<number> {
  const share = shareOrAll(given.share);
  return withStore(async (database) => {
    if (version === "off") {
      const ended = await endShadows(database.pool, terminal.now());
      for (const each of ended) await record(database, terminal, "model.shadow-off", each);
      terminal.data(
        given.json ? JSON.stringify({ ended }) : `${ended.length} ended: ${ended.join(", ") || "none ran"}.`,
      );
      return 0;
    }
    await requireModel(database, version, terminal);
    const { username: by } = userInfo();
    await askForShadow(database, { version, share, by, at: terminal.now() });
    await record(database, terminal, "model.shadow", version);
    if (given.json) terminal.data(JSON.stringify({ version, share }));
    else
      terminal.data(
        `${version} is tried beside the model in force as soon as Chesil runs: chesil shadow ${version} does so now.`,
      );
    return 0;
  });
}

/** @throws UsageError unless above 0 and at most 1 */
export function shareOrAll(text: string | undefined): number {
  if (text === undefined) return 1;
  const share = Number(text);
  if (!(share > 0 && share <= 1)) throw new UsageError("--share takes a share above 0, up to 1.");
  return share;
}

/** @throws UsageError naming what there is. */
export async function requireModel(database: Database, version: string, terminal: Terminal): Promise<void> {
  await storeBuiltInModel(database, terminal.now());
  const models = await readStoredModels(database.pool);
  if (models.some((model) => model.version === version)) return;
  throw new UsageError(
    `There is no model ${version}. There are: ${models.map((model) => model.version).join(", ")}. A file comes in by chesil models add.`,
  );
}

const record = (database: Database, terminal: Terminal, action: string, version: string) =>
  openGate({ database, clock: terminal.now }).record(userInfo().username, action, { version });
