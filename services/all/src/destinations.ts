import { readFileSync } from "node:fs";
import type { Destination } from "@chesil/forward";
import type { Config } from "@chesil/runtime";

type DestinationConfig = Config["destinations"][number];

/** The configured destinations, with their TLS files read. Throws the system's error for one that is gone. */
export function destinationsOf(destinations: readonly DestinationConfig[]): Destination[] {
  return destinations.map(({ name, host, port, feeds, retryOn, answerMs, tls }) => ({
    name,
    host,
    port,
    feeds,
    retryOn,
    limits: { answerMs },
    ...(tls ? { tls: dialTls(tls) } : {}),
  }));
}

function dialTls({ caFile, certificateFile, keyFile, serverName }: NonNullable<DestinationConfig["tls"]>) {
  return {
    ...(serverName ? { serverName } : {}),
    ...(caFile ? { ca: readFileSync(caFile, "utf8") } : {}),
    ...(certificateFile && keyFile
      ? { cert: readFileSync(certificateFile, "utf8"), key: readFileSync(keyFile, "utf8") }
      : {}),
  };
}
