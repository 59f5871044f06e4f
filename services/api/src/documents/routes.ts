import { z } from "zod";
import { viewerOf } from "../admission.ts";
import type { App, Deps } from "../deps.ts";
import { notFound } from "../problem.ts";
import { numberedId } from "../words.ts";
import { contentHeaders } from "./content-headers.ts";
import { type FoundDocument, findDocument } from "./find-document.ts";
import { readPartContent } from "./part-content.ts";
import { documentAnswer, documentView } from "./view.ts";

const documentParams = z.object({
  factId: numberedId,
  n: z
    .string()
    .regex(/^[1-9]\d{0,3}$/, "is no number")
    .transform(Number),
});

/** The documents of facts: to be read here, or saved as they were sent. */
export function documentRoutes(app: App, deps: Deps): void {
  const config = { action: "person.read" } as const;

  app.get(
    "/api/v1/facts/:factId/documents/:n",
    {
      config,
      schema: {
        tags: ["persons"],
        summary: "The n-th document of a fact as harmless HTML, with what was found in it; nothing is ever fetched",
        params: documentParams,
        response: { 200: documentAnswer },
      },
    },
    async (request) => {
      const found = shown(await findDocument(deps, viewerOf(request), request.params, "document.view"));
      return documentView(found, await readPartContent(deps, found));
    },
  );

  app.get(
    "/api/v1/facts/:factId/documents/:n/content",
    {
      config,
      schema: {
        tags: ["persons"],
        summary: "Its bytes as they were sent, to be saved",
        params: documentParams,
      },
    },
    async (request, reply) => {
      const found = shown(await findDocument(deps, viewerOf(request), request.params, "document.download"));
      const bytes = await readPartContent(deps, found);
      if (!bytes) throw notFound();
      return reply.headers(contentHeaders(found, bytes)).send(bytes);
    },
  );
}

/** @throws Problem 404 for what is not there and for what may not be shown, alike. */
function shown(found: FoundDocument | "role" | undefined): FoundDocument {
  if (found === undefined || found === "role") throw notFound();
  return found;
}
