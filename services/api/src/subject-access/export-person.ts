import { openGate } from "@chesil/access";
import type { ApiOptions } from "../deps.ts";
import { Problem } from "../problem.ts";
import { recordBundle } from "./bundle.ts";
import { type SubjectDocument, WITH_DOCUMENTS } from "./documents.ts";
import { recordPage } from "./page.ts";
import { permitSubject, type WholeRecord, withWholeRecord } from "./record.ts";

/** Takes a file of a record, in pieces. */
export type WriteFile = (name: string, content: AsyncIterable<string | Uint8Array>) => Promise<void>;

export type ExportedBy = {
  readonly personId: string;
  /** Who exports it, as they say themselves. */
  readonly by: string;
  readonly reason: string;
  /** The account of the machine. */
  readonly account: string;
};

/**
 * Writes one person's whole record as files: a page, a FHIR Bundle, and each document as it was sent.
 *
 * For whoever has the keys of the database, from whom the gate can keep nothing: it is asked with the rights of a privacy
 * officer for subject access and for nothing else, so that an opt-out holds, and that the look is on record before the first
 * file is written, in the name that was given, with the reason, as made on the command line.
 *
 * @returns false where there is no such person, or none who may be shown.
 */
export async function exportPerson(
  options: Pick<ApiOptions, "database" | "config" | "dialectOf" | "clock">,
  { personId, by, reason, account }: ExportedBy,
  writeFile: WriteFile,
): Promise<boolean> {
  const { database, clock, config } = options;
  const deps = { ...options, gate: openGate({ database, clock, policy: config.privacy }) };
  const viewer = { username: by, roles: ["privacy-officer"] as const };
  const look = { source: "command line", reason, account };
  try {
    const subject = await permitSubject(deps, { viewer, personId, look });
    await withWholeRecord(deps, subject, (record) => writeFiles(record, writeFile));
    return true;
  } catch (error) {
    if (error instanceof Problem && error.statusCode === 404) return false;
    throw error;
  }
}

async function writeFiles(record: WholeRecord, writeFile: WriteFile): Promise<void> {
  await writeFile("record.html", recordPage(record));
  await writeFile("record.fhir.json", recordBundle(record));
  for await (const { fileName, bytes } of documentsIn(record)) if (bytes) await writeFile(fileName, once(bytes));
}

/** Those that its facts have, and those that earlier versions of them had. */
async function* documentsIn(record: WholeRecord): AsyncGenerator<SubjectDocument> {
  for await (const fact of record.facts(WITH_DOCUMENTS)) {
    yield* record.documents(fact);
    for await (const version of record.earlier(fact.factId)) yield* record.earlierDocuments(fact, version);
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
