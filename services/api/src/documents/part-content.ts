import { setImmediate as turn } from "node:timers/promises";
import { bundleDocument } from "@chesil/fhir";
import {
  continuationOf,
  documentContent,
  type FeedDialect,
  joinContinued,
  type Message,
  readMessage,
} from "@chesil/hl7";
import { cdaContent } from "@chesil/itk";
import type { DocumentPart } from "@chesil/model";
import { readCorrections, readJournal, readMessagesSettledWith } from "@chesil/store";
import { readXmlInTurns, type XmlElement } from "@chesil/xml";
import type { Deps } from "../deps.ts";
import type { FoundDocument } from "./find-document.ts";

/** A message of the journal, read once for all the documents in it. */
export type OpenMessage = {
  /** Of the message as received. */
  readonly size: number;
  /** The bytes of a document, decoded. Undefined where the message does not hold them, or not in their encoding. */
  contentOf(part: DocumentPart): Promise<Buffer | undefined>;
};

/**
 * A message as received, or as a person repaired it: of one that was too large for its sender, all its parts. Undefined where
 * the journal does not have it.
 */
export async function openMessage(
  { database, dialectOf }: Pick<Deps, "database" | "dialectOf">,
  journalId: number,
): Promise<OpenMessage | undefined> {
  const [entry] = await readJournal(database, [journalId]);
  if (!entry) return undefined;
  const correction = (await readCorrections(database.pool, [journalId])).get(journalId);
  const raw = correction?.bytes ?? entry.raw;
  // Which of the two it is, the place of what is asked for says.
  let bundle: { readonly json: unknown } | undefined;
  let message: Promise<Message | undefined> | undefined;
  let document: Promise<XmlElement | undefined> | undefined;
  return {
    size: raw.byteLength,
    async contentOf({ location, reference }) {
      if (reference !== undefined) return undefined;
      if (entry.messageCode === "CDA") {
        document ??= rootOf(raw);
        return documentOf(raw, await document, location);
      }
      if (location.startsWith("Bundle.")) bundle ??= { json: jsonOf(raw) };
      else message ??= wholeMessage(database, journalId, raw, dialectOf(entry.feed));
      const found = bundle ? bundleDocument(bundle.json, location) : documentIn(await message, location);
      return found && Buffer.from(found.bytes);
    },
  };
}

/** The bytes of a document. Undefined where its sender keeps it, it is not in its encoding, or the message is gone. */
export async function readPartContent(
  deps: Pick<Deps, "database" | "dialectOf">,
  { part, journalId }: FoundDocument,
): Promise<Buffer | undefined> {
  if (part.reference !== undefined) return undefined;
  return (await openMessage(deps, journalId))?.contentOf(part);
}

const documentIn = (message: Message | undefined, location: string) => message && documentContent(message, location);

/** Of a CDA document, which is the whole entry, all of it or what is wrapped in it. */
function documentOf(raw: Buffer, root: XmlElement | undefined, location: string): Buffer | undefined {
  if (!root) return undefined;
  if (!location.includes("/")) return raw;
  const found = cdaContent(root, location);
  return found && Buffer.from(found.bytes);
}

async function rootOf(raw: Buffer): Promise<XmlElement | undefined> {
  const read = await readXmlInTurns(raw, turn);
  return read.ok ? read.document.root : undefined;
}

function jsonOf(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString("utf8"));
  } catch {
    return undefined;
  }
}

/** The message; of one that was too large for its sender, all its parts together, as it was when it was applied. */
async function wholeMessage(
  database: Deps["database"],
  journalId: number,
  raw: Buffer,
  dialect: FeedDialect,
): Promise<Message | undefined> {
  const read = readMessage(raw, dialect);
  if (!read.ok) return undefined;
  const { message } = read;
  if (continuationOf(message).continued === undefined) return message;
  const settled = await readJournal(database, await readMessagesSettledWith(database.pool, journalId));
  const parts = settled.flatMap((entry) => {
    const part = readMessage(entry.raw, dialect);
    return part.ok ? [part.message] : [];
  });
  const joined = joinContinued([...partsBefore(message, parts), message], dialect);
  return joined.ok ? joined.message : message;
}

/** Those that lead to the message, first to last: each continues in the next. */
function partsBefore(message: Message, candidates: readonly Message[]): Message[] {
  const parts: Message[] = [];
  for (let next: Message | undefined = message; next; next = parts[0]) {
    const pointer: string | undefined = continuationOf(next).continued;
    const before = candidates.find(
      (each) => pointer !== undefined && continuationOf(each).continues === pointer && !parts.includes(each),
    );
    if (!before) break;
    parts.unshift(before);
  }
  return parts;
}
