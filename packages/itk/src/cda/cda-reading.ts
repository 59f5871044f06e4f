import type { CanonicalEvent, Coding, Party, SourceKey } from "@chesil/model";

/** How a feed's documents are read: configuration. */
export type CdaReading = {
  /**
   * Who gives out the patients' ids where an id names nobody, and whose the source records are that have no patient's id:
   * those are (authority, document set).
   */
  readonly authority: string;
  /** What Chesil calls an assigning authority, by its name as sent, by its ODS code, or by the root of its ids. */
  readonly authorities?: Readonly<Record<string, string>>;
  /** What the local ids of an authority (as Chesil calls it) are, where the kind of document gets it wrong. */
  readonly localIds?: Readonly<Record<string, "patient" | "call">>;
};

/** What the reader is told beside the document. Nothing else decides what the event says. */
export type CdaContext = {
  /** The only clock: times later than this are not believed. */
  readonly receivedAt: Date;
  /** What names the message, the same in a resend: the tracking id, or the payload's. */
  readonly controlId: string;
  /** Where the document stands in what is kept, and how long it is. */
  readonly content: { readonly location: string; readonly bytes: number };
};

export type CdaResult =
  | {
      readonly ok: true;
      readonly event: CanonicalEvent;
      /** The source record that the document is kept under, by which it is put in order. */
      readonly key: SourceKey;
      readonly document: CdaDocument;
    }
  | { readonly ok: false; readonly reason: "not-readable" | "no-patient-id"; readonly text: string };

/** What a document says of itself and the event has no place for. */
export type CdaDocument = {
  readonly id?: string;
  /** Of a nullification, the one that it takes back. */
  readonly set: string;
  readonly version?: number;
  /** `POCD_MT150001UK06`. */
  readonly messageType: string;
  readonly isNullification: boolean;
  readonly custodian?: Party;
  readonly recipients: readonly Recipient[];
  readonly sections: readonly Section[];
};

export type Recipient = Party & { readonly isPrimary: boolean };

/** In the order of the document; `depth` 1 stands directly in its body. */
export type Section = { readonly depth: number; readonly title?: string; readonly code?: Coding };
