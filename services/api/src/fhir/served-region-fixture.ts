import { openGate, ROLES, type Viewer } from "@chesil/access";
import { defaultModel } from "@chesil/matching";
// @boundaries-ignore tests of every package share one real database
import { freshDatabase } from "../../../../test/database.ts";
import { notSignedIn } from "../problem.ts";
import { CONTENTS, type FixtureFact, writeFixtureFacts } from "./record-fixture.ts";
import { type FixturePerson, personIdOf, writeRegion, writeVisits } from "./region-fixture.ts";
import { serveFhir } from "./served-fixture.ts";

/** FHIR served over a real database behind the real gate, with a few persons each of whom is a case. For tests. */

export const JANE = 1;
export const JOSE = 2;
/** Into Jane, the second by way of the first. */
export const MERGED = 3;
export const MERGED_TWICE = 4;
export const OPTED_OUT = 5;
export const MERGED_INTO_OPTED_OUT = 6;
/** Jane's double, but for the NHS number. Opted out. */
export const DOUBLE = 7;
export const UNKNOWN = 999;
/** Those of the PAGER family who did not opt out. */
export const PAGERS = [100, 101, 102, 104, 105, 106];
const PAGER_OPTED_OUT = 103;

export const NHS = "https://fhir.nhs.uk/Id/nhs-number";
const HOST = "chesil.example";
const NOW = new Date("2026-05-05T12:00:00Z");

const PERSONS: readonly FixturePerson[] = [
  {
    number: JANE,
    family: "SMITH",
    given: ["Jane", "Ann"],
    otherNames: [{ use: "maiden", family: "Jones", given: ["Jane"] }],
    birthDate: "1950-07-31",
    sex: "female",
    postcode: "BH15 1AA",
    city: "Poole",
    phone: "07700 900123",
    nhsNumber: "9990000018",
    ids: ["POOLE-PAS|P1", "-POOLE-PAS|P1OLD", "SIMULATOR MRN|77"],
  },
  {
    number: JOSE,
    family: "O'Neill",
    given: ["José"],
    birthDate: "1950-07",
    sex: "indeterminate",
    postcode: "BH1 1AB",
    ids: ["NHS|9990000026"],
  },
  { number: MERGED, replacedBy: JANE },
  { number: MERGED_TWICE, replacedBy: MERGED },
  {
    number: OPTED_OUT,
    family: "SMITHERS",
    given: ["Jane"],
    birthDate: "1950-07-30",
    sex: "female",
    postcode: "BH15 1AA",
    nhsNumber: "9990000034",
    ids: ["POOLE-PAS|P5"],
  },
  { number: MERGED_INTO_OPTED_OUT, replacedBy: OPTED_OUT },
  {
    number: DOUBLE,
    family: "SMITH",
    given: ["Jane", "Ann"],
    birthDate: "1950-07-31",
    sex: "female",
    postcode: "BH15 1AA",
    ids: ["POOLE-PAS|P7"],
  },
  ...Array.from({ length: 7 }, (_, index) => ({
    number: 100 + index,
    family: "PAGER",
    given: [`G${index}`],
    birthDate: `19${60 + index}`,
    ids: [`POOLE-PAS|PG${index}`],
  })),
];

/** Of the facts of Jane the one of a kind: `2000` is the first of `CONTENTS`. */
export const factIdOf = (kind: keyof typeof CONTENTS): string => String(2_000 + Object.keys(CONTENTS).indexOf(kind));
export const RETRACTED = 2_100;
/** For whom its author says, and of a specialty whose entries are confidential. */
export const CONFIDENTIAL = 2_101;
export const OF_SENSITIVE_SPECIALTY = 2_102;
export const OF_JOSE = 3_000;
export const OF_OPTED_OUT = 5_000;

const FACTS: readonly FixtureFact[] = [
  ...Object.values(CONTENTS).map((content, place) => ({ factId: 2_000 + place, sourceRecordId: JANE * 1000, content })),
  { factId: RETRACTED, sourceRecordId: JANE * 1000, content: CONTENTS.condition, state: "retracted" },
  { factId: CONFIDENTIAL, sourceRecordId: JANE * 1000, content: { ...CONTENTS.document, confidentiality: "V" } },
  {
    factId: OF_SENSITIVE_SPECIALTY,
    sourceRecordId: JANE * 1000,
    content: { ...CONTENTS.referral, specialty: "360" },
  },
  { factId: OF_JOSE, sourceRecordId: JOSE * 1000, content: CONTENTS.allergy },
  { factId: OF_OPTED_OUT, sourceRecordId: OPTED_OUT * 1000, content: CONTENTS.allergy },
];

type Issue = { readonly code: string; readonly diagnostics: string };
type Entry = {
  readonly fullUrl?: string;
  readonly resource: {
    readonly resourceType: string;
    readonly id?: string;
    readonly meta?: { readonly tag?: readonly { readonly code: string }[] };
    readonly subject?: { readonly reference?: string };
  };
  readonly search: {
    readonly mode: string;
    readonly score?: number;
    readonly extension?: readonly { readonly url: string; readonly valueCode?: string }[];
  };
};

/** What is looked at of any answer: all of it may be absent. */
export type Body = {
  readonly resourceType: string;
  readonly total?: number;
  readonly entry?: readonly Entry[];
  readonly link?: readonly {
    readonly relation?: string;
    readonly url?: string;
    readonly other?: { readonly reference?: string };
  }[];
  readonly identifier?: readonly { readonly system?: string; readonly value: string; readonly use?: string }[];
  readonly active?: boolean;
  readonly issue?: readonly Issue[];
  readonly parameter?: readonly {
    readonly name: string;
    readonly valueIdentifier?: { readonly system?: string; readonly value: string };
    readonly valueReference?: { readonly reference?: string };
  }[];
};
export type Reply = {
  readonly status: number;
  readonly body: Body;
  readonly text: string;
  readonly headers: Record<string, unknown>;
};
export type Asked = {
  /** Sent as a form, by POST. */
  readonly form?: string;
  /** Sent as JSON, by POST. */
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Who asks, a clinician where the name is of no role; `operations` may see no patients, null is nobody. */
  readonly viewer?: string | null;
};

export type ServedRegion = Awaited<ReturnType<typeof serveRegion>>;

/** What there is, in a database of its own. */
async function fillRegion() {
  const database = await freshDatabase();
  const journalId = await writeRegion(database, PERSONS);
  const admittedAt = "2026-04-01T09:00:00.000Z";
  await writeVisits(
    database,
    [
      { encounterId: 11, sourceRecordId: JANE * 1000, status: "finished", admittedAt },
      { encounterId: 12, sourceRecordId: JANE * 1000 + 2, status: "in-progress" },
      { encounterId: 13, sourceRecordId: JOSE * 1000, status: "planned" },
      { encounterId: 51, sourceRecordId: OPTED_OUT * 1000, status: "in-progress" },
    ],
    journalId,
  );
  await writeFixtureFacts(database, FACTS, journalId);
  await database.pool.query("insert into consent select unnest($1::uuid[]), true, 'test', now()", [
    [OPTED_OUT, DOUBLE, PAGER_OPTED_OUT].map(personIdOf),
  ]);
  return { database, journalId };
}

export async function serveRegion() {
  const { database, journalId } = await fillRegion();
  const gate = openGate({ database, clock: () => NOW });
  const audit = { fails: false };
  const optOut = { isLate: false };
  const app = await serveFhir({
    database,
    clock: () => NOW,
    model: async () => defaultModel,
    gate: {
      ...gate,
      findable: async (...asked) => (optOut.isLate ? new Set(asked[1]) : gate.findable(...asked)),
      persons: (...asked) => (audit.fails ? Promise.reject(new Error("no audit")) : gate.persons(...asked)),
    },
    viewerOf: (request): Viewer => {
      const username = request.headers["x-viewer"];
      if (typeof username !== "string") throw notSignedIn();
      const role = ROLES.find((each) => each === username) ?? "clinician";
      return { username, roles: [role] };
    },
  });

  async function ask(url: string, { form, json, headers, viewer = "jane" }: Asked = {}): Promise<Reply> {
    const response = await app.inject({
      url,
      method: form === undefined && json === undefined ? "GET" : "POST",
      headers: {
        host: HOST,
        ...(viewer === null ? {} : { "x-viewer": viewer }),
        ...(form === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" }),
        ...(json === undefined ? {} : { "content-type": "application/fhir+json" }),
        ...headers,
      },
      ...(form === undefined ? {} : { payload: form }),
      ...(json === undefined ? {} : { payload: typeof json === "string" ? json : JSON.stringify(json) }),
    });
    return {
      status: response.statusCode,
      body: response.payload === "" ? { resourceType: "" } : response.json<Body>(),
      text: response.payload,
      headers: response.headers,
    };
  }

  return {
    journalId,
    /** Set `fails` and no look can be put on record. */
    audit,
    /** Set `isLate` and those who opted out do so only after they were found, before the gate is asked. */
    optOut,
    ask,
    /** What was put on record since the last time this was asked. */
    async audited() {
      const { rows } = await database.pool.query<{
        username: string;
        action: string;
        person_id: string | null;
        detail: unknown;
      }>("delete from audit returning username, action, person_id, detail");
      return rows;
    },
    database,
    query: (sql: string, values: readonly unknown[]) => database.pool.query(sql, [...values]),
    counted: () => countedIn(database),
    async close() {
      await app.close();
      await database.close();
    },
  };
}

/** How many there are of what an answer could leave behind. */
async function countedIn({ pool }: Awaited<ReturnType<typeof freshDatabase>>) {
  const { rows } = await pool.query<{ persons: number; records: number; tasks: number; journal: number }>(
    `select (select count(*) from person) as persons, (select count(*) from source_record) as records,
       (select count(*) from review_task) as tasks, (select count(*) from journal) as journal`,
  );
  return rows[0];
}

/** The path that a link of an answer leads to; "" when there is no such link. */
export function linked({ body }: Reply, relation: "self" | "next"): string {
  return body.link?.find((link) => link.relation === relation)?.url?.replace(`http://${HOST}`, "") ?? "";
}

/** The ids of the matches, without what was ignored. */
export const idsOf = ({ body }: Reply): string[] =>
  (body.entry ?? []).flatMap(({ resource, search }) => (search.mode === "match" ? (resource.id ?? "") : []));
