import { isDeepStrictEqual } from "node:util";
import { type Activation, readActivations } from "./activation.ts";
import type { Client } from "./client.ts";
import type { Database } from "./database.ts";
import { json } from "./unnest.ts";

/** A matching model that the store has. What it says is `readModelContent`: it may be a megabyte. */
export type StoredModel = {
  readonly version: string;
  readonly note: string;
  readonly addedAt: Date;
  readonly addedBy: string;
};

export type ModelWrite = StoredModel & {
  /** As `readModel` of packages/matching takes it; the store does not look inside. */
  readonly content: unknown;
};

/** Another model has this version: it is made of what a model says, so that one of the two was tampered with. */
export class ModelVersionError extends Error {
  override name = "ModelVersionError";
}

/**
 * Puts a model in. One that is there stays as it was.
 * @returns whether it is new.
 * @throws ModelVersionError where the version stands for something else.
 */
export async function insertModel(client: Client, model: ModelWrite): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into matching_model (version, content, note, added_at, added_by) values ($1, $2, $3, $4, $5)
     on conflict (version) do nothing`,
    [model.version, json(model.content), model.note, model.addedAt, model.addedBy],
  );
  if (rowCount === 1) return true;
  const stands = await readModelContent(client, model.version);
  if (isDeepStrictEqual(stands, JSON.parse(json(model.content) ?? "null"))) return false;
  throw new ModelVersionError(`Another model is stored as ${model.version}.`);
}

/** Every model, the last added first. */
export async function readStoredModels(client: Client): Promise<StoredModel[]> {
  const { rows } = await client.query<StoredModel>(
    `select version, note, added_at as "addedAt", added_by as "addedBy" from matching_model order by added_at desc, version`,
  );
  return rows;
}

/** What a model says; undefined: there is none of this version. */
export async function readModelContent(client: Client, version: string): Promise<unknown> {
  const { rows } = await client.query<{ content: unknown }>("select content from matching_model where version = $1", [
    version,
  ]);
  return rows[0]?.content;
}

/**
 * Which model was in force at each place of the journal, as it was activated there: a message is decided by the model of
 * its place, however often and by whomever (law 8). Before the first activation there is none: whoever decides says by
 * which.
 */
export class ModelsInForce {
  readonly #activated: { readonly from: number; readonly version: string }[] = [];

  /** Journal entries are told in order; one that is told again, or says nothing of a model, changes nothing. */
  activate(journalId: number, { model }: Activation): void {
    const last = this.#activated.at(-1);
    if (model === undefined || (last && journalId <= last.from)) return;
    this.#activated.push({ from: journalId, version: model });
  }

  /** The version that decides the entry. */
  of(journalId: number): string | undefined {
    return this.#activated.findLast(({ from }) => from <= journalId)?.version;
  }

  /** The version that decides what comes next. */
  get latest(): string | undefined {
    return this.#activated.at(-1)?.version;
  }

  /** First to last: the way back is to activate the one before. */
  get history(): readonly { readonly from: number; readonly version: string }[] {
    return this.#activated;
  }
}

/** The models in force by journal id, as the journal has them now. */
export async function readModelsInForce(database: Database): Promise<ModelsInForce> {
  const models = new ModelsInForce();
  for (const { journalId, activation } of await readActivations(database)) models.activate(journalId, activation);
  return models;
}
