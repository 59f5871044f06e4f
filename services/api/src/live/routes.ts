import { z } from "zod";
import { isLocal, sessionTokenOf, viewerOf } from "../admission.ts";
import type { App, Deps } from "../deps.ts";
import { admits } from "../roles.ts";
import type { Sessions } from "../session/sessions.ts";
import { historyPoint, matchMs, snapshot } from "./snapshot.ts";
import { LiveStreams } from "./streams.ts";

export function liveRoutes(app: App, { live }: Deps, sessions: Sessions): void {
  const streams = new LiveStreams(live);
  app.addHook("preClose", async () => streams.stop());
  const config = { action: "live.read" } as const;

  app.get(
    "/api/v1/live",
    {
      config,
      exposeHeadRoute: false,
      schema: {
        tags: ["live"],
        summary: "Server-sent events: `snapshot` each second",
        produces: ["text/event-stream"],
      },
    },
    async (request, reply) => {
      const token = sessionTokenOf(request);
      await streams.open({
        username: viewerOf(request).username,
        reply,
        isStillAllowed: async () => {
          // A bearer token has no session to end; the socket it came by is as local as it was.
          if (request.user?.system) return isLocal(request);
          const user = token === undefined ? undefined : await sessions.userOf(token, false);
          return user !== undefined && admits("live.read", user.roles);
        },
      });
      return reply;
    },
  );
  app.get(
    "/api/v1/live/history",
    {
      config,
      schema: {
        tags: ["live"],
        summary: "The last 15 minutes, one point a second at most",
        response: { 200: z.object({ points: z.array(historyPoint) }) },
      },
    },
    async () => ({ points: live.history() }),
  );
  app.get(
    "/api/v1/metrics/summary",
    {
      config,
      schema: {
        tags: ["live"],
        summary: "The numbers of the live page, and how long matching takes",
        response: { 200: snapshot.extend({ matchMs: matchMs.nullable() }) },
      },
    },
    async () => ({ ...(await live.snapshot()), matchMs: live.matchMs() }),
  );
}
