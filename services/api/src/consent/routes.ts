import { forReview, type Viewer } from "@chesil/access";
import { nhsNumberDigits } from "@chesil/model";
import {
  journalPrivacy,
  type PrivacyCommand,
  readConsentStatements,
  readOptOutsBehind,
  readPartedAfterOptOut,
  readPersons,
  readRecordsOfPersons,
  readSensitivity,
  readSurvivors,
  searchPersons,
} from "@chesil/store";
import { z } from "zod";
import { viewerOf } from "../admission.ts";
import { readAtOnce } from "../bounded-read.ts";
import type { App, Deps } from "../deps.ts";
import { personIdOf } from "../persons/person-id.ts";
import { badRequest, notAllowed, notFound, unprocessable } from "../problem.ts";
import {
  type ConsentBody,
  consentAnswer,
  consentBody,
  findBody,
  foundAnswer,
  questionsAnswer,
  recordedAnswer,
  sensitivityBody,
} from "./words.ts";

const params = z.object({ id: z.string() });
const FOUND_MAX = 20;
const QUESTIONS_MAX = 200;
const TAGS = ["consent"];

/**
 * The privacy officer's desk: who does not want their record shared, and what is kept more closely. What is recorded is
 * journalled, and in force when the answer leaves.
 */
export function consentRoutes(app: App, deps: Deps): void {
  const read = { action: "consent.read" } as const;
  const record = { action: "consent.record" } as const;
  const tags = TAGS;
  listRoutes(app, deps);

  app.get(
    "/api/v1/persons/:id/consent",
    {
      config: read,
      schema: {
        tags,
        summary: "Whether a person opted out, what was ever said of that, and how closely each record is kept",
        params,
        response: { 200: consentAnswer },
      },
    },
    (request) => viewConsent(deps, viewerOf(request), personIdOf(request.params.id)),
  );

  app.post(
    "/api/v1/persons/:id/consent",
    {
      config: record,
      schema: {
        tags,
        summary: "Record that a person opts out of sharing, or in again; in force at once",
        params,
        body: consentBody,
        response: { 201: recordedAnswer },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await recordConsent(deps, viewerOf(request), personIdOf(request.params.id), request.body)),
  );

  app.post(
    "/api/v1/persons/:id/sensitivity",
    {
      config: record,
      schema: {
        tags,
        summary: "Say how closely all of a person's present records are kept, whatever their senders say",
        params,
        body: sensitivityBody,
        response: { 201: recordedAnswer },
      },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      const personId = await permittedSurvivor(deps, viewer, personIdOf(request.params.id), "sensitivity.record");
      const records = await readRecordsOfPersons(deps.database.pool, [personId]);
      const sourceRecordIds = records.map((each) => each.sourceRecordId);
      const said = { ...request.body, by: viewer.username };
      const ids = await journalPrivacy(
        deps.database,
        [{ command: "sensitivity", sourceRecordIds, ...said }],
        deps.clock(),
      );
      return reply.code(201).send({ statementIds: ids.map(String) });
    },
  );
}

/** To find whom the desk is about: who opted out, no search finds; who was parted from one who did, nobody knows of. */
function listRoutes(app: App, deps: Deps): void {
  const config = { action: "consent.read" } as const;

  app.post(
    "/api/v1/consents/search",
    {
      config,
      schema: {
        tags: TAGS,
        summary: "The persons who have exactly this NHS number, opted out or not: to opt somebody in again",
        body: findBody,
        response: { 200: foundAnswer },
      },
    },
    async (request) => {
      const nhsNumber = nhsNumberDigits(request.body.nhsNumber);
      if (nhsNumber === undefined) throw badRequest("An NHS number has ten digits");
      const found = await readAtOnce(deps.database, (client) =>
        searchPersons(client, { nhsNumber }, { after: null, limit: FOUND_MAX }),
      );
      const ids = found.map(({ personId }) => personId);
      const permitted = await deps.gate.persons(forReview(viewerOf(request)), ids, "consent.search");
      if (!permitted.allowed) throw notAllowed();
      const visible = await deps.gate.withoutOptedOut(ids);
      return {
        persons: ids
          .filter((personId) => permitted.personIds.has(personId))
          .map((personId) => ({ personId, optedOut: !visible.has(personId) })),
      };
    },
  );

  app.get(
    "/api/v1/consents/questions",
    {
      config,
      schema: {
        tags: TAGS,
        summary: "Persons parted from one who had opted out while the two were held for one: whose opt-out is it?",
        response: { 200: questionsAnswer },
      },
    },
    async (request) => {
      const found = await readAtOnce(deps.database, (client) => readPartedAfterOptOut(client, QUESTIONS_MAX));
      const ids = [...new Set(found.flatMap(({ personId, optedOutId }) => [personId, optedOutId]))];
      const permitted = await deps.gate.persons(forReview(viewerOf(request)), ids, "consent.questions");
      if (!permitted.allowed) throw notAllowed();
      return {
        questions: found
          .filter((each) => permitted.personIds.has(each.personId) && permitted.personIds.has(each.optedOutId))
          .map(({ optedOutAt, partedAt, ...ids }) => ({
            ...ids,
            optedOutAt: optedOutAt.toISOString(),
            partedAt: partedAt.toISOString(),
          })),
      };
    },
  );
}

/** The person, or whom they were merged into, on record. @throws Problem 404 where there is nobody. */
async function permittedSurvivor(
  { database, gate }: Deps,
  viewer: Viewer,
  personId: string,
  action: string,
): Promise<string> {
  const survivor = (await readSurvivors(database.pool, [personId])).get(personId);
  const [person] = survivor === undefined ? [] : await readPersons(database.pool, [survivor]);
  const permitted = await gate.persons(forReview(viewer), person ? [person.personId] : [], action);
  if (!person || !permitted.allowed || !permitted.personIds.has(person.personId)) throw notFound();
  return person.personId;
}

async function viewConsent(deps: Deps, viewer: Viewer, asked: string): Promise<z.infer<typeof consentAnswer>> {
  const personId = await permittedSurvivor(deps, viewer, asked, "consent.view");
  const { statements, records, behind } = await readAtOnce(deps.database, async (client) => ({
    statements: await readConsentStatements(client, personId),
    records: await readSensitivity(client, personId),
    behind: await readOptOutsBehind(client, personId),
  }));
  return {
    personId,
    optedOut: behind.length > 0,
    optedOutBy: behind,
    statements: statements.map(({ journalId, personId: _, optedOut, recordedAt, ...rest }) => ({
      statementId: String(journalId),
      decision: optedOut ? ("opt-out" as const) : ("opt-in" as const),
      ...rest,
      recordedAt: recordedAt.toISOString(),
    })),
    records: records.map(({ sourceRecordId, sender, officer }) => ({
      sourceRecordId: String(sourceRecordId),
      sender,
      officer: officer && { ...officer, recordedAt: officer.recordedAt.toISOString() },
    })),
  };
}

/**
 * An opt-out is recorded for whom the person is now. Whoever opts in takes back every opt-out that makes them hidden, those
 * recorded for ids that were merged into theirs included: one would win over the opt-in.
 */
async function recordConsent(
  deps: Deps,
  viewer: Viewer,
  asked: string,
  body: ConsentBody,
): Promise<z.infer<typeof recordedAnswer>> {
  const { database, clock } = deps;
  const now = clock();
  if (body.askedOn > now.toISOString().slice(0, 10)) throw unprocessable("It can not have been asked for after today");
  if (body.askedBy === "representative" && body.authority !== "parental-responsibility" && !body.lacksCapacity)
    throw unprocessable(
      "The representative has to confirm that the person lacks capacity",
      "Only the person decides for themself while they can. Set lacksCapacity once it is confirmed.",
    );
  const personId = await permittedSurvivor(deps, viewer, asked, "consent.record");
  const optedOut = body.decision === "opt-out";
  const behind = optedOut ? [] : await readOptOutsBehind(database.pool, personId);
  const commands = [...new Set([personId, ...behind])].map(
    (id): PrivacyCommand => ({
      ...({ command: "consent", personId: id, optedOut, askedBy: body.askedBy } as const),
      authority: body.askedBy === "representative" ? body.authority : null,
      lacksCapacity: body.askedBy === "representative" && body.lacksCapacity,
      ...{ evidence: body.evidence, askedOn: body.askedOn, by: viewer.username, reason: body.reason },
    }),
  );
  const ids = await journalPrivacy(database, commands, now);
  return { statementIds: ids.map(String) };
}
