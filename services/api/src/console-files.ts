import { existsSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { App } from "./deps.ts";
import { sendProblem } from "./failure.ts";
import { notFound } from "./problem.ts";

/** Vite puts a hash of the content in these names: they never change. */
const HASHED = "/assets/";
const HASHED_CACHE_CONTROL = `public, max-age=${365 * 24 * 60 * 60}, immutable`;
/** Asked for again at every visit, so that a new version is seen at once. */
const OTHER_CACHE_CONTROL = "no-cache";

/** Addresses that are the API's: the console has no page there. */
const NOT_PAGES = /^\/(api|fhir|docs|itk|metrics|livez|readyz)(\/|$)|^\/assets\/?$/;

/**
 * The built console. Whatever is no file and no address of the API is a page of it, and the page itself finds out
 * which. The files hold no patient: they are open to anybody, like the sign-in page among them.
 */
export async function consoleFiles(app: App, consoleDir: string | undefined): Promise<void> {
  const isBuilt = consoleDir !== undefined && existsSync(join(consoleDir, "index.html"));
  if (isBuilt) {
    await app.register(fastifyStatic, {
      root: consoleDir,
      serve: false,
      index: false,
      dotfiles: "ignore",
      cacheControl: false,
      // Called for a file that is there; what is not there is not to be kept.
      setHeaders: (reply, path) => {
        const isHashed = path.startsWith(join(consoleDir, HASHED));
        reply.header("cache-control", isHashed ? HASHED_CACHE_CONTROL : OTHER_CACHE_CONTROL);
      },
    });
  }

  app.get("/", { config: { action: "console.load" }, schema: { hide: true } }, async (_request, reply) => {
    if (isBuilt) return reply.sendFile("index.html");
    return reply.type("text/plain; charset=utf-8").send("The console is not built. The API answers under /api/v1.\n");
  });

  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    const path = pathOf(request);
    const isRead = request.method === "GET" || request.method === "HEAD";
    if (!isBuilt || !isRead || path === undefined || NOT_PAGES.test(path)) {
      return sendProblem(request, reply, notFound());
    }
    return reply.sendFile(/\.[a-z0-9]+$/i.test(path) ? path.slice(1) : "index.html");
  });
}

/** The decoded path, or undefined when it can not be decoded. */
function pathOf(request: FastifyRequest): string | undefined {
  try {
    return decodeURIComponent(new URL(request.url, "http://localhost").pathname);
  } catch {
    return undefined;
  }
}
