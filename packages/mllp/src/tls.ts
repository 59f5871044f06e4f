import { constants, X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContext, type SecureContextOptions, type TLSSocket } from "node:tls";
import type { MllpEvent, PeerCertificate } from "./event.ts";

/** PEM. The caller reads the files; this package does not. */
export type Pem = string | Buffer;

/** TLS of a listener. Version 1.2 at least, always. */
export type ListenerTls = {
  readonly key: Pem;
  /** The listener's own certificate, and after it those between it and its authority. */
  readonly cert: Pem;
  /** The authorities that vouch for clients. With it every client is asked for its certificate. */
  readonly ca?: Pem | readonly Pem[];
  /** Turn away whoever shows no certificate that `ca` vouches for. Needs `ca`. */
  readonly requireClientCertificate: boolean;
  /** OpenSSL's names. Unless given: ECDHE with AES-GCM, and what TLS 1.3 has. */
  readonly ciphers?: string;
};

/** TLS of the side that connects. Version 1.2 at least, and the other side's certificate is always verified. */
export type DialTls = {
  /** The name the certificate must be for. The host connected to unless given. */
  readonly serverName?: string;
  /** The authorities that vouch for the other side. Those that Node trusts unless given. */
  readonly ca?: Pem | readonly Pem[];
  /** Our certificate, should we be asked for one: both or neither. */
  readonly key?: Pem;
  readonly cert?: Pem;
  readonly ciphers?: string;
};

const CIPHERS = [
  "TLS_AES_256_GCM_SHA384",
  "TLS_AES_128_GCM_SHA256",
  "TLS_CHACHA20_POLY1305_SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
].join(":");

/** What Node is to be given. Throws a RangeError when nobody could connect with it, or anybody. */
export function listenerContext(tls: ListenerTls): SecureContextOptions {
  const { key, cert, ca, requireClientCertificate } = tls;
  // Without authorities of its own Node would take any certificate that a public one sold.
  if (requireClientCertificate && isEmpty(ca)) throw new RangeError("MLLP TLS: requireClientCertificate needs ca.");
  if (isEmpty(key) || isEmpty(cert)) throw new RangeError("MLLP TLS: a listener needs key and cert.");
  const options = contextOptions(tls);
  checked(options);
  return options;
}

/** How to connect over TLS. `serverName`: whom the other side's certificate must be for; the host unless given. */
export type SecureDestination = { readonly context: SecureContext; readonly serverName: string | undefined };

/** Throws a RangeError for keys, certificates or ciphers that can not be used. */
export function secureDestination(tls: DialTls): SecureDestination {
  if (isEmpty(tls.key) !== isEmpty(tls.cert)) throw new RangeError("MLLP TLS: key and cert go together.");
  return { context: checked(contextOptions(tls)), serverName: tls.serverName };
}

/** The certificate the peer showed, if one of our authorities vouches for it. */
export function verifiedCertificate(socket: TLSSocket): PeerCertificate | undefined {
  const certificate = socket.authorized ? socket.getPeerX509Certificate() : undefined;
  if (certificate === undefined) return undefined;
  const { fingerprint256, subject, issuer, validTo } = certificate;
  return Object.freeze({
    fingerprint256,
    subject: onOneLine(subject),
    issuer: onOneLine(issuer),
    validTo: new Date(validTo),
  });
}

const DAY_MS = 24 * 3_600_000;
/** Renewing a certificate takes a hospital weeks. */
const ENDING_DAYS = 30;

/** Tells when our own certificate, in TLS that can be used, has to be renewed soon. */
export function tellOfEnding({ cert }: ListenerTls | DialTls, onEvent: (event: MllpEvent) => void): void {
  if (cert === undefined || cert.length === 0) return;
  const daysLeft = (Date.parse(new X509Certificate(cert).validTo) - Date.now()) / DAY_MS;
  if (daysLeft < ENDING_DAYS) onEvent({ kind: "certificate-ending", daysLeft: Math.floor(daysLeft) });
}

/** Node writes one attribute a line. A line break inside an attribute it writes as an escape. */
function onOneLine(distinguishedName: string): string {
  return distinguishedName.split("\n").join(", ");
}

function contextOptions({ key, cert, ca, ciphers = CIPHERS }: ListenerTls | DialTls): SecureContextOptions {
  return {
    minVersion: "TLSv1.2",
    ciphers,
    honorCipherOrder: true,
    // A second handshake could be asked for without end, and could not change whom we know the peer to be.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
    ...(key !== undefined && { key }),
    ...(cert !== undefined && { cert }),
    ...(ca !== undefined && { ca: Array.isArray(ca) ? [...ca] : [ca] }),
  };
}

function checked(options: SecureContextOptions): SecureContext {
  try {
    return createSecureContext(options);
  } catch (cause) {
    throw new RangeError("MLLP TLS: the key, certificates or ciphers can not be used together.", { cause });
  }
}

function isEmpty(given: Pem | readonly Pem[] | undefined): boolean {
  return given === undefined || given.length === 0;
}
