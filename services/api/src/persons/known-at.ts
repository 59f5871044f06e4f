import { permittedGolden, permittedRecord, type Viewer } from "@chesil/access";
import { readPersonAsOf, readPersons, readReceivedAt, readRecordsById } from "@chesil/store";
import { z } from "zod";
import { viewerOf } from "../admission.ts";
import type { App, Deps } from "../deps.ts";
import { badRequest, notFound, unprocessable } from "../problem.ts";
import { personsAsOf } from "./as-of.ts";
import { goldenView, goldenViewOf, messagesOf } from "./golden-view.ts";
import { personIdOf } from "./person-id.ts";

const knownAtAnswer = z.object({
  personId: z.string(),
  at: z.iso.datetime(),
  /** `missing`: nobody had heard of this person; `redirected`: their records were another person's. */
  state: z.enum(["missing", "active", "redirected"]),
  /** The golden record of that moment, by the policy of that moment. */
  golden: goldenView,
  /** Messages that said it. */
  messages: z.number(),
});

/** What was known of a person at a moment, found by hearing their messages again: for whoever has to answer for a decision. */
export function knownAtRoute(app: App, deps: Deps): void {
  app.get(
    "/api/v1/persons/:id/known-at",
    {
      config: { action: "person.read" },
      schema: {
        tags: ["persons"],
        summary: "What was known of a person at a moment: only what had arrived by then, read again from the journal",
        params: z.object({ id: z.string() }),
        querystring: z.object({ at: z.iso.datetime().describe("The moment, by when messages arrived.") }),
        response: { 200: knownAtAnswer },
      },
    },
    async (request) => {
      const at = new Date(request.query.at);
      if (at > deps.clock()) throw badRequest("That moment is yet to come");
      return viewKnownAt(deps, viewerOf(request), personIdOf(request.params.id), at);
    },
  );
}

/** @throws Problem 404 for who is not there and for who may not be shown, alike; 422 for one with too many messages. */
async function viewKnownAt(
  { database, gate, knownAt }: Deps,
  viewer: Viewer,
  personId: string,
  at: Date,
): Promise<z.infer<typeof knownAtAnswer>> {
  const { pool } = database;
  const [exists] = await readPersons(pool, [personId]);
  if (!exists) throw notFound();
  const found = await readPersonAsOf(pool, personId, at);
  // Records that were theirs then may be somebody else's by now: of these it is asked too.
  const asked = [...new Set([personId, ...personsAsOf(found)])];
  const permitted = await gate.persons(viewer, asked, "person.known-at", { at: at.toISOString() });
  if (!permitted.allowed || !permitted.personIds.has(personId)) throw notFound();
  const answer = { personId, at: at.toISOString(), state: found.state };
  const view = permitted.viewOf(personId);
  const links = found.state === "active" ? found.links : [];
  // Of somebody of whom not everything may be told, nothing is told under another name.
  const mayBeTold = (owner: string) =>
    owner === personId || (permitted.personIds.has(owner) && permitted.viewOf(owner).withheld.size === 0);
  const theirs = links.flatMap((link) => (mayBeTold(link.personIdNow) ? [link.sourceRecordId] : []));
  // Of what is closed nothing is heard, so that its messages are not counted either.
  const ids = (await readRecordsById(pool, theirs)).flatMap(({ sourceRecordId, feed }) =>
    theirs.includes(sourceRecordId) && !view.closedFeeds.has(feed) ? [sourceRecordId] : [],
  );
  if (ids.length === 0) return { ...answer, golden: {}, messages: 0 };
  const known = await knownAt(ids, at);
  if (known === "too-many")
    throw unprocessable("More messages are known of this person than can be read again at once");
  const records = known.records.map((record) => permittedRecord(view, record));
  const explained = { policy: known.survivorship, receivedAt: await readReceivedAt(pool, messagesOf(records)) };
  return {
    ...answer,
    golden: goldenViewOf(permittedGolden(view, known.golden), records, explained),
    messages: known.messages,
  };
}
