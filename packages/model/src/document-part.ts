import { z } from "zod";

/**
 * A document's content, or a reference to it: large content stays in the journal and is read from the message.
 * `location` is the place in the message: `OBX[3]-5`, or `OBX[3..40]-5` where lines of text make one content.
 */
export const documentPart = z.object({
  location: z.string(),
  contentType: z.string(),
  encoding: z.enum(["text", "base64", "hex"]),
  /** Of the decoded content, as far as it can be known without decoding. */
  bytes: z.int(),
  /** OBX-3, what the part is called. */
  title: z.string().optional(),
  /** RP: where the sender keeps the content, as sent. It is not in the message, and Chesil never fetches it. */
  reference: z.string().optional(),
  /** Plain text up to `DOCUMENT_TEXT_LENGTH_MAX`; longer or other content only in the message. */
  text: z.string().optional(),
});
export type DocumentPart = z.infer<typeof documentPart>;

/** Longer text stays in the journal. */
export const DOCUMENT_TEXT_LENGTH_MAX = 16_384;
