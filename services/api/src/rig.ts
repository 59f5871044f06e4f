import { type Role, rolesOf } from "@chesil/access";
import { defaultModel } from "@chesil/matching";
import {
  DEFAULT_SURVIVORSHIP,
  type GoldenRecord,
  type KnownDemographics,
  type Outcome,
  reconcile,
} from "@chesil/model";
import {
  type Database,
  type Decision,
  type IdentityCommand,
  type LinkRule,
  type ReviewTaskKind,
  readRecordsById,
  SERVICE_LEVELS_DEFAULT,
  writeDecisions,
} from "@chesil/store";
import type { InjectOptions, LightMyRequestResponse } from "fastify";
// @boundaries-ignore tests of every package share one real database
import { freshDatabase } from "../../../test/database.ts";
import { buildApp } from "./app.ts";
import type { ApiConfig, App, Deps, KnownThen, Readiness } from "./deps.ts";
import type { ModelDesk } from "./models/model-desk.ts";
import { NO_MODELS, snapshotAt } from "./rig-sources.ts";
import { newToken, tokenSha256 } from "./session/sessions.ts";
import type { ApiEvent } from "./telemetry.ts";

/** A whole API over a real database, with users of every role signed in, for tests. */

export const BOOTSTRAP_TOKEN = "a-bootstrap-token-for-tests";

export const CONFIG: ApiConfig = {
  http: { host: "127.0.0.1", port: 0, trustProxy: [] },
  session: { idleMinutes: 15, absoluteHours: 12 },
  review: {
    serviceLevelHours: SERVICE_LEVELS_DEFAULT,
    secondReview: { kinds: {} },
    reviewers: [],
  },
  bootstrapToken: BOOTSTRAP_TOKEN,
};

export class Rig {
  readonly app: App;
  readonly database: Awaited<ReturnType<typeof freshDatabase>>;
  readonly events: ApiEvent[];
  readonly #now: { ms: number };
  #nextId = 1;

  constructor(parts: { app: App; database: Rig["database"]; events: ApiEvent[]; now: { ms: number } }) {
    this.app = parts.app;
    this.database = parts.database;
    this.events = parts.events;
    this.#now = parts.now;
  }

  now(): Date {
    return new Date(this.#now.ms);
  }

  pass(ms: number): void {
    this.#now.ms += ms;
  }

  /** The next person, task or rule has this number, and ids made of it. */
  numberNext(number: number): void {
    this.#nextId = number;
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.database.close();
  }

  /** Adds a user with the roles and signs them in. @returns the session cookie. */
  async signedIn(roles: readonly Role[], username = `user-${roles.join("-") || "nobody"}`): Promise<string> {
    const { pool } = this.database;
    await pool.query(
      `insert into app_user (username, display_name, password_hash, roles, created_at) values ($1, $1, 'none', $2, $3)
       on conflict (username) do update set roles = excluded.roles`,
      [username, rolesOf(roles), this.now()],
    );
    const token = newToken();
    await pool.query("insert into session (token_sha256, username, created_at, last_seen_at) values ($1, $2, $3, $3)", [
      tokenSha256(token),
      username,
      this.now(),
    ]);
    return `chesil_session=${token}`;
  }

  /** One request as a browser of ours sends it. */
  ask(cookie: string | null, method: string, url: string, body?: unknown): Promise<LightMyRequestResponse> {
    const request: InjectOptions = {
      method: method as "GET",
      url,
      headers: {
        ...(cookie === null ? {} : { cookie }),
        ...(method === "GET" ? {} : { "x-chesil-request": "1" }),
      },
      ...(body === undefined ? {} : { payload: body as object }),
    };
    return this.app.inject(request);
  }

  /** Puts a message in the journal, with what became of it where that is given. @returns its id. */
  async addMessage(
    raw: string,
    message: {
      feed?: string;
      controlId?: string;
      identities?: string[];
      outcome?: Exclude<Outcome, "duplicate">;
      reason?: string;
      sourceRecordId?: number;
      personId?: string;
      receivedAt?: Date;
    } = {},
  ): Promise<number> {
    const { pool } = this.database;
    const { rows } = await pool.query<{ id: number }>("select draw_journal_ids(1) as id");
    const id = rows[0]?.id ?? 0;
    const receivedAt = message.receivedAt ?? this.now();
    await pool.query(
      `insert into journal (journal_id, kind, feed, connection, received_at, raw, sha256, accepted, message_code, trigger_event,
         version, sender, control_id, message_at, identities, acknowledgement, acknowledgement_code)
       values ($1, 'message', $2, 'c1', $3, $4, sha256($4), true, 'ADT', 'A01', '2.4', 'PAS', $5, $3, $6, $7, 'AA')`,
      [
        id,
        message.feed ?? "poole-pas",
        receivedAt,
        Buffer.from(raw),
        message.controlId ?? `C${id}`,
        message.identities ?? [],
        Buffer.from(`MSH|^~\\&|||||||ACK|${id}|P|2.4\rMSA|AA|C${id}\r`),
      ],
    );
    if (message.outcome) {
      await pool.query(
        `insert into outcome (journal_id, outcome, reason, decided_by, decided_at, source_record_id, person_id)
         values ($1, $2, $3, $1, $4, $5, $6)`,
        [
          id,
          message.outcome,
          message.reason ?? null,
          new Date(receivedAt.getTime() + 120),
          message.sourceRecordId ?? null,
          message.personId ?? null,
        ],
      );
    }
    return id;
  }

  /** Adds a person with one source record that says everything the person is. */
  async addPerson(person: {
    family: string;
    given: string;
    nhsNumber?: string;
    birthDate?: string;
    postcode?: string;
    authority?: string;
    localId?: string;
    deceased?: boolean;
  }): Promise<{ personId: string; sourceRecordId: number; localId: string }> {
    const number = this.#nextId++;
    const sourceRecordId = number * 1000;
    const personId = `00000000-0000-8000-8000-${String(number).padStart(12, "0")}`;
    const localId = person.localId ?? `L${number}`;
    const recordedAt = "2026-03-01T09:00:00.000Z";
    const values = {
      names: [{ use: "usual" as const, family: person.family, given: [person.given], prefix: "Ms" }],
      birthDate: person.birthDate ?? "1950-07-31",
      sex: "female" as const,
      addresses: [
        { use: "home" as const, lines: ["1 Quay Lane"], city: "Poole", postcode: person.postcode ?? "BH15 1AA" },
      ],
      ...(person.deceased ? { deceased: true } : {}),
    };
    const known = Object.fromEntries(
      Object.entries(values).map(([field, value]) => [field, { value, recordedAt, journalId: 1 }]),
    ) as KnownDemographics;
    const golden = {
      ...Object.fromEntries(Object.entries(values).map(([field, value]) => [field, { value, sourceRecordId }])),
      ...(person.nhsNumber
        ? { nhsNumber: { value: { value: person.nhsNumber, trust: "verified" }, sourceRecordId } }
        : {}),
    } as GoldenRecord;
    const identifiers = {
      value: [
        { authority: person.authority ?? "RDZ", value: localId, type: "MR" },
        ...(person.nhsNumber ? [{ authority: "NHS", value: person.nhsNumber, type: "NH", trust: "verified" }] : []),
      ],
      recordedAt,
      journalId: 1,
    };
    const { pool } = this.database;
    await pool.query(
      `insert into person (person_id, status, golden, nhs_number, family_name, given_name, birth_date, sex, postcode, created_by, updated_by)
       values ($1, 'active', $2, $3, $4, $5, $6, 'female', $7, 1, 1)`,
      [
        personId,
        golden,
        person.nhsNumber ?? null,
        person.family.toLowerCase(),
        person.given.toLowerCase(),
        values.birthDate,
        values.addresses[0]?.postcode,
      ],
    );
    await pool.query(
      `insert into source_record (source_record_id, authority, local_id, feed, status, person_id, identifiers, demographics, blocking_keys,
         created_by, updated_by) values ($1, $2, $3, 'poole-pas', 'active', $4, $5, $6, '{}', 1, 1)`,
      [sourceRecordId, person.authority ?? "RDZ", localId, personId, identifiers, known],
    );
    await pool.query(
      `insert into identity_event (event_id, journal_id, at, kind, source_record_id, person_id, decided_by)
       values ($1, 1, $2, 'created', $3, $4, 'new')`,
      [sourceRecordId + 1, this.now(), sourceRecordId, personId],
    );
    return { personId, sourceRecordId, localId };
  }

  async addTask(
    left: number,
    right: number,
    task: { kind?: ReviewTaskKind; weight?: number | null; evidence?: unknown; openedAt?: Date } = {},
  ): Promise<number> {
    const taskId = this.#nextId++ * 1000;
    await this.database.pool.query(
      `insert into review_task (task_id, kind, state, source_record_id, other_source_record_id, weight, why, evidence, opened_by, opened_at,
         asked_by)
       values ($1, $2, 'open', $3, $4, $5, 'Same name, other address.', $6, 1, $7, 1)`,
      [
        taskId,
        task.kind ?? "possible-match",
        left,
        right,
        task.weight === undefined ? 7.5 : task.weight,
        task.evidence ?? EVIDENCE,
        task.openedAt ?? this.now(),
      ],
    );
    return taskId;
  }

  /** The commands about identities in the journal, oldest first. */
  async commands(): Promise<(IdentityCommand & { readonly journalId: number })[]> {
    const { rows } = await this.database.pool.query<{ journal_id: number; text: string }>(
      "select journal_id, convert_from(raw, 'UTF8') as text from journal where kind = 'command' order by journal_id",
    );
    return rows.map((row) => ({ ...(JSON.parse(row.text) as IdentityCommand), journalId: row.journal_id }));
  }

  /** Writes what became of a journalled command, as resolve would. */
  async settle(
    commandId: string,
    state: Decision["state"],
    given: Partial<Pick<Decision, "detail" | "undoneBy" | "evidence">> = {},
  ): Promise<void> {
    const command = (await this.commands()).find(({ journalId }) => String(journalId) === commandId);
    if (!command) throw new Error("There is no such command.");
    const isVerdict = command.command === "decide";
    const moved = command.command === "move" ? command.sourceRecordIds : null;
    await this.database.transaction((transaction) =>
      writeDecisions(transaction, [
        {
          ...{ journalId: command.journalId, command: command.command, decidedBy: command.by, reason: command.reason },
          ...{ taskId: isVerdict ? command.taskId : null, verdict: isVerdict ? command.verdict : null },
          sourceRecordId: isVerdict ? command.one : (moved?.[0] ?? null),
          otherSourceRecordId: isVerdict ? command.other : command.command === "move" ? command.to : null,
          ...{ moved, decidedAt: this.now(), state, detail: null, evidence: null, undoneBy: null },
          ...given,
        },
      ]),
    );
  }

  /** Lays down a rule between two records. @returns its id. */
  async addRule(
    kind: LinkRule["kind"],
    one: number,
    other: number,
    rule: { decidedBy?: LinkRule["decidedBy"]; journalId?: number; liftedBy?: number } = {},
  ): Promise<number> {
    const ruleId = this.#nextId++ * 1000;
    await this.database.pool.query(
      `insert into link_rule (rule_id, kind, source_record_id, other_source_record_id, decided_by, journal_id, at, lifted_by)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [ruleId, kind, one, other, rule.decidedBy ?? "human", rule.journalId ?? 1, this.now(), rule.liftedBy ?? null],
    );
    return ruleId;
  }

  async optOut(personId: string): Promise<void> {
    await this.database.pool.query("insert into consent values ($1, true, 'test', $2)", [personId, this.now()]);
  }

  async merge(personId: string, survivorId: string): Promise<void> {
    const { pool } = this.database;
    await pool.query("update person set status = 'merged', replaced_by = $2, golden = '{}' where person_id = $1", [
      personId,
      survivorId,
    ]);
    await pool.query("update source_record set person_id = $2 where person_id = $1", [personId, survivorId]);
  }

  async audit(): Promise<
    { username: string; action: string; person_id: string | null; detail: Record<string, unknown> }[]
  > {
    const { rows } = await this.database.pool.query(
      "select username, action, person_id, detail from audit order by audit_id",
    );
    return rows;
  }
}

export const EVIDENCE = {
  kind: "review",
  modelVersion: "test-1",
  weight: 7.5,
  probability: 0.9,
  levels: [{ comparison: "family", level: "exact", weight: 6, left: "SMITH", right: "SMITH" }],
  veto: null,
  why: "close",
  runnerUp: null,
};

/** In a rig nothing was said since. */
async function asKnownNow(database: Database, sourceRecordIds: readonly number[]): Promise<KnownThen> {
  const records = await readRecordsById(database.pool, sourceRecordIds);
  const survivorship = DEFAULT_SURVIVORSHIP;
  return { golden: reconcile(records, survivorship), records, messages: 1, survivorship };
}

export async function openRig(
  changes: {
    config?: Partial<ApiConfig>;
    consoleDir?: string;
    readiness?: () => Readiness;
    models?: ModelDesk;
    knownAt?: Deps["knownAt"];
    loadUploaded?: Deps["loadUploaded"];
    answerItk?: Deps["answerItk"];
    /** One that is there already; whoever made it closes it. */
    database?: Rig["database"];
  } = {},
): Promise<Rig> {
  const database = changes.database ?? (await freshDatabase());
  const now = { ms: Date.parse("2026-03-14T10:00:00.000Z") };
  const clock = () => new Date(now.ms);
  const events: ApiEvent[] = [];
  const app = await buildApp({
    database,
    config: { ...CONFIG, ...changes.config },
    live: {
      snapshot: async () => snapshotAt(clock()),
      history: () => [{ at: clock().toISOString(), received: 1, applied: 1, ackP99Ms: 4, backlog: 0 }],
      matchMs: () => ({ p50: 1, p99: 4 }),
    },
    model: async () => defaultModel,
    knownAt: changes.knownAt ?? ((sourceRecordIds) => asKnownNow(database, sourceRecordIds)),
    models: changes.models ?? NO_MODELS,
    loadUploaded: changes.loadUploaded ?? (async () => ({ ok: false, kind: "no-feed" })),
    answerItk: changes.answerItk ?? (() => undefined),
    decider: "resolve",
    dialectOf: () => ({ defaultAuthority: "RDZ" }),
    readiness: changes.readiness ?? (() => ({ ready: true, waitingFor: [] })),
    metricsText: async () => "chesil_up 1\n",
    consoleDir: changes.consoleDir,
    telemetry: { log: (event) => events.push(event) },
    clock,
  });
  return new Rig({ app, database, events, now });
}
