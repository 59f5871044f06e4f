import {
  type AccessPolicy,
  type Gate,
  isEncounterPermitted,
  openGate,
  type PersonView,
  permittedEncounter,
  permittedRecord,
  permittedView,
  type Viewer,
} from "@chesil/access";
import {
  type AnsweredPatient,
  answerQuery,
  type DemographicsQuery,
  type FeedDialect,
  type IdentifierQuery,
  type PersonQuery,
  personIdentifiers,
  type QueriedDomain,
  type QueryAnswer,
  type QueryCriteria,
  type QueryFault,
  readQuery,
} from "@chesil/hl7";
import { type GoldenRecord, NHS_AUTHORITY } from "@chesil/model";
import {
  type Database,
  type FoundVisit,
  findPatients,
  readKnownAuthorities,
  readNewestVisits,
  readPersons,
  readRecordsOfPersons,
  type StoredPerson,
  type StoredRecord,
  type VisitCondition,
} from "@chesil/store";
import PQueue from "p-queue";
import { readAtOnce } from "../bounded-read.ts";
import { type Page, visiblePage } from "../fhir/page.ts";
import { Continuations, type Place } from "./continuations.ts";
import { conditionsOf, identifierCondition, searchOf, visitCondition } from "./criteria-conditions.ts";
import { personOfIdentifier } from "./person-of-identifier.ts";

/** A query in HL7 v2 as it came on a feed. */
export type FeedQuery = {
  readonly message: Uint8Array;
  readonly feed: string;
  readonly dialect: FeedDialect;
  /** For the answer's MSH-10. */
  readonly controlId: string;
  readonly receivedAt: Date;
};

/** Queries answered at once: those who send messages need the database too. More wait their turn, up to a limit. */
export const QUERIES_AT_ONCE = 4;
export const QUERIES_WAITING_MAX = 1_000;

/** Patients in one answer; the rest by continuation. */
export const ANSWERED_PATIENTS_MAX = 100;

/** SQLSTATE query_canceled: the statement came to its timeout. */
const QUERY_CANCELED = "57014";

/**
 * Answers PIX and PDQ queries (Q21, Q22, Q23, ZV1, and QCN^J01), each afresh, through the read gate and on record before it
 * is told. The feed is who asks. Rejects where the store is down or the look can not be put on record.
 */
export function openIdentityQueries(options: {
  readonly database: Database;
  readonly clock: () => Date;
  readonly policy?: Partial<AccessPolicy> | undefined;
}): (query: FeedQuery) => Promise<Uint8Array> {
  const { database, clock } = options;
  const queries = new IdentityQueries(database, openGate(options), new Continuations(clock));
  const queue = new PQueue({ concurrency: QUERIES_AT_ONCE });
  return async (asked) => {
    const { sent, ...reading } = readQuery(asked.message, asked.dialect);
    if (sent === undefined) throw new Error("What is no message at all was asked as a query.");
    const answer = reading.ok
      ? queue.size >= QUERIES_WAITING_MAX
        ? faultOf(TOO_MANY)
        : await queue.add(() => queries.answer(reading.value, asked.feed))
      : faultOf(reading.fault);
    return answerQuery({ sent, feed: asked.dialect, answer, controlId: asked.controlId, at: asked.receivedAt });
  };
}

class IdentityQueries {
  readonly #database: Database;
  readonly #gate: Gate;
  readonly #continuations: Continuations;

  constructor(database: Database, gate: Gate, continuations: Continuations) {
    this.#database = database;
    this.#gate = gate;
    this.#continuations = continuations;
  }

  async answer(
    query: Extract<ReturnType<typeof readQuery>, { ok: true }>["value"],
    feed: string,
  ): Promise<QueryAnswer> {
    try {
      switch (query.kind) {
        case "person":
          return await this.#person(query, feed);
        case "identifiers":
          return await this.#identifiers(query, feed);
        case "demographics":
          return await this.#patients(query, feed);
        case "cancellation":
          this.#continuations.cancel(feed, query.tag);
          return { kind: "cancelled" };
      }
    } catch (error) {
      if ((error as { code?: unknown }).code === QUERY_CANCELED) return faultOf(TOO_SLOW);
      throw error;
    }
  }

  /** Q23, by the cases of IHE ITI-9. */
  async #identifiers({ identifier, domains }: IdentifierQuery, feed: string): Promise<QueryAnswer> {
    const { authority, value } = identifier;
    const unknown = await this.#unknownDomains([{ authority, repetition: 1 }, ...domains]);
    if (unknown.has(authority)) return faultOf(unknownKey("QPD^1^3^1^4", "The authority of QPD-3 is not known."));
    const faults = domainFaults(domains, unknown, 4);
    if (faults) return faults;
    const named = await personOfIdentifier(
      { database: this.#database, gate: this.#gate },
      identifierCondition(value, authority),
      { viewer: viewerOf(feed), action: "query.identifiers", detail: { event: "Q23", domains: domains.length } },
    );
    if (named === undefined || named === "role") {
      return faultOf(unknownKey("QPD^1^3^1^1", "No one patient is known by the identifier of QPD-3."));
    }
    const { persons, records } = await this.#read([named.personId]);
    const [person] = persons;
    const theirs = records.map((record) => permittedRecord(named.view, record));
    const asked = new Set(domains.map((domain) => domain.authority));
    const identifiers = personIdentifiers(person?.golden ?? {}, theirs).filter(
      (each) =>
        (asked.size === 0 || asked.has(each.authority)) && !(each.authority === authority && each.value === value),
    );
    return { kind: "identifiers", identifiers };
  }

  /** Q21: the patient who is the only one like this, as Q22 tells of them. Of two nobody is told, nor that they are there. */
  async #person({ criteria, domains }: PersonQuery, feed: string): Promise<QueryAnswer> {
    const faults = domainFaults(domains, await this.#unknownDomains(domains), 4);
    if (faults) return faults;
    const named = await this.#onlyOne(criteria, feed);
    const told = named ? await this.#patientsOf({ shown: [named.personId], viewOf: () => named.view }, domains) : [];
    const patients = told.filter(({ identifiers }) => domains.length === 0 || identifiers.length > 0);
    return { kind: "patients", patients, hits: { total: patients.length, remaining: 0 } };
  }

  async #onlyOne(
    criteria: QueryCriteria,
    feed: string,
  ): Promise<{ readonly personId: string; readonly view: PersonView } | undefined> {
    const viewer = viewerOf(feed);
    const detail = { event: "Q21", criteria: Object.keys(criteria) };
    const { identifier, ...others } = criteria;
    if (identifier && Object.keys(others).length === 0) {
      const condition = identifierCondition(identifier.value, identifier.authority);
      const look = { viewer, action: "query.patients", detail };
      const named = await personOfIdentifier({ database: this.#database, gate: this.#gate }, condition, look);
      return named === "role" ? undefined : named;
    }
    const found = await this.#found({ criteria, domains: [] }, feed, { after: null, count: 1 });
    const asked = found.hasMore ? [] : found.ids;
    const permitted = await this.#gate.persons(viewer, asked, "query.patients", { ...detail, found: asked.length });
    const [personId] = permitted.allowed ? permitted.personIds : [];
    return permitted.allowed && personId !== undefined ? { personId, view: permitted.viewOf(personId) } : undefined;
  }

  /** Q22 and ZV1, by the cases of IHE ITI-21 and ITI-22. */
  async #patients(query: DemographicsQuery, feed: string): Promise<QueryAnswer> {
    const { criteria, domains, continuation, withVisits } = query;
    const start = continuation === undefined ? undefined : this.#continuations.find(feed, continuation, query);
    if (continuation !== undefined && start === undefined) {
      return faultOf(
        unknownKey("DSC^1^1", "The continuation pointer is not known or has ended. Ask again without it."),
      );
    }
    const faults = domainFaults(domains, await this.#unknownDomains(domains), 8);
    if (faults) return faults;
    const page = await this.#found(query, feed, {
      after: start?.after ?? null,
      count: Math.min(query.quantity ?? ANSWERED_PATIENTS_MAX, ANSWERED_PATIENTS_MAX),
    });
    const permitted = await this.#gate.persons(viewerOf(feed), page.ids, "query.patients", {
      event: withVisits ? "ZV1" : "Q22",
      criteria: Object.keys(criteria),
      found: page.ids.length,
    });
    const shown = permitted.allowed ? page.ids.filter((id) => permitted.personIds.has(id)) : [];
    const viewOf = permitted.allowed ? permitted.viewOf : undefined;
    const visit = withVisits ? this.#visitCondition(criteria) : undefined;
    const patients = viewOf ? await this.#patientsOf({ shown, viewOf }, domains, visit) : [];
    // Whoever opted out since they were found is not counted either.
    const counted = start ? start.total : page.total;
    const total = counted === null ? null : counted - (page.ids.length - shown.length);
    const told = (start?.told ?? 0) + patients.length;
    return {
      kind: "patients",
      patients,
      ...(total === null ? {} : { hits: { total, remaining: page.hasMore ? Math.max(total - told, 0) : 0 } }),
      ...this.#goingOn(feed, query, page, { total, told }),
    };
  }

  /** One page of those who match and may be found. */
  #found(
    { criteria, domains, withVisits }: Pick<DemographicsQuery, "criteria" | "domains"> & { withVisits?: boolean },
    feed: string,
    { after, count }: { readonly after: string | null; readonly count: number },
  ): Promise<Page<string>> {
    const conditions = conditionsOf(
      criteria,
      domains.map(({ authority }) => authority),
      withVisits || criteria.visit ? this.#visitCondition(criteria) : undefined,
    );
    return visiblePage<string>({
      find: async (after, limit) => {
        const ids = await readAtOnce(this.#database, (client) => findPatients(client, conditions, { after, limit }));
        return ids.map((id) => ({ id, personId: id }));
      },
      withoutOptedOut: (ids) => this.#gate.findable(viewerOf(feed), ids, searchOf(criteria, this.#isOfGp(domains))),
      after,
      count,
    });
  }

  #visitCondition(criteria: QueryCriteria): VisitCondition {
    return visitCondition(criteria.visit ?? {}, this.#gate.policy.sensitiveSpecialties);
  }

  #goingOn(
    feed: string,
    query: DemographicsQuery,
    page: Page<string>,
    counts: Pick<Place, "total" | "told">,
  ): { continuation?: string } {
    const after = page.ids.at(-1);
    if (!page.hasMore || after === undefined) return {};
    return { continuation: this.#continuations.keep(feed, query, { after, ...counts }) };
  }

  async #patientsOf(
    { shown: personIds, viewOf }: { shown: readonly string[]; viewOf: (personId: string) => PersonView },
    domains: readonly QueriedDomain[],
    visit?: VisitCondition,
  ): Promise<AnsweredPatient[]> {
    const { persons, records } = await this.#read(personIds);
    const visits = visit
      ? await readAtOnce(this.#database, (client) => readNewestVisits(client, personIds, visit))
      : null;
    const byId = new Map(persons.map((person) => [person.personId, person]));
    const ofPerson = Map.groupBy(records, ({ personId }) => personId);
    const asked = new Set(domains.map(({ authority }) => authority));
    return personIds.flatMap((personId) => {
      const person = byId.get(personId);
      if (person?.status !== "active") return [];
      const view = viewOf(personId);
      const parts = { golden: person.golden, records: ofPerson.get(personId) ?? [], encounters: [], facts: [] };
      const { golden, records: theirs } = permittedView(view, parts);
      const identifiers = personIdentifiers(golden, theirs);
      const wanted = identifiers.filter(({ authority }) => asked.size === 0 || asked.has(authority));
      const found = visits?.get(personId);
      const isShown = found !== undefined && isEncounterPermitted(view, found);
      return [patientOf(golden, wanted, isShown ? permittedEncounter(view, found) : undefined)];
    });
  }

  /** Whether ids of a GP practice are asked for: whoever has one is registered there. */
  #isOfGp(domains: readonly QueriedDomain[]): boolean {
    return domains.some(({ authority }) => this.#gate.policy.gpAuthorities.includes(authority));
  }

  #read(personIds: readonly string[]): Promise<{ persons: StoredPerson[]; records: StoredRecord[] }> {
    return readAtOnce(this.#database, async (client) => ({
      persons: await readPersons(client, personIds),
      records: await readRecordsOfPersons(client, personIds),
    }));
  }

  /** Of the authorities those that nobody here has an id of. */
  async #unknownDomains(domains: readonly QueriedDomain[]): Promise<Set<string>> {
    const authorities = [...new Set(domains.map(({ authority }) => authority))].filter(
      (each) => each !== NHS_AUTHORITY,
    );
    const known = await readKnownAuthorities(this.#database.pool, authorities);
    return new Set(authorities.filter((authority) => !known.has(authority)));
  }
}

function patientOf(
  golden: GoldenRecord,
  identifiers: AnsweredPatient["identifiers"],
  visit: FoundVisit | undefined,
): AnsweredPatient {
  return {
    identifiers,
    nhsNumberTrust: golden.nhsNumber?.value.trust,
    names: [...(golden.names?.value ?? [])].sort((a, b) => Number(b.use === "usual") - Number(a.use === "usual")),
    birthDate: golden.birthDate?.value,
    sex: golden.sex?.value,
    addresses: golden.addresses?.value ?? [],
    telecoms: golden.telecoms?.value ?? [],
    deathDate: golden.deathDate?.value,
    deceased: golden.deceased?.value,
    generalPractice: golden.generalPractice?.value,
    generalPractitioner: golden.generalPractitioner?.value,
    ...(visit ? { visit: visitOf(visit) } : {}),
  };
}

const visitOf = (visit: FoundVisit): NonNullable<AnsweredPatient["visit"]> => ({
  authority: visit.authority,
  visitNumber: visit.visitNumber,
  account: visit.account ?? undefined,
  class: (visit.class ?? undefined) as NonNullable<AnsweredPatient["visit"]>["class"],
  location: visit.location ?? undefined,
  consultant: visit.consultant ?? undefined,
  specialty: visit.specialty ?? undefined,
  admissionMethod: visit.admissionMethod ?? undefined,
  admittedAt: visit.admittedAt ?? undefined,
  dischargedAt: visit.dischargedAt ?? undefined,
});

/** Who asks is the feed. It may see patients as a clinician does, because its configuration says that it may ask. */
const viewerOf = (feed: string): Viewer => ({ username: `feed:${feed}`, roles: ["clinician"], system: true });

const faultOf = (...faults: [QueryFault, ...QueryFault[]]): QueryAnswer => ({ kind: "fault", faults });

const unknownKey = (location: string, text: string): QueryFault => ({ severity: "error", code: "204", location, text });

/** One ERR for each domain that is not known. */
function domainFaults(domains: readonly QueriedDomain[], unknown: ReadonlySet<string>, field: number) {
  const [first, ...others] = domains
    .filter(({ authority }) => unknown.has(authority))
    .map(({ repetition }) => unknownKey(`QPD^1^${field}^${repetition}`, `A domain of QPD-${field} is not known.`));
  return first && faultOf(first, ...others);
}

const TOO_MANY: QueryFault = {
  severity: "reject",
  code: "206",
  location: "MSH^1^9",
  text: "Too many queries wait to be answered. Ask again.",
};

const TOO_SLOW: QueryFault = {
  severity: "reject",
  code: "207",
  location: "QPD^1^3",
  text: "This search took too long. Give it more to go by.",
};
