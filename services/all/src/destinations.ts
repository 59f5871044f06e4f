import { readFileSync } from "node:fs";
import type { AcknowledgementSettings, Destination, IdentitySubscription } from "@chesil/forward";
import type { Config } from "@chesil/runtime";

type DestinationConfig = Config["destinations"][number];

/** The configured destinations, with their TLS files read. Throws the system's error for one that is gone. */
export function destinationsOf({ destinations, itk }: Pick<Config, "destinations" | "itk">): Destination[] {
  return destinations.map((destination) => {
    const { name, host, port, feeds, retryOn, answerMs, tls } = destination;
    return {
      ...{ name, host, port, feeds, retryOn },
      limits: { answerMs },
      ...(tls ? { tls: dialTls(tls) } : {}),
      ...(destination.send === "identity" ? { identity: subscriptionOf(destination) } : {}),
      ...(destination.send === "acknowledgements" ? { acknowledgements: acknowledgementsOf(destination, itk) } : {}),
    };
  });
}

const ATTEMPTS_MAX = 8;

const subscriptionOf = (destination: DestinationConfig): IdentitySubscription => ({
  authorities: destination.authorities ?? [],
  personIds: destination.personIds ?? false,
  merges: destination.merges ?? true,
  sender: systemOf(destination.sender ?? "CHESIL|"),
  receiver: systemOf(destination.receiver ?? "|"),
  attemptsMax: destination.attemptsMax ?? ATTEMPTS_MAX,
});

/** Where other Chesils take ITK, too. */
export const ITK_PATH = "/itk";

const acknowledgementsOf = (
  { path = ITK_PATH }: DestinationConfig,
  { organisation, organisationName }: Config["itk"],
): AcknowledgementSettings => ({ path, odsCode: organisation, organisation: organisationName ?? organisation });

function systemOf(text: string): [application: string, facility: string] {
  const [application = "", facility = ""] = text.split("|");
  return [application, facility];
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
