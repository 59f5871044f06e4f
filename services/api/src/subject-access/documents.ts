import { DOCUMENT_KINDS, type RenderedDocument, recogniseDocument, renderDocument } from "@chesil/document";
import type { DocumentPart, FactKind } from "@chesil/model";
import { type Client, type FactVersion, readMessagesOfDocuments, type VersionedFact } from "@chesil/store";
import type { Deps } from "../deps.ts";
import { documentsOf } from "../documents/find-document.ts";
import { openMessage } from "../documents/part-content.ts";
import { OpenMessages } from "./open-messages.ts";

/** The kinds of facts that have documents. */
export const WITH_DOCUMENTS = ["document", "result"] as const satisfies readonly FactKind[];

/** A document of a fact, as it is given to whom it is about. */
export type SubjectDocument = {
  /** From 1, as in `Binary/{fact}-{n}`. */
  readonly n: number;
  readonly title: string | undefined;
  /** The file that it is, where files go along; it says nothing of the patient. */
  readonly fileName: string;
  readonly kindName: string;
  readonly contentType: string;
  /** Where its sender keeps it, where that is all that was sent. */
  readonly reference: string | undefined;
  /** As it was sent. Undefined where its sender keeps it, or the journal does not have the message any more. */
  readonly bytes: Buffer | undefined;
  /** As a part of a page, where it can be shown as that. */
  render(): RenderedDocument | undefined;
};

type Placed = { readonly n: number; readonly part: DocumentPart; readonly journalId: number | undefined };

/**
 * The documents of a person's facts, one after the other: no more than one is in memory, and the messages that it and its
 * neighbours stand in.
 */
export class SubjectDocuments {
  readonly #client: Client;
  readonly #messages: OpenMessages;

  constructor(deps: Pick<Deps, "database" | "dialectOf">, client: Client) {
    this.#client = client;
    this.#messages = new OpenMessages((journalId) => openMessage(deps, journalId));
  }

  /** Those that a fact has now. */
  async *of(fact: VersionedFact): AsyncGenerator<SubjectDocument> {
    for (const placed of await this.#placed(fact)) yield await this.#read(fact, placed, "");
  }

  /** Those that one version of it had and the fact has no more: replaced by others, or taken out. */
  async *ofVersion(fact: VersionedFact, { journalId, content }: FactVersion): AsyncGenerator<SubjectDocument> {
    const parts = documentsOf(content);
    if (parts.length === 0) return;
    const now = new Set((await this.#placed(fact)).map(({ part, journalId: at }) => `${at} ${part.location}`));
    for (const [index, part] of parts.entries())
      if (!now.has(`${journalId} ${part.location}`))
        yield await this.#read(fact, { n: index + 1, part, journalId }, versionMark(journalId));
  }

  async #placed({ factId, content }: VersionedFact): Promise<Placed[]> {
    const parts = documentsOf(content);
    const messages = parts.length > 0 ? await readMessagesOfDocuments(this.#client, factId) : [];
    return parts.map((part, index) => ({ n: index + 1, part, journalId: messages[index] }));
  }

  async #read({ factId }: VersionedFact, { n, part, journalId }: Placed, mark: string): Promise<SubjectDocument> {
    const message = journalId === undefined ? undefined : await this.#messages.get(journalId);
    const bytes = await message?.contentOf(part);
    const kind = bytes && DOCUMENT_KINDS[recogniseDocument(bytes, part.contentType).kind];
    // What came as text of a message is UTF-8 by now, whatever its own declaration says.
    const options = part.encoding === "text" ? ({ charset: "utf-8" } as const) : {};
    return {
      ...{ n, title: part.title, reference: part.reference, bytes },
      fileName: `document-${factId}-${n}${mark}.${kind?.extension ?? "bin"}`,
      kindName: kind?.name ?? part.contentType,
      contentType: kind?.contentType ?? "application/octet-stream",
      render: () => bytes && renderDocument(bytes, part.contentType, options),
    };
  }
}

/** In the names of what an earlier version of a fact had: the journal entry that said it. */
export const versionMark = (journalId: number): string => `-earlier-${journalId}`;
