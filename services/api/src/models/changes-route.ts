import { type ListedShadowChange, readPersons, readShadowChanges, type StoredPerson } from "@chesil/store";
import { z } from "zod";
import { viewerOf } from "../admission.ts";
import { readAtOnce } from "../bounded-read.ts";
import type { Cursors } from "../cursor.ts";
import type { App, Deps } from "../deps.ts";
import { displayNameOf } from "../persons/texts.ts";
import { notAllowed } from "../problem.ts";
import { shownPage } from "../shown-page.ts";
import { cursorWord } from "../words.ts";
import { changeKind, changeRow, versionWord } from "./words.ts";

const CHANGES_PER_PAGE = 50;
const place = z.object({ sourceRecordId: z.number().int(), kind: changeKind, otherSourceRecordId: z.number().int() });

/** Whom a candidate would join or part, and what it would ask: shown where both persons may be. */
export function changesRoute(app: App, { database, gate }: Deps, cursors: Cursors): void {
  app.get(
    "/api/v1/models/:version/shadow/changes",
    {
      config: { action: "model.look" },
      schema: {
        tags: ["models"],
        summary: "Decisions that would come out otherwise by a model, by record",
        params: z.object({ version: versionWord }),
        querystring: z.object({ kind: changeKind.optional(), cursor: cursorWord.optional() }),
        response: { 200: z.object({ changes: z.array(changeRow), next: z.string().nullable() }) },
      },
    },
    async (request) => {
      const viewer = viewerOf(request);
      const { version } = request.params;
      const { kind, cursor } = request.query;
      const list = ["shadow-changes", viewer.username, version, kind];
      const start = cursor === undefined ? null : cursors.open(list, cursor, place);
      const page = await shownPage<ListedShadowChange>({
        read: (after, limit) =>
          readAtOnce(database, (client) => readShadowChanges(client, version, { kind, after: after ?? start, limit })),
        shown: async (changes) => bothIn(await gate.reviewable(personsOf(changes)), changes),
        size: CHANGES_PER_PAGE,
      });
      const ids = personsOf(page.rows);
      const permitted = await gate.persons(viewer, ids, "model.shadow-changes", { changes: page.rows.length });
      if (!permitted.allowed) throw notAllowed();
      const shown = bothIn(permitted.personIds, page.rows);
      const persons = new Map((await readPersons(database.pool, ids)).map((person) => [person.personId, person]));
      return {
        changes: shown.map((change) => rowOf(change, persons)),
        next: page.next ? cursors.seal(list, placeOf(page.next)) : null,
      };
    },
  );
}

const placeOf = ({ sourceRecordId, kind, otherSourceRecordId }: ListedShadowChange): z.infer<typeof place> => ({
  ...{ sourceRecordId, kind, otherSourceRecordId },
});

const personsOf = (changes: readonly ListedShadowChange[]) => [
  ...new Set(changes.flatMap(({ personId, otherPersonId }) => [personId, otherPersonId])),
];

const bothIn = (persons: ReadonlySet<string>, changes: readonly ListedShadowChange[]) =>
  changes.filter(({ personId, otherPersonId }) => persons.has(personId) && persons.has(otherPersonId));

function rowOf(change: ListedShadowChange, persons: ReadonlyMap<string, StoredPerson>): z.infer<typeof changeRow> {
  const sideOf = (sourceRecordId: number, personId: string) => ({
    sourceRecordId: String(sourceRecordId),
    personId,
    displayName: displayNameOf(persons.get(personId)?.golden.names?.value),
  });
  const { kind, pairs, weight, weightInForce, why } = change;
  return {
    ...{ kind, pairs, weight, weightInForce, why },
    record: sideOf(change.sourceRecordId, change.personId),
    other: sideOf(change.otherSourceRecordId, change.otherPersonId),
  };
}
