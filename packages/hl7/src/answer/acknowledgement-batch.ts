import { Buffer } from "node:buffer";
import { DEFAULT_DELIMITERS, readDelimiters } from "../message/delimiters.ts";
import { encodeText } from "../message/escape.ts";
import { formatTime } from "../message/london-clock.ts";
import { segmentText } from "./acknowledgement.ts";

export interface BatchAcknowledgementInput {
  /** What stood before the first message of the frame: FHS, BHS or both. */
  readonly envelope: Uint8Array;
  /** One for each message of the batch, in their order; null where its sender wants none. */
  readonly acknowledgements: readonly (Uint8Array | null)[];
  /** Our own BHS-11 and FHS-11. */
  readonly controlId: string;
  readonly at: Date;
}

/**
 * The answer to a batch: one batch of the acknowledgements that are wanted, which names the batch it answers (BHS-12).
 * Null when none is wanted. A batch without messages, which has nothing to be refused, is answered by one without
 * acknowledgements. A sender who put an envelope of files around it gets one back.
 */
export function acknowledgeBatch(input: BatchAcknowledgementInput): Uint8Array | null {
  const wanted = input.acknowledgements.filter((each) => each !== null);
  if (wanted.length === 0 && input.acknowledgements.length > 0) return null;
  const lines = Buffer.from(input.envelope)
    .toString("latin1")
    .split(/[\r\n]+/);
  const file = lines.find((line) => line.startsWith("FHS"));
  const batch = lines.find((line) => line.startsWith("BHS")) ?? file ?? "";
  const opening = file === undefined ? [] : [envelopeHeader("FHS", file, input)];
  opening.push(envelopeHeader("BHS", batch, input));
  const closing = [segmentText(["BTS", String(wanted.length)], separatorOf(batch))];
  if (file !== undefined) closing.push(segmentText(["FTS", "1"], separatorOf(file)));
  const texts = (segments: readonly string[]) => Buffer.from(segments.join(""), "latin1");
  return Buffer.concat([texts(opening), ...wanted, texts(closing)]);
}

/** FHS and BHS have the same fields: who sends and receives (3 to 6), when (7), their own id (11) and the other's (12). */
function envelopeHeader(id: "FHS" | "BHS", received: string, input: BatchAcknowledgementInput): string {
  const delimiters = readDelimiters(received) ?? DEFAULT_DELIMITERS;
  const sent = readDelimiters(received) === undefined ? [] : received.split(delimiters.field, 12);
  const echoed = (field: number) => sent[field - 1] ?? "";
  const fields = [
    id,
    delimiters.encodingCharacters,
    echoed(5),
    echoed(6),
    echoed(3),
    echoed(4),
    formatTime(input.at),
    "",
    "",
    "",
    encodeText(input.controlId, delimiters),
    echoed(11),
  ];
  while (fields.at(-1) === "") fields.pop();
  return segmentText(fields, delimiters.field);
}

const separatorOf = (received: string): string => (readDelimiters(received) ?? DEFAULT_DELIMITERS).field;
