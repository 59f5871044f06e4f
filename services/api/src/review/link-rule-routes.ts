import { permittedSource } from "@chesil/access";
import { type LinkRule, readLinkRule, readLinkRulesOfRecord, readRecordsById } from "@chesil/store";
import { z } from "zod";
import { viewerOf } from "../admission.ts";
import { readAtOnce } from "../bounded-read.ts";
import type { App, Deps } from "../deps.ts";
import { conflict, notAllowed, notFound } from "../problem.ts";
import { numberedId, reasonText } from "../words.ts";
import { commandRoute } from "./command.ts";

/** Rules of one record that are shown: more were never seen on one. */
const RULES_MAX = 500;

const ruleView = z.object({
  ruleId: z.string(),
  kind: z.enum(["same", "different"]),
  sourceRecordId: z.string(),
  /** The other record, and whose it is now. */
  other: z.object({
    sourceRecordId: z.string(),
    authority: z.string(),
    localId: z.string(),
    personId: z.string(),
  }),
  decidedBy: z.enum(["sender", "human"]),
  at: z.iso.datetime(),
  /** The message or the command that laid it down, and the one that ended it. */
  journalId: z.string(),
  liftedBy: z.string().nullable(),
});

/** That two records are one patient, or two, until somebody lifts it. */
export function linkRuleRoutes(app: App, deps: Deps): void {
  const { database, gate } = deps;

  app.get(
    "/api/v1/link-rules",
    {
      config: { action: "review-task.read" },
      schema: {
        tags: ["review"],
        summary: "The rules that bind a source record, or did, the newest first",
        querystring: z.object({ sourceRecordId: numberedId }),
        response: { 200: z.object({ rules: z.array(ruleView) }) },
      },
    },
    async (request) => {
      const viewer = viewerOf(request);
      const { sourceRecordId } = request.query;
      const { rules, records } = await readAtOnce(database, async (client) => {
        const bound = await readLinkRulesOfRecord(client, sourceRecordId, RULES_MAX);
        const others = bound.map((rule) => otherOf(rule, sourceRecordId));
        const found = await readRecordsById(client, [...new Set([sourceRecordId, ...others])]);
        return { rules: bound, records: new Map(found.map((record) => [record.sourceRecordId, record])) };
      });
      const permitted = await gate.sourceRecords(viewer, [...records.keys()], "link-rule.list", {
        rules: rules.length,
      });
      if (!permitted.allowed) throw notAllowed();
      if (!permitted.sourceRecordIds.has(sourceRecordId)) throw notFound();
      const shown = rules.flatMap((rule) => {
        const other = records.get(otherOf(rule, sourceRecordId));
        if (!other || !permitted.sourceRecordIds.has(other.sourceRecordId)) return [];
        return [{ rule, other: permittedSource(permitted.viewOf(other.personId), other) }];
      });
      return {
        rules: shown.map(({ rule, other }) => ({
          ruleId: String(rule.ruleId),
          kind: rule.kind,
          sourceRecordId: String(sourceRecordId),
          other: {
            sourceRecordId: String(other.sourceRecordId),
            authority: other.authority,
            localId: other.localId,
            personId: other.personId,
          },
          decidedBy: rule.decidedBy,
          at: rule.at.toISOString(),
          journalId: String(rule.journalId),
          liftedBy: rule.liftedBy === null ? null : String(rule.liftedBy),
        })),
      };
    },
  );

  commandRoute(
    app,
    deps,
    {
      url: "/api/v1/link-rules/:id/lift",
      action: "identity.decide",
      tag: "review",
      summary: "End a rule, whoever laid it down",
      params: z.object({ id: numberedId }),
      body: z.strictObject({ reason: reasonText }),
    },
    async (viewer, { id: ruleId }, { reason }) => {
      const rule = await readLinkRule(database.pool, ruleId);
      if (!rule) throw notFound();
      const sides = [rule.sourceRecordId, rule.otherSourceRecordId];
      const permitted = await gate.sourceRecords(viewer, sides, "link-rule.lift", { rule: ruleId, reason });
      if (!permitted.allowed || !sides.every((id) => permitted.sourceRecordIds.has(id))) throw notFound();
      if (rule.liftedBy !== null) throw conflict("This rule was lifted already");
      return { command: "lift", ruleId, by: viewer.username, reason };
    },
  );
}

const otherOf = (rule: LinkRule, sourceRecordId: number) =>
  rule.sourceRecordId === sourceRecordId ? rule.otherSourceRecordId : rule.sourceRecordId;
