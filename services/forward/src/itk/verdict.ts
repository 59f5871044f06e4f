import { type Answer, readAnswer, writeSoap } from "@chesil/itk";
import { readXml, standalone, type XmlReading } from "@chesil/xml";
import type { ItkReply } from "./client.ts";

/** What an answer says of the message that it answers. `again`: it may have arrived or not, and is to be sent again. */
export type Verdict = {
  readonly kind: "accepted" | "refused" | "again";
  /** OK, AA, a code of ToolkitErrorInfo or of the envelope's errors; else what HTTP or the connection said. */
  readonly code: string;
  /** The other side's own words. */
  readonly text: string;
  readonly answer: Buffer | null;
};

/** Taken as it is, without a word about it. */
const TAKEN_SILENTLY = [202, 204];
/** Statuses that speak of the message and not of the place it was sent to. */
const MESSAGE_REFUSED = [400, 413, 415, 422];
const WAIT_AND_SEND_AGAIN = 503;

/** Only what names our tracking id, or none, is believed. */
export function verdictOf(reply: ItkReply, trackingId: string): Verdict {
  if (reply.kind === "none") return { kind: "again", code: reply.code, text: "", answer: null };
  const { status, bytes } = reply;
  const say = (kind: Verdict["kind"], code: string, text = ""): Verdict => ({ kind, code, text, answer: bytes });
  if (bytes.length === 0 && TAKEN_SILENTLY.includes(status)) return say("accepted", `http-${status}`);
  const answer = readAnswer(inSoap(readXml(bytes)));
  const read = said(answer, trackingId);
  // Who is busy may say so with the fault that it has for everything.
  if (read === undefined || (status === WAIT_AND_SEND_AGAIN && read[0] !== "accepted"))
    return say(MESSAGE_REFUSED.includes(status) ? "refused" : "again", `http-${status}`);
  // What calls itself a failure has not taken the message, whatever the body holds.
  if (read[0] === "accepted" && (status < 200 || status > 299)) return say("again", `http-${status}`);
  return say(...read);
}

type Said = [kind: Verdict["kind"], code: string, text: string];

function said(answer: Answer, trackingId: string): Said | undefined {
  switch (answer.kind) {
    case "unreadable":
      return undefined;
    case "simple":
      return isOurs(answer.trackingId, trackingId) ? ["accepted", "OK", ""] : MISMATCH;
    case "fault": {
      const { mayRetry, errorCode, faultCode, text } = answer.fault;
      return [mayRetry ? "again" : "refused", errorCode ?? faultCode ?? "fault", text];
    }
    case "envelope":
      return saidByEnvelope(answer, trackingId);
  }
}

const MISMATCH: Said = ["again", "other-message", ""];

/** An answer without acknowledgements is what a query brought. */
function saidByEnvelope({ acknowledgements }: Answer & { kind: "envelope" }, trackingId: string): Said {
  let taken: Said = ["accepted", "response", ""];
  for (const { kind, acknowledgement } of acknowledgements) {
    if (!isOurs(acknowledgement.trackingId, trackingId)) return MISMATCH;
    if (kind === "infrastructure") {
      const [error] = acknowledgement.errors;
      if (!acknowledgement.isOk) return ["refused", error?.code ?? "Failure", error?.diagnostic ?? error?.text ?? ""];
      taken = ["accepted", "OK", ""];
    } else if (acknowledgement.code !== "AA") {
      return ["refused", acknowledgement.code, acknowledgement.details[0]?.text ?? ""];
    } else taken = ["accepted", "AA", ""];
  }
  return taken;
}

const isOurs = (named: string, trackingId: string) => named === "" || named.toUpperCase() === trackingId.toUpperCase();

const SOAP_ENVELOPE = "Envelope";

/** An answer on a bare envelope is bare: the same in SOAP is read the same way. */
function inSoap(reading: XmlReading): XmlReading {
  if (!reading.ok || reading.document.root.name === SOAP_ENVELOPE) return reading;
  const { document } = reading;
  return readXml(Buffer.from(writeSoap({ addressing: {}, body: standalone(document, document.root) })));
}
