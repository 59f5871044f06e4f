import { PassThrough, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { viewerOf } from "../admission.ts";
import type { App, Deps } from "../deps.ts";
import { personIdOf } from "../persons/person-id.ts";
import { recordBundle } from "./bundle.ts";
import { EXPORT_LIMITS, Exports } from "./exports.ts";
import { CONTENT_SECURITY_POLICY, recordPage } from "./page.ts";
import { permitSubject, type Subject, type WholeRecord, withWholeRecord } from "./record.ts";

/** One person's whole record, for the person: what a privacy officer answers their request with. */
export function subjectAccessRoutes(app: App, deps: Deps): void {
  const exports = new Exports();
  app.get(
    "/api/v1/persons/:id/export",
    {
      config: { action: "person.export" },
      handlerTimeout: EXPORT_LIMITS.exportMs,
      schema: {
        tags: ["persons"],
        summary: "The whole record for whom it is about, to be saved: one page of HTML, or one FHIR Bundle",
        params: z.object({ id: z.string() }),
        querystring: z.object({ format: z.enum(["html", "fhir"]).default("html") }),
      },
    },
    async (request, reply) => {
      const personId = personIdOf(request.params.id);
      const { format } = request.query;
      const isPage = format === "html";
      const giveBack = exports.take();
      try {
        const subject = await permitSubject(deps, { viewer: viewerOf(request), personId, look: { format } });
        return reply
          .headers({
            "content-type": isPage ? "text/html; charset=utf-8" : "application/fhir+json; charset=utf-8",
            // To be saved; and if a browser showed it, nothing in it could run, be sent or be fetched.
            "content-disposition": `attachment; filename="record.${isPage ? "html" : "fhir.json"}"`,
            "content-security-policy": `${CONTENT_SECURITY_POLICY}; frame-ancestors 'none'; sandbox`,
            "x-content-type-options": "nosniff",
            "cache-control": "no-store",
          })
          .send(written(deps, subject, isPage ? recordPage : recordBundle, giveBack));
      } catch (error) {
        giveBack();
        throw error;
      }
    },
  );
}

/** What is written of the record, as fast as it is taken. A failure breaks it off: nobody takes half a file for a whole one. */
function written(deps: Deps, subject: Subject, write: typeof recordPage, onEnd: () => void): Readable {
  const out = new PassThrough();
  const pieces = (record: WholeRecord) => Readable.from(write(record), { objectMode: false });
  withWholeRecord(deps, subject, (record) => pipeline(pieces(record), out, { end: false }))
    .finally(onEnd)
    // The last of it goes out when nothing is held for it any more.
    .then(
      () => out.end(),
      (error: unknown) => out.destroy(error as Error),
    );
  return out;
}
