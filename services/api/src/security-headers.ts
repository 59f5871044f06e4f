import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/** On every answer, whatever it is (OWASP ASVS 5.0, 3.4). */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": [
    "default-src 'self'",
    // React and nhsuk-frontend set style attributes.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; "),
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
};

/** Two years; said only where TLS is spoken, as a browser believes it nowhere else. */
const HSTS = "max-age=63072000";

export function secureHeaders(app: FastifyInstance): void {
  app.addHook("onRequest", async (request, reply) => {
    secure(request, reply);
  });
}

/** For an answer that no hook runs for. */
export function secure(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers(SECURITY_HEADERS);
  // Answers hold patients or depend on the reader; the console's files set their own.
  reply.header("cache-control", "no-store");
  if (request.protocol === "https") reply.header("strict-transport-security", HSTS);
}
