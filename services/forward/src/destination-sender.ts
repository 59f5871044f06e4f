import { controlIdOf, peek, readAcknowledgement, wantsAcknowledgement } from "@chesil/hl7";
import { type AnswerStage, MllpDeliveryError, MllpSender } from "@chesil/mllp";
import type { Destination, ForwardTelemetry } from "./start.ts";

/** What a destination said to a message. `code` is MSA-1, or why there is none. */
export type Said = {
  readonly outcome: "delivered" | "refused";
  readonly code: string;
  readonly answer: Buffer | null;
};

/** One destination's connection: a message at a time, each tried once. */
export class DestinationSender {
  readonly #sender: MllpSender;

  constructor(destination: Destination, telemetry: ForwardTelemetry) {
    this.#sender = new MllpSender({
      host: destination.host,
      port: destination.port,
      ...(destination.tls ? { tls: destination.tls } : {}),
      // The line itself sends again: it knows for how long, and keeps its place in the log meanwhile.
      limits: { ...destination.limits, attemptsMax: 1 },
      expect: "accept",
      matches: stageOf,
      onEvent: (event) => {
        if (event.kind === "attempt-failed") telemetry.attemptFailed(destination.name, event.code, event.attempts);
      },
    });
  }

  close(): Promise<void> {
    return this.#sender.close();
  }

  /** Undefined when nobody answered: the message is sent again. */
  async send(message: Uint8Array): Promise<Said | undefined> {
    try {
      if (!isAnswered(message)) {
        await this.#sender.sendOneWay(message);
        return { outcome: "delivered", code: "unanswered", answer: null };
      }
      const { answer } = await this.#sender.deliver(message);
      const code = readAcknowledgement(answer)?.code ?? "";
      const isTaken = code === "AA" || code === "CA";
      return { outcome: isTaken ? "delivered" : "refused", code, answer: Buffer.from(answer) };
    } catch (error) {
      if (error instanceof MllpDeliveryError && error.code === "not-frameable")
        return { outcome: "refused", code: "not-frameable", answer: null };
      return undefined;
    }
  }
}

/** Whether its sender asked for an answer to a message that is taken; else the receiver is right to say nothing. */
function isAnswered(message: Uint8Array): boolean {
  const { header } = peek(message, { defaultAuthority: "" });
  return header === undefined || wantsAcknowledgement(header, "accept");
}

/** An answer is ours when MSA-2 is our MSH-10, to the byte. CA is the first of two; everything else is the last word. */
function stageOf(answer: Uint8Array, message: Uint8Array): AnswerStage {
  const acknowledgement = readAcknowledgement(answer);
  if (acknowledgement === undefined || acknowledgement.controlId !== controlIdOf(message)) return undefined;
  return acknowledgement.code === "CA" ? "accept" : "final";
}
