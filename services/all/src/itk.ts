import { itkUrlOf } from "@chesil/forward";
import type { ItkListening, ItkSettings } from "@chesil/ingest";
import type { Config } from "@chesil/runtime";
import { ITK_PATH } from "./destinations.ts";
import { itkDialectOf } from "./dialects.ts";
import { listenerTls, printed } from "./feeds.ts";

/** Who may send envelopes, as it is configured. */
export function itkSettings({ itk, destinations }: Pick<Config, "itk" | "destinations">): ItkSettings {
  const { organisation, clockSkewSeconds, feeds } = itk;
  const acknowledging = destinations.filter(({ send }) => send === "acknowledgements");
  return {
    organisation,
    clockSkewMs: clockSkewSeconds * 1000,
    feeds: feeds.map((feed) => {
      const to = acknowledging.find((each) => each.feeds.includes(feed.name));
      return {
        name: feed.name,
        organisation: feed.organisation,
        usernames: feed.usernames,
        isSecurityRequired: feed.security === "required",
        certificates: feed.certificates.map(printed),
        sends: feed.sends,
        replyTo: to && itkUrlOf({ ...to, isSecure: to.tls !== undefined, path: to.path ?? ITK_PATH }),
        dialect: itkDialectOf(feed),
        reuseWindowHours: feed.reuseWindowHours,
      };
    }),
  };
}

/** ITK's own listeners, with their TLS files read. Throws the system's error for one that is gone. */
export const itkListening = ({ listeners }: Config["itk"]): ItkListening[] =>
  listeners.map(({ host, port, tls }) => ({
    ...{ host, port },
    tls: listenerTls({ ...tls, clientCertificate: "required" }),
  }));
