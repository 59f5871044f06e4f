import { readFileSync } from "node:fs";
import type { DialTls, Feed, ListenerTls, MllpFeed } from "@chesil/ingest";
import type { Config } from "@chesil/runtime";
import { dialectOf } from "./dialects.ts";

type FeedConfig = Config["feeds"][number];
type TlsConfig = NonNullable<FeedConfig["tls"]>;

/** How a feed's messages are taken and answered, whatever connection they come on. */
export function takenFeed(feed: FeedConfig): Feed {
  const { answerTo: _, commitBytes: __, ...policy } = feed.acknowledgement;
  return {
    name: feed.name,
    dialect: dialectOf(feed),
    reuseWindowHours: feed.reuseWindowHours,
    policy,
    senders: feed.senders,
    sequence: feed.sequence,
    queries: feed.queries,
  };
}

/** The configured feeds as ingest runs them, with their TLS files read. Throws the system's error for one that is gone. */
export function mllpFeeds(config: Pick<Config, "feeds" | "mllp">): MllpFeed[] {
  return config.feeds.map((feed): MllpFeed => {
    const { answerTo, commitBytes } = feed.acknowledgement;
    const settings = {
      ...takenFeed(feed),
      host: feed.host,
      port: feed.port,
      limits: { ...config.mllp, ...given(feed.limits) },
      framing: { endBlockAlone: feed.endBlockAlone, commitBytes },
      ...(answerTo ? { answerTo: elsewhere(answerTo, feed.tls) } : {}),
    };
    if (feed.mode === "dial") return { ...settings, mode: "dial", ...(feed.tls ? { tls: dialTls(feed.tls) } : {}) };
    if (feed.tls === undefined) return settings;
    return { ...settings, clients: clientsOf(feed.tls), tls: listenerTls(feed.tls) };
  });
}

/** Without what is there and undefined, which would hide the limit that all feeds share. */
function given(limits: FeedConfig["limits"]): Partial<Config["mllp"]> {
  return Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== undefined));
}

function elsewhere(to: NonNullable<FeedConfig["acknowledgement"]["answerTo"]>, tls: TlsConfig | undefined) {
  const { host, port } = to;
  return to.tls && tls ? { host, port, tls: dialTls({ ...tls, serverName: undefined }) } : { host, port };
}

/** With its files read. */
export function listenerTls(
  tls: Pick<TlsConfig, "certificateFile" | "keyFile" | "caFile" | "clientCertificate">,
): ListenerTls {
  const requireClientCertificate = tls.clientCertificate === "required";
  return {
    key: pem(tls.keyFile),
    cert: pem(tls.certificateFile),
    // With it, a client is asked for a certificate: one that has none it would not show goes unasked.
    ...(requireClientCertificate ? { ca: pem(tls.caFile) } : {}),
    requireClientCertificate,
  };
}

function dialTls(tls: TlsConfig): DialTls {
  return {
    ...(tls.serverName ? { serverName: tls.serverName } : {}),
    ...(tls.caFile ? { ca: pem(tls.caFile) } : {}),
    ...(tls.certificateFile ? { key: pem(tls.keyFile), cert: pem(tls.certificateFile) } : {}),
  };
}

/** The configuration makes sure that those which are needed are there. */
function pem(file: string | undefined): string {
  return file === undefined ? "" : readFileSync(file, "utf8");
}

function clientsOf({ clients }: TlsConfig): NonNullable<MllpFeed["clients"]> {
  return clients.map(({ fingerprint256, senders }) => ({ fingerprint256: printed(fingerprint256), senders }));
}

/** As Node and openssl print it: pairs in upper case with colons between. */
export const printed = (fingerprint: string) =>
  (fingerprint.replaceAll(":", "").toUpperCase().match(/../g) ?? []).join(":");
