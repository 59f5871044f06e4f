import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { isIPv4 } from "node:net";

/**
 * For tests: certificates made in memory, so that no test needs the openssl program or a file that expires.
 *
 * Just enough of X.509 in DER for what TLS checks: an authority that signs itself, and leaves with names and an end.
 */
export type TestCertificate = {
  /** PEM. */
  readonly key: string;
  readonly cert: string;
};

export type TestAuthority = {
  /** PEM. */
  readonly cert: string;
  /** `hosts`: DNS names and IPv4 addresses. `notAfter`: a year from now unless given; it may be in the past. */
  issue(leaf: { name: string; hosts?: readonly string[]; notAfter?: Date }): TestCertificate;
};

const YEAR_MS = 365 * 24 * 3_600_000;

export function makeAuthority(name: string): TestAuthority {
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const subject = distinguishedName(name);
  const certify = (holder: Holder) => pem("CERTIFICATE", certificate(holder, subject, keys.privateKey));
  const isAuthority = extension(OID.basicConstraints, sequence(BOOLEAN_TRUE));
  return {
    cert: certify({ subject, publicKey: keys.publicKey, notAfter: new Date(Date.now() + YEAR_MS), extra: isAuthority }),
    issue({ name: leafName, hosts = [], notAfter = new Date(Date.now() + YEAR_MS) }) {
      const leaf = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const extra = hosts.length > 0 ? extension(OID.subjectAltName, sequence(...hosts.map(generalName))) : undefined;
      return {
        key: leaf.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
        cert: certify({ subject: distinguishedName(leafName), publicKey: leaf.publicKey, notAfter, extra }),
      };
    },
  };
}

type Holder = {
  readonly subject: Buffer;
  readonly publicKey: KeyObject;
  readonly notAfter: Date;
  readonly extra: Buffer | undefined;
};

function certificate({ subject, publicKey, notAfter, extra }: Holder, issuer: Buffer, issuerKey: KeyObject): Buffer {
  const algorithm = sequence(oid(OID.ecdsaWithSha256));
  const version3 = der(0xa0, der(INTEGER, Buffer.of(2)));
  // A first byte from 0x40: positive, and no leading zero to strip.
  const serial = der(INTEGER, Buffer.of(0x40), randomBytes(15));
  const validity = sequence(time(new Date(notAfter.getTime() - 2 * YEAR_MS)), time(notAfter));
  const spki = publicKey.export({ type: "spki", format: "der" });
  const extensions = extra === undefined ? [] : [der(0xa3, sequence(extra))];
  const signed = sequence(version3, serial, algorithm, issuer, validity, subject, spki, ...extensions);
  return sequence(signed, algorithm, der(BIT_STRING, Buffer.of(0), sign("sha256", signed, issuerKey)));
}

const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OBJECT_IDENTIFIER = 0x06;
const UTF8_STRING = 0x0c;
const GENERALIZED_TIME = 0x18;
const SEQUENCE = 0x30;
const SET = 0x31;
const BOOLEAN_TRUE = Buffer.of(0x01, 0x01, 0xff);

/** Object identifiers as DER writes them. */
const OID = {
  commonName: "550403",
  basicConstraints: "551d13",
  subjectAltName: "551d11",
  ecdsaWithSha256: "2a8648ce3d040302",
} as const;

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const length = content.length;
  const header = length < 0x80 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(header), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(SEQUENCE, ...parts);
}

function oid(hex: string): Buffer {
  return der(OBJECT_IDENTIFIER, Buffer.from(hex, "hex"));
}

function distinguishedName(commonName: string): Buffer {
  return sequence(der(SET, sequence(oid(OID.commonName), der(UTF8_STRING, Buffer.from(commonName)))));
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(oid(id), der(OCTET_STRING, value));
}

function generalName(host: string): Buffer {
  return isIPv4(host) ? der(0x87, Buffer.from(host.split(".").map(Number))) : der(0x82, Buffer.from(host));
}

function time(date: Date): Buffer {
  return der(GENERALIZED_TIME, Buffer.from(date.toISOString().replace(/[-:T]|\.\d+/g, "")));
}

function pem(label: string, content: Buffer): string {
  const lines = content.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
