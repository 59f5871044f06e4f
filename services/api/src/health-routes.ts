import { z } from "zod";
import type { App, Deps } from "./deps.ts";

/** What orchestrators and Prometheus ask. Nothing here names a patient, a message or a user. */
export function healthRoutes(app: App, { readiness, metricsText }: Deps): void {
  app.get(
    "/livez",
    {
      config: { action: "health.read" },
      schema: {
        tags: ["health"],
        summary: "The process answers",
        response: { 200: z.object({ live: z.literal(true) }) },
      },
    },
    async () => ({ live: true }) as const,
  );
  const readyAnswer = z.object({ ready: z.boolean(), waitingFor: z.array(z.string()) });
  app.get(
    "/readyz",
    {
      config: { action: "health.read" },
      schema: {
        tags: ["health"],
        summary: "Chesil can do its work; 503 names the parts that can not",
        response: { 200: readyAnswer, 503: readyAnswer },
      },
    },
    async (_request, reply) => {
      const { ready, waitingFor } = await readiness();
      return reply.code(ready ? 200 : 503).send({ ready, waitingFor: [...waitingFor] });
    },
  );
  app.get(
    "/metrics",
    {
      config: { action: "metrics.scrape" },
      schema: { tags: ["health"], summary: "Prometheus metrics; from loopback only" },
    },
    async (_request, reply) => reply.type("text/plain; version=0.0.4; charset=utf-8").send(await metricsText()),
  );
}
