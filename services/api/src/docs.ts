import swagger from "@fastify/swagger";
import type { RouteOptions } from "fastify";
import { jsonSchemaTransform } from "fastify-type-provider-zod";
import type { App } from "./deps.ts";
import { ADMISSIONS } from "./roles.ts";

const INFO = {
  title: "Chesil",
  version: "1",
  description:
    "Operations and review. Sign in with a session cookie, or with a bearer token from this machine. Requests that change " +
    "something carry the header `x-chesil-request: 1`. Failures are application/problem+json.",
};

const METHODS = ["get", "post", "patch", "delete"] as const;

type Operation = { summary?: string; tags?: string[] };
type Paths = Record<string, Partial<Record<(typeof METHODS)[number], Operation>>>;

/** OpenAPI made from the routes themselves, and a page that lists them. */
export async function docs(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: INFO,
      components: {
        securitySchemes: {
          session: { type: "apiKey", in: "cookie", name: "chesil_session" },
          token: { type: "http", scheme: "bearer" },
        },
      },
      security: [{ session: [] }, { token: [] }],
    },
    transform: described,
  });
  const config = { action: "docs.read" } as const;
  app.get("/docs/json", { config, schema: { hide: true } }, async () => app.swagger());
  app.get("/docs", { config, schema: { hide: true } }, async (_request, reply) =>
    reply.type("text/html; charset=utf-8").send(page(app.swagger().paths as Paths)),
  );
}

const PROBLEM = {
  description: "It could not be done; the title says why",
  content: {
    "application/problem+json": {
      schema: {
        type: "object",
        properties: {
          type: { type: "string" },
          title: { type: "string" },
          status: { type: "integer" },
          detail: { type: "string" },
        },
        required: ["type", "title", "status"],
      },
    },
  },
};

/** The route's own schema as OpenAPI, with how it fails, and without a lock where anybody may come in. */
const described: typeof jsonSchemaTransform = (route) => {
  const { schema, url } = jsonSchemaTransform(route);
  const action = (route.route as RouteOptions).config?.action;
  const isOpen = action !== undefined && ADMISSIONS[action] === "anybody";
  const response = { ...(schema?.response as object | undefined), default: PROBLEM };
  return { url, schema: { ...schema, response, ...(isOpen ? { security: [] } : {}) } };
};

function page(paths: Paths): string {
  const rows = Object.entries(paths).flatMap(([path, operations]) =>
    METHODS.flatMap((method) => {
      const operation = operations[method];
      if (!operation) return [];
      const cells = [method.toUpperCase(), path, operation.summary ?? "", (operation.tags ?? []).join(", ")];
      return [`<tr>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join("")}</tr>`];
    }),
  );
  return `<!doctype html>
<html lang="en-GB">
<head><meta charset="utf-8"><title>Chesil API</title>
<style>body{font-family:Arial,sans-serif;margin:2rem;color:#212b32}table{border-collapse:collapse}
td,th{border-bottom:1px solid #d8dde0;padding:.5rem 1rem .5rem 0;text-align:left;vertical-align:top}
td:nth-child(-n+2){font-family:monospace}</style></head>
<body><h1>Chesil API</h1><p>${escapeHtml(INFO.description)}</p>
<p>The whole description, for programs: <a href="/docs/json">OpenAPI</a>.</p>
<table><thead><tr><th>Method</th><th>Path</th><th>What it does</th><th>Part</th></tr></thead>
<tbody>${rows.join("\n")}</tbody></table></body></html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
