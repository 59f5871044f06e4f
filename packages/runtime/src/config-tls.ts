import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { createSecureContext } from "node:tls";

const FILE_BYTES_MAX = 1024 * 1024;

type TlsFiles = {
  readonly certificateFile: string | undefined;
  readonly keyFile: string | undefined;
  readonly caFile: string | undefined;
};

type TlsProblem = { readonly setting: keyof TlsFiles; readonly text: string; readonly remedy: string };

/** What is wrong with a feed's TLS files, as they are just now; nothing when TLS can be spoken with them. */
export function tlsProblems(files: TlsFiles, folder: string, now: Date = new Date()): TlsProblem[] {
  const problems: TlsProblem[] = [];
  const read = (setting: keyof TlsFiles): Buffer | undefined => {
    const name = files[setting];
    if (name === undefined) return undefined;
    const path = resolve(folder, name);
    try {
      return readFileSync(path).subarray(0, FILE_BYTES_MAX);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? "unreadable";
      const remedy = "Name a file that exists and may be read.";
      problems.push({ setting, text: `cannot be read: ${path} (${code})`, remedy });
      return undefined;
    }
  };
  const readCertificate = (setting: "certificateFile" | "caFile"): Buffer | undefined => {
    const pem = read(setting);
    if (pem === undefined || succeeds(() => new X509Certificate(pem))) return pem;
    problems.push({ setting, text: "holds no certificate", remedy: "Give a file of PEM certificates." });
    return undefined;
  };
  readCertificate("caFile");
  const cert = readCertificate("certificateFile");
  const untimely = cert && untimelinessOf(cert, now);
  if (untimely !== undefined) {
    const text = `${untimely}: ${resolve(folder, files.certificateFile ?? "")}`;
    problems.push({ setting: "certificateFile", text, remedy: "Give a certificate that is valid today." });
  }
  const key = read("keyFile");
  if (cert !== undefined && key !== undefined && !succeeds(() => createSecureContext({ cert, key }))) {
    const remedy = "Give its private key, PEM, without a passphrase.";
    problems.push({ setting: "keyFile", text: "is not the certificate's key", remedy });
  }
  return problems;
}

/**
 * Whether our own certificate, the first of the file, has expired or is not valid yet: senders that look would turn
 * away, and would not say to us why.
 */
function untimelinessOf(pem: Buffer, now: Date): string | undefined {
  if (!succeeds(() => new X509Certificate(pem))) return undefined;
  const { validFrom, validTo } = new X509Certificate(pem);
  const [from, to] = [new Date(validFrom), new Date(validTo)];
  if (to < now) return `expired on ${to.toISOString()}`;
  return from > now ? `is not valid before ${from.toISOString()}` : undefined;
}

/** OpenSSL's own words may quote the file, so they stay unread. */
function succeeds(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}
