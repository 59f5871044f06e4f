import type { SendProgress, SendReport } from "@chesil/simulator";
import type { Terminal } from "../terminal.ts";

/** A sending's report, over MLLP or ITK: the codes are those of the answers. */
export type PrintedReport = Omit<SendReport, "byCode" | "rejectedSamples" | "skipped"> & {
  readonly byCode: Readonly<Record<string, number>>;
  readonly rejectedSamples: readonly { readonly controlId: string; readonly code: string; readonly text: string }[];
  readonly skipped: readonly { readonly index: number; readonly why: string }[];
};

/** Progress on stderr, on a terminal only: one line that rewrites itself. */
export function progressLine(terminal: Terminal): (progress: SendProgress) => void {
  if (!terminal.isInteractive) return () => {};
  return ({ sent, accepted, rejected, resent }) => {
    terminal.progress(
      `sent ${sent}  accepted ${accepted}  rejected ${rejected}${resent > 0 ? `  resent ${resent}` : ""}`,
    );
  };
}

/** The report: JSON on stdout, or the same in words. */
export function printReport(report: PrintedReport, asJson: boolean, terminal: Terminal): void {
  if (asJson) {
    terminal.data(JSON.stringify(report));
    return;
  }
  const codes = Object.entries(report.byCode).map(([code, count]) => `${code} ${count}`);
  const lines = [
    `sent          ${report.sent} of ${report.taken}`,
    `accepted      ${report.accepted}`,
    `rejected      ${report.rejected}`,
    `answered      ${codes.join(", ") || "nothing"}`,
    `resent        ${report.resent}`,
    `no answer     ${report.unacknowledged.length}`,
    `not sent      ${report.skipped.length}`,
    `messages/s    ${report.messagesPerSecond.toFixed(0)}`,
    `latency ms    p50 ${report.p50Ms.toFixed(1)}  p95 ${report.p95Ms.toFixed(1)}  p99 ${report.p99Ms.toFixed(1)}`,
  ];
  for (const line of lines) terminal.data(line);
  for (const sample of report.rejectedSamples)
    terminal.data(`rejected ${sample.controlId || "(no control id)"}: ${sample.code} ${sample.text}`);
}
