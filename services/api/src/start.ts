import type { AddressInfo } from "node:net";
import { buildApp } from "./app.ts";
import type { ApiOptions } from "./deps.ts";
import { makeSignInLink } from "./session/sign-in-link.ts";

export type ApiHandle = {
  readonly port: number;
  /** Where the first user is created, once, within a day; absent when there are users. Holds a secret. */
  readonly signInUrl?: string;
  /** Ends live streams, lets requests in flight finish, and closes the port. When `deadline` aborts, at once. */
  stop(deadline?: AbortSignal): Promise<void>;
};

/**
 * Starts the HTTP side: console, operations and review API, FHIR, metrics.
 *
 * @throws when a route names no action, or the port can not be had.
 */
export async function startApi(options: ApiOptions): Promise<ApiHandle> {
  const { config, database, clock, telemetry } = options;
  const app = await buildApp(options);
  try {
    await app.listen({ host: config.http.host, port: config.http.port });
    const { port } = app.server.address() as AddressInfo;
    const host = visibleHost(config.http.host);
    telemetry.log({ event: "http-listening", address: `${host}:${port}` });
    const token = await makeSignInLink(database, clock());
    return {
      port,
      // In the fragment, which no browser sends and no log keeps.
      ...(token === undefined ? {} : { signInUrl: `http://${host}:${port}/sign-in#token=${token}` }),
      async stop(deadline) {
        const hurry = () => app.server.closeAllConnections();
        if (deadline?.aborted) hurry();
        deadline?.addEventListener("abort", hurry, { once: true });
        await app.close();
        deadline?.removeEventListener("abort", hurry);
      },
    };
  } catch (error) {
    await app.close();
    throw error;
  }
}

/** An address to go to: one that listens everywhere is reached here. */
function visibleHost(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}
