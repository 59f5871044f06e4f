import { readLoads } from "@chesil/store";
import { z } from "zod";
import type { Cursors } from "../cursor.ts";
import type { App, Deps } from "../deps.ts";
import { cursorWord } from "../words.ts";
import { loadView, viewLoad } from "./view.ts";

const LOADS_PER_PAGE = 50;
const LOADS_PER_PAGE_MAX = 200;

export function loadRoutes(app: App, { database }: Deps, cursors: Cursors): void {
  app.get(
    "/api/v1/loads",
    {
      config: { action: "feed.read" },
      schema: {
        tags: ["feeds"],
        summary: "Files that were loaded, newest first: how fresh each source is, and what each file brought",
        querystring: z.strictObject({
          feed: z.string().max(40).optional(),
          cursor: cursorWord.optional(),
          limit: z.coerce.number().int().min(1).max(LOADS_PER_PAGE_MAX).default(LOADS_PER_PAGE),
        }),
        response: { 200: z.object({ loads: z.array(loadView), next: z.string().nullable() }) },
      },
    },
    async (request) => {
      const { feed = null, cursor, limit } = request.query;
      const list = ["loads", feed];
      const before = cursor === undefined ? null : cursors.open(list, cursor, z.number().int());
      const found = await readLoads(database.pool, { feed, before, limit: limit + 1 });
      const loads = found.slice(0, limit);
      const last = loads.at(-1);
      const next = found.length > limit && last ? cursors.seal(list, last.loadId) : null;
      return { loads: loads.map(viewLoad), next };
    },
  );
}
