import { sex } from "@chesil/model";
import { z } from "zod";
import { viewerOf } from "../admission.ts";
import type { Cursors } from "../cursor.ts";
import type { App, Deps } from "../deps.ts";
import { badRequest } from "../problem.ts";
import { cursorWord, typedText } from "../words.ts";
import { factKind, factPage, viewFacts } from "./facts.ts";
import { historyPage, viewHistory } from "./history.ts";
import { identityEventRoutes } from "./identity-events.ts";
import { identityRoutes } from "./identity-routes.ts";
import { knownAtRoute } from "./known-at.ts";
import { personIdOf } from "./person-id.ts";
import { queryOfFields, queryOfText } from "./query.ts";
import { personRow } from "./row.ts";
import { searchPermitted } from "./search.ts";
import { personAnswer, viewPerson } from "./view.ts";

const PERSONS_PER_PAGE = 50;
const PERSONS_PER_PAGE_MAX = 100;

const searchBody = z.strictObject({
  /** One line of names, date of birth and postcode, or an NHS number, or a local id. */
  text: typedText(200).optional(),
  nhsNumber: typedText(30).optional(),
  family: typedText(100).optional(),
  given: typedText(100).optional(),
  birthDate: typedText(20).optional(),
  sex: sex.optional(),
  postcode: typedText(20).optional(),
  localId: typedText(200).optional(),
  /** True: people who have died are looked for too. */
  deceased: z.boolean().default(false),
  cursor: cursorWord.optional(),
  limit: z.number().int().min(1).max(PERSONS_PER_PAGE_MAX).default(PERSONS_PER_PAGE),
});

const searchPlace = z.object({
  reading: z.number().int(),
  after: z.object({ family: z.string(), given: z.string(), personId: z.uuid() }),
});

const personQuery = z.object({
  asOf: z.iso
    .datetime()
    .optional()
    .describe(
      "Adds, as `asOf`, which records were the person's own at this instant, and by what; and what was true of them then, by " +
        "the times at which sources recorded it. Everything else in the answer is as it is now.",
    ),
});

export function personRoutes(app: App, deps: Deps, cursors: Cursors): void {
  const config = { action: "person.read" } as const;

  app.post(
    "/api/v1/persons/search",
    {
      config,
      schema: {
        tags: ["persons"],
        summary: "Persons by one line of text, or by fields; a merged person is found as the survivor",
        body: searchBody,
        response: { 200: z.object({ persons: z.array(personRow), next: z.string().nullable() }) },
      },
    },
    async (request) => {
      const viewer = viewerOf(request);
      const { cursor, limit, text, deceased, ...fields } = request.body;
      const isByField = Object.values(fields).some((field) => field !== undefined);
      if (text !== undefined && isByField) throw badRequest("Search by one line or by fields, not by both");
      const query = text === undefined ? queryOfFields(fields) : queryOfText(text);
      const list = ["persons", viewer.username, text, fields, deceased];
      const place = cursor === undefined ? null : cursors.open(list, cursor, searchPlace);
      const { persons, next } = await searchPermitted(deps, viewer, query, { place, limit, deceased });
      return { persons, next: next && cursors.seal(list, next) };
    },
  );

  app.get(
    "/api/v1/persons/:id",
    {
      config,
      schema: {
        tags: ["persons"],
        summary: "One person: the golden record with each value's source, the records behind it, and their history",
        // An opaque id of Chesil's own, no identifier of a patient.
        params: z.object({ id: z.string() }),
        querystring: personQuery,
        response: { 200: personAnswer },
      },
    },
    async (request) => {
      const { asOf } = request.query;
      const at = asOf === undefined ? null : new Date(asOf);
      return viewPerson(deps, viewerOf(request), { personId: personIdOf(request.params.id), at }, cursors);
    },
  );

  app.get(
    "/api/v1/persons/:id/history",
    {
      config,
      schema: {
        tags: ["persons"],
        summary: "What happened to a person's links, and what was decided about them, newest first: who, what and why",
        params: z.object({ id: z.string() }),
        querystring: z.object({ cursor: cursorWord.optional() }),
        response: { 200: historyPage },
      },
    },
    async (request) => {
      const personId = personIdOf(request.params.id);
      return viewHistory(deps, viewerOf(request), cursors, { personId, cursor: request.query.cursor });
    },
  );

  app.get(
    "/api/v1/persons/:id/facts",
    {
      config,
      schema: {
        tags: ["persons"],
        summary: "A person's facts of one kind, the last recorded first, page by page",
        params: z.object({ id: z.string() }),
        querystring: z.object({ kind: factKind, cursor: cursorWord.optional() }),
        response: { 200: factPage },
      },
    },
    async (request) => {
      const { kind, cursor } = request.query;
      const personId = personIdOf(request.params.id);
      return viewFacts(deps, { cursors, viewer: viewerOf(request), personId, kind }, cursor);
    },
  );
  knownAtRoute(app, deps);
  identityRoutes(app, deps);
  identityEventRoutes(app, deps);
}
