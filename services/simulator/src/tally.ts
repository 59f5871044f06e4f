import type { Acknowledgement, AcknowledgementCode } from "@chesil/hl7";
import { LatencyHistogram } from "./latency.ts";

/** What became of the messages of one sending. */

/** Kept of the refusals, the first ones: enough to see what is wrong, never a memory of all. */
const REJECTED_SAMPLES_MAX = 20;

export type SendProgress = {
  readonly sent: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly resent: number;
};

export type RejectedSample = { readonly controlId: string; readonly code: AcknowledgementCode; readonly text: string };

/** `never-answered`: an acknowledgement, or MSH-15 NE, ER or SU, which MLLP's one answer a message can not serve. */
export type Skipped = { readonly index: number; readonly why: "never-answered" | "not-frameable" };

/**
 * The outcome of a sending. Every message taken from the source is in exactly one place:
 * taken = accepted + rejected + skipped + unacknowledged.
 */
export type SendReport = SendProgress & {
  /** Messages taken from the source. `sent` is how many of them were put on the wire at least once. */
  readonly taken: number;
  /** Answers that could not be believed: not an acknowledgement, or MSA-2 other than the message's MSH-10. */
  readonly errors: number;
  readonly byCode: Readonly<Partial<Record<AcknowledgementCode, number>>>;
  /** The first refusals, at most 20. */
  readonly rejectedSamples: readonly RejectedSample[];
  readonly skipped: readonly Skipped[];
  /** Indexes, in the source's order, of the messages that have no verdict: the receiver may or may not have them. */
  readonly unacknowledged: readonly number[];
  readonly seconds: number;
  /** Messages with a verdict, a second. */
  readonly messagesPerSecond: number;
  /** From first being put on the wire to the verdict, resends included. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  /** Why it ended before the source did, when it did. */
  readonly stopped?: "aborted" | "unreachable";
};

export class Tally {
  taken = 0;
  sent = 0;
  resent = 0;
  errors = 0;
  readonly skipped: Skipped[] = [];
  readonly unacknowledged: number[] = [];
  readonly #startedAtMs = performance.now();
  readonly #latencies = new LatencyHistogram();
  readonly #byCode: Partial<Record<AcknowledgementCode, number>> = {};
  readonly #samples: RejectedSample[] = [];
  #accepted = 0;
  #rejected = 0;

  /** A believed verdict on one message. */
  verdict({ code, controlId, text }: Acknowledgement, latencyMs: number): void {
    this.#latencies.record(latencyMs);
    this.#byCode[code] = (this.#byCode[code] ?? 0) + 1;
    if (code === "AA" || code === "CA") {
      this.#accepted++;
      return;
    }
    this.#rejected++;
    if (this.#samples.length < REJECTED_SAMPLES_MAX) this.#samples.push({ controlId, code, text });
  }

  progress(): SendProgress {
    return { sent: this.sent, accepted: this.#accepted, rejected: this.#rejected, resent: this.resent };
  }

  report(stopped: SendReport["stopped"]): SendReport {
    const seconds = (performance.now() - this.#startedAtMs) / 1000;
    return {
      ...this.progress(),
      taken: this.taken,
      errors: this.errors,
      byCode: this.#byCode,
      rejectedSamples: this.#samples,
      skipped: this.skipped,
      unacknowledged: this.unacknowledged.toSorted((left, right) => left - right),
      seconds,
      messagesPerSecond: seconds > 0 ? (this.#accepted + this.#rejected) / seconds : 0,
      p50Ms: this.#latencies.percentile(0.5),
      p95Ms: this.#latencies.percentile(0.95),
      p99Ms: this.#latencies.percentile(0.99),
      ...(stopped === undefined ? {} : { stopped }),
    };
  }
}
