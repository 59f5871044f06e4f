import { createHash } from "node:crypto";
import { type Issue, operationOutcome } from "@chesil/fhir";
import type { FastifyReply } from "fastify";
import { SUBSETTED } from "./shape.ts";

/** What a handler answers; the route sends it. */
export type Answer = { readonly status: number; readonly resource: object };

const FHIR_JSON = "application/fhir+json; charset=utf-8";

export const found = (resource: Answer["resource"]): Answer => ({ status: 200, resource });

export const refused = (status: number, ...issues: [Issue, ...Issue[]]): Answer => ({
  status,
  resource: operationOutcome(...issues),
});

/** One answer for what is not there, what may not be seen and what was never an id: nobody learns which it was. */
export const notFound = (type: string): Answer =>
  refused(404, { code: "not-found", diagnostics: `There is no such ${type}.` });

export const roleRefused = (): Answer =>
  refused(403, { code: "forbidden", diagnostics: "Your role does not allow this: ask whoever manages the users." });

/** An answer depends on who asks: by a session's cookie or a token. */
export const VARY = "Accept, Authorization, Cookie";

/**
 * Sends FHIR JSON, never to be stored on the way; a resource with a version says it in the headers too. Who has that
 * version already (`If-None-Match`) gets 304 and no body; what the handler did, a look on record included, was done.
 */
export function send(reply: FastifyReply, { status, resource }: Answer): FastifyReply {
  void reply.code(status).header("cache-control", "no-store").header("vary", VARY);
  const meta = "meta" in resource ? (resource.meta as Meta | undefined) : undefined;
  const tag = meta && tagOf(resource, meta);
  if (tag) void reply.header("etag", `W/"${tag}"`);
  if (meta?.lastUpdated && isAll(meta)) void reply.header("last-modified", new Date(meta.lastUpdated).toUTCString());
  if (status === 200 && tag && hasVersion(reply.request.headers["if-none-match"], tag)) return reply.code(304).send();
  void reply.header("content-type", FHIR_JSON);
  // Serialised here: a resource is sent as it is, whatever serializer the application has set.
  return reply.send(JSON.stringify(resource));
}

type Meta = {
  readonly versionId?: string;
  readonly lastUpdated?: string;
  readonly security?: readonly object[];
  readonly tag?: readonly { readonly code?: string }[];
};

/** Nothing is left out for the sake of who asks, or because of how it is asked for. */
const isAll = ({ security, tag }: Meta): boolean =>
  security === undefined && !tag?.some(({ code }) => code === SUBSETTED.code);

/**
 * The version (R4, http 3.1.0.1); of what may be shown to others differently a digest of what is shown. Its version, where that
 * is told, is no part of that: it changes when what is withheld does.
 */
function tagOf(resource: object, meta: Meta): string | undefined {
  if (isAll(meta)) return meta.versionId;
  const shown = { ...resource, meta: { ...meta, versionId: undefined, lastUpdated: undefined } };
  return `-${createHash("sha256").update(JSON.stringify(shown)).digest("base64url").slice(0, TAG_LENGTH)}`;
}

/** 132 bits. */
const TAG_LENGTH = 22;

/** Whether the header names the tag, weakly or strongly, or any (`*`). RFC 9110, 13.1.2. */
const hasVersion = (header: string | undefined, tag: string): boolean =>
  header?.split(",").some((each) => /^(?:\*|(?:W\/)?"(.*)")$/.exec(each.trim())?.[1] === tag || each.trim() === "*") ??
  false;
