import { RECORD_TYPES, type RecordType } from "../services/api/src/fhir/record-source.ts";
import { filledFacts } from "./filled-fact.ts";
import { NHS_NUMBER, OTHER_FACTS, PLACES, TELLING_FACT_ID, type World } from "./opt-out-world.ts";

/** A question to the API. */
export type Ask = { readonly method: string; readonly url: string; readonly body?: object | string };

/** What a route is to privacy, and how it is asked about the subject. */
export type Classified = {
  readonly asks: (world: World) => readonly Ask[];
  /**
   * `person`: it tells of people, and of who is hidden exactly what it tells of who never was. `officer`: the same, but that a
   * privacy officer settles what concerns the hidden. `message`: that there are messages is no secret, what they say is.
   * `nobody`: it tells of no patient.
   */
  readonly kind: "person" | "officer" | "message" | "nobody";
  /** It searches for people, and finds none who have died unless it is told to. */
  readonly isSearch?: boolean;
  /** It cross-references ids, which is no care: those of a GP practice are told of the dead too. */
  readonly isOfIds?: boolean;
  /** It changes something: asked only where it has nobody to change. */
  readonly isAct?: boolean;
};

const reason = "Seen on the ward";
const get = (url: string): Ask => ({ method: "GET", url });
const post = (url: string, body: object | string = {}): Ask => ({ method: "POST", url, body });

const SEARCHES = [
  { text: "zyxname zyxname" },
  { family: "Zyxname" },
  { given: "Zyxname", birthDate: "1950-07-31" },
  { birthDate: "1950-07-31", limit: 1 },
  { text: NHS_NUMBER },
  { localId: "RDZ|ZYXLOCAL77" },
  { postcode: "ZY1 9ZZ" },
];
const FHIR_PATIENT_SEARCHES = [
  "family=Zyxname",
  "birthdate=1950-07-31&_count=1",
  `identifier=${NHS_NUMBER}`,
  "address-postcode=ZY1",
  "address=Zyxplace",
  "_summary=count&gender=female",
];
const MATCHED = {
  resourceType: "Patient",
  identifier: [{ system: "https://fhir.nhs.uk/Id/nhs-number", value: NHS_NUMBER }],
  name: [{ family: "Zyxname", given: ["Zyxname"] }],
  birthDate: "1950-07-31",
};

/** Every route outside FHIR, by method and address. */
const ROUTES: Readonly<Record<string, Classified>> = {
  "POST /api/v1/persons/search": {
    kind: "person",
    isSearch: true,
    asks: () => SEARCHES.map((body) => post("/api/v1/persons/search", body)),
  },
  "GET /api/v1/persons/:id": person((id) => [get(id), get(`${id}?asOf=2026-03-14T10:00:00Z`)], { withOther: true }),
  "GET /api/v1/persons/:id/history": person((id) => [get(`${id}/history`)], { withOther: true }),
  "GET /api/v1/persons/:id/known-at": person((id) => [get(`${id}/known-at?at=2026-03-14T10:00:00Z`)]),
  "GET /api/v1/persons/:id/facts": {
    kind: "person",
    asks: ({ subject, factIds }) =>
      Object.keys(factIds).map((kind) => get(`/api/v1/persons/${subject.personId}/facts?kind=${kind}`)),
  },
  // Their own record, for themselves; not of who opted out (`toldTo`).
  "GET /api/v1/persons/:id/export": officer(({ subject }) =>
    ["html", "fhir"].map((format) => get(`/api/v1/persons/${subject.personId}/export?format=${format}`)),
  ),
  "GET /api/v1/facts/:factId/documents/:n": document(""),
  "GET /api/v1/facts/:factId/documents/:n/content": document("/content"),
  "GET /api/v1/identity-events": { kind: "person", asks: () => [get("/api/v1/identity-events")] },
  "POST /api/v1/persons/:id/merge": act(({ subject, other }) => [
    post(`/api/v1/persons/${subject.personId}/merge`, { with: other.personId, reason }),
    post(`/api/v1/persons/${other.personId}/merge`, { with: subject.personId, reason }),
  ]),
  "POST /api/v1/persons/:id/unmerge": moved("unmerge", (sourceRecordId) => ({ sourceRecordId })),
  "POST /api/v1/persons/:id/split": moved("split", (sourceRecordId) => ({ sourceRecordIds: [sourceRecordId] })),
  "POST /api/v1/persons/:id/move": act(({ subject, other }) => [
    post(`/api/v1/persons/${subject.personId}/move`, {
      ...{ sourceRecordIds: [String(subject.sourceRecordId)], to: other.personId, reason },
    }),
  ]),
  "GET /api/v1/persons/:id/consent": officer(({ subject }) => [get(`/api/v1/persons/${subject.personId}/consent`)]),
  "POST /api/v1/persons/:id/consent": officerAct(({ subject }) => [
    post(`/api/v1/persons/${subject.personId}/consent`, {
      ...{ decision: "opt-out", askedBy: "person", evidence: "form 12", askedOn: "2026-03-01", reason },
    }),
  ]),
  "POST /api/v1/persons/:id/sensitivity": officerAct(({ subject }) => [
    post(`/api/v1/persons/${subject.personId}/sensitivity`, { level: "restricted", reason }),
  ]),
  "POST /api/v1/consents/search": officer(() => [post("/api/v1/consents/search", { nhsNumber: NHS_NUMBER })]),
  "GET /api/v1/consents/questions": officer(() => [get("/api/v1/consents/questions")]),
  "GET /api/v1/review-tasks": officer(() => [get("/api/v1/review-tasks"), get("/api/v1/review-tasks?state=closed")]),
  "GET /api/v1/review-tasks/:id": officer(({ taskId }) => [get(`/api/v1/review-tasks/${taskId}`)]),
  "GET /api/v1/review-tasks/statistics": officer(() => [get("/api/v1/review-tasks/statistics")]),
  "POST /api/v1/review-tasks/assign": officerAct(({ taskId }) => [
    post("/api/v1/review-tasks/assign", { taskIds: [String(taskId)], to: null }),
  ]),
  "POST /api/v1/review-tasks/:id/decision": officerAct(({ taskId }) => [
    post(`/api/v1/review-tasks/${taskId}/decision`, { verdict: "same", reason, seen: `1${".AAAAAAAAAAA".repeat(5)}` }),
  ]),
  "GET /api/v1/decisions": officer(() => [get("/api/v1/decisions")]),
  "GET /api/v1/decisions/:id": officer(({ decisionId }) => [get(`/api/v1/decisions/${decisionId}`)]),
  "POST /api/v1/decisions/:id/undo": officerAct(({ decisionId }) => [
    post(`/api/v1/decisions/${decisionId}/undo`, { reason }),
  ]),
  "GET /api/v1/link-rules": {
    kind: "person",
    asks: ({ subject, other }) =>
      [subject, other].map((each) => get(`/api/v1/link-rules?sourceRecordId=${each.sourceRecordId}`)),
  },
  "POST /api/v1/link-rules/:id/lift": act(({ ruleId }) => [post(`/api/v1/link-rules/${ruleId}/lift`, { reason })]),
  "GET /api/v1/models/:version/shadow/changes": {
    kind: "person",
    asks: () => [get("/api/v1/models/candidate/shadow/changes")],
  },
  "POST /api/v1/messages/search": {
    kind: "message",
    asks: () => [{}, { text: NHS_NUMBER }, { text: "ZYXLOCAL77" }].map((body) => post("/api/v1/messages/search", body)),
  },
  "GET /api/v1/messages/:id": {
    kind: "message",
    asks: ({ messageId, quarantinedId }) => [
      get(`/api/v1/messages/${messageId}`),
      get(`/api/v1/messages/${quarantinedId}`),
    ],
  },
  "POST /api/v1/messages/:id/repair": {
    kind: "message",
    isAct: true,
    asks: ({ quarantinedId }) => [post(`/api/v1/messages/${quarantinedId}/repair`, { message: "MSH|^~\\&|", reason })],
  },
  "POST /api/v1/messages/:id/replay": settled("replay"),
  "POST /api/v1/messages/:id/skip": settled("skip"),
  "POST /api/v1/messages/replay": {
    kind: "message",
    isAct: true,
    asks: () => [post("/api/v1/messages/replay", { outcome: "quarantined", reason })],
  },
  "GET /api/v1/audit": { kind: "message", asks: () => [get("/api/v1/audit")] },
  ...nobody("GET", ["/api/v1/quarantine/summary", "/api/v1/parked", "/api/v1/feeds", "/api/v1/live/history"]),
  ...nobody("GET", ["/api/v1/metrics/summary", "/api/v1/models", "/api/v1/users", "/api/v1/session", "/api/v1/loads"]),
  ...nobody("GET", [
    "/docs",
    "/docs/json",
    "/livez",
    "/readyz",
    "/metrics",
    "/",
    "/fhir/metadata",
    "/api/v1/models/drift",
  ]),
  // A stream that does not end: its content is the metrics summary's.
  "GET /api/v1/live": { kind: "nobody", asks: () => [] },
  "GET /api/v1/models/:version/shadow": { kind: "nobody", asks: () => [get("/api/v1/models/candidate/shadow")] },
  "GET /api/v1/models/:version/thresholds": {
    kind: "nobody",
    asks: () => [get("/api/v1/models/candidate/thresholds")],
  },
  "POST /api/v1/models/:version/shadow": { kind: "nobody", asks: () => [] },
  "POST /api/v1/models/:version/activate": { kind: "nobody", asks: () => [] },
  // A file is taken in and told of by what it held, which is what its sender knows.
  "POST /api/v1/loads": { kind: "nobody", asks: () => [] },
  "GET /itk": { kind: "nobody", asks: () => [] },
  "POST /itk": { kind: "nobody", asks: () => [] },
  "POST /api/v1/session/setup": { kind: "nobody", asks: () => [] },
  "POST /api/v1/session": { kind: "nobody", asks: () => [] },
  "DELETE /api/v1/session": { kind: "nobody", asks: () => [] },
  "POST /api/v1/users": { kind: "nobody", asks: () => [] },
  "PATCH /api/v1/users/:username": { kind: "nobody", asks: () => [] },
};

/** What a route is; undefined: nobody has said. */
export function classified(method: string, url: string): Classified | undefined {
  return (
    ROUTES[`${method} ${url}`] ?? (url.startsWith("/fhir/") ? fhir(method, url.slice("/fhir/".length)) : undefined)
  );
}

/** The routes that are classified by name. */
export const NAMED_ROUTES = Object.keys(ROUTES);

/** FHIR has the same few routes for every type. */
function fhir(method: string, path: string): Classified | undefined {
  const [type = "", rest] = path.split("/");
  if (path === "AuditEvent" || path.startsWith("AuditEvent/")) return auditEvents(method, path);
  if (path === "Patient/$match")
    return { kind: "person", isSearch: true, asks: () => [post("/fhir/Patient/$match", MATCHED)] };
  if (path === "Patient/$ihe-pix")
    return {
      kind: "person",
      isOfIds: true,
      asks: () => [get(`/fhir/${path}?sourceIdentifier=urn:chesil:authority:RDZ|ZYXLOCAL77`)],
    };
  if (path === "Patient/:id/$everything")
    return {
      kind: "person",
      asks: ({ subject }) =>
        ["", "?_type=Provenance"].map((query) => ({
          method,
          url: `/fhir/Patient/${subject.personId}/$everything${query}`,
        })),
    };
  if (!/^[A-Z]\w+(\/:id|\/_search)?$/.test(path)) return undefined;
  if (rest === ":id")
    return { kind: "person", asks: (world) => idsOf(type, world).map((id) => get(`/fhir/${type}/${id}`)) };
  // The other ways to ask the same question are asked one.
  const asked = (queries: readonly string[]) => (rest === "_search" ? queries.slice(0, 1) : queries);
  const searches = (world: World) => asked(type === "Patient" ? FHIR_PATIENT_SEARCHES : searchesOf(type, world));
  const asks = (world: World) =>
    searches(world).map((query) => (method === "POST" ? post(`/fhir/${path}`, query) : get(`/fhir/${path}?${query}`)));
  return { kind: "person", asks, ...(type === "Patient" ? { isSearch: true } : {}) };
}

const auditEvents = (method: string, path: string): Classified => ({
  kind: "message",
  asks: ({ subject }) => [
    path.endsWith(":id")
      ? get("/fhir/AuditEvent/1")
      : {
          method,
          url: `/fhir/${path}${method === "GET" ? `?patient=${subject.personId}` : ""}`,
          ...(method === "POST" ? { body: `patient=${subject.personId}` } : {}),
        },
  ],
});

/** Ids under which something of the subject may stand. */
function idsOf(type: string, { subject, factIds, encounterId }: World): string[] {
  if (type === "Patient") return [subject.personId];
  const visits = [0, 1, 2].map((nth) => String(encounterId + nth));
  if (type === "Encounter") return visits;
  const facts = [...Object.entries(factIds), ...OTHER_FACTS].map(([kind, id]) => ({ kind, id: String(id) }));
  if (type === "Provenance")
    return [
      `Patient-${subject.personId}`,
      ...visits.map((id) => `Encounter-${id}`),
      `AllergyIntolerance-${OTHER_FACTS[3][1]}`,
      ...OTHER_FACTS.slice(5).map(([, id]) => `MedicationStatement-${id}`),
    ];
  if (type === "Binary") return [...withDocuments(), factIds.document].map((id) => `${id}-1`);
  const kinds = RECORD_TYPES[type as RecordType] as readonly string[] | undefined;
  if (kinds === undefined) return ["ZYXPLACE-P", "ZYXPLACE-G"];
  const ids = [...facts, ...TELLING].filter(({ kind }) => kinds.includes(kind)).map(({ id }) => id);
  return [...ids, ...(kinds.includes("result") ? ids.flatMap((id) => [`${id}-1`, `${id}-d`]) : [])];
}

/** The facts that say where the subject is to be found, one of each kind. */
const TELLING = filledFacts(PLACES).map(({ kind }, index) => ({
  kind,
  id: String(TELLING_FACT_ID + index),
}));
const withDocuments = () => TELLING.filter(({ kind }) => kind === "document" || kind === "result").map(({ id }) => id);

function searchesOf(type: string, { subject, encounterId }: World): string[] {
  if (type === "Provenance") return [`target=Patient/${subject.personId}`, `target=Encounter/${encounterId}`];
  if (["Organization", "Practitioner", "Location"].includes(type))
    return ["identifier=ZYXPLACE-P", "identifier=ZYXPLACE-G", "name=zyx"];
  return [`patient=${subject.personId}`, `patient=Patient/${subject.personId}&_summary=count`];
}

function person(asksOf: (url: string) => Ask[], { withOther = false } = {}): Classified {
  const urlOf = ({ personId }: { personId: string }) => `/api/v1/persons/${personId}`;
  return {
    kind: "person",
    asks: ({ subject, other }) => [subject, ...(withOther ? [other] : [])].map(urlOf).flatMap(asksOf),
  };
}

function document(more: string): Classified {
  const asks = ({ factIds }: World) =>
    [factIds.document, 300_000, ...withDocuments()].map((id) => get(`/api/v1/facts/${id}/documents/1${more}`));
  return { kind: "person", asks };
}

function act(asks: Classified["asks"]): Classified {
  return { kind: "person", isAct: true, asks };
}

function officer(asks: Classified["asks"]): Classified {
  return { kind: "officer", asks };
}

function officerAct(asks: Classified["asks"]): Classified {
  return { kind: "officer", isAct: true, asks };
}

function moved(verb: string, bodyOf: (sourceRecordId: string) => object): Classified {
  return act(({ subject }) => [
    post(`/api/v1/persons/${subject.personId}/${verb}`, { ...bodyOf(String(subject.sourceRecordId)), reason }),
  ]);
}

function settled(verb: string): Classified {
  return {
    kind: "message",
    isAct: true,
    asks: ({ quarantinedId }) => [post(`/api/v1/messages/${quarantinedId}/${verb}`, { reason })],
  };
}

function nobody(method: string, urls: readonly string[]): Record<string, Classified> {
  return Object.fromEntries(urls.map((url) => [`${method} ${url}`, { kind: "nobody", asks: () => [{ method, url }] }]));
}
