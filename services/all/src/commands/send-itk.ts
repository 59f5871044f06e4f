import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { ItkSender, serviceNamed, type Verdict, type Wrapped, wrapFile } from "@chesil/forward";
import { type Terminal, UsageError } from "../terminal.ts";
import { type PrintedReport, printReport, progressLine } from "./send-report.ts";

/** The options of `chesil send` that mean something over ITK only. */
export type ItkArguments = {
  readonly sender?: string;
  readonly receiver?: string;
  readonly service?: string;
  readonly ask?: string;
  readonly bare?: boolean;
  readonly ca?: string;
  readonly certificate?: string;
  readonly key?: string;
};

type Given = ItkArguments & { readonly to: string; readonly connections: string; readonly window: string } & {
  readonly rate?: string;
  readonly json?: boolean;
};

const ITK_ADDRESS = /^itk\+(https?:\/\/.+)$/;
const REJECTED_SAMPLES_MAX = 20;

export const isItk = (to: string): boolean => to.startsWith("itk+");

/** `chesil send PATH… --to itk+https://…`: the messages of files, one envelope each, one after another. */
export async function sendItk(files: readonly string[], given: Given, terminal: Terminal): Promise<number> {
  const sender = openSender(given, terminal);
  const tally = new ItkTally();
  const showProgress = progressLine(terminal);
  const rate = rateOf(given.rate);
  const startedAtMs = performance.now();
  try {
    for (const wrapped of wrappedIn(files, given)) {
      // What is left is not looked at: a place that one message could not reach, the next can not either.
      if (terminal.interrupted.aborted || tally.stopped) break;
      await tally.take(wrapped, sender, terminal.interrupted);
      showProgress(tally.report());
      const waitMs = startedAtMs + (tally.taken * 1_000) / rate - performance.now();
      if (waitMs > 0) await sleep(waitMs, undefined, { signal: terminal.interrupted }).catch(() => {});
    }
  } finally {
    sender.close();
  }
  const report = tally.report(terminal.interrupted.aborted ? "aborted" : undefined);
  printReport(report, given.json === true, terminal);
  if (report.taken === 0) throw new UsageError(`No message was found in ${files.join(", ")}.`);
  return report.unacknowledged.length === 0 && report.errors === 0 ? 0 : 1;
}

function rateOf(given: string | undefined): number {
  if (given === undefined) return Number.POSITIVE_INFINITY;
  if (!(Number(given) > 0)) throw new UsageError("--rate must be above 0.");
  return Number(given);
}

function openSender(given: Given, terminal: Terminal): ItkSender {
  const [, url] = ITK_ADDRESS.exec(given.to) ?? [];
  if (url === undefined || !URL.canParse(url))
    throw new UsageError(`"${given.to}" is no ITK address. Write it as itk+https://127.0.0.1:8080/itk.`);
  if (given.connections !== "1" || given.window !== "1")
    throw new UsageError("ITK messages go one after another: leave --connections and --window out.");
  const { ca, certificate: cert, key } = given;
  if ((cert === undefined) !== (key === undefined)) throw new UsageError("--certificate and --key go together.");
  const tls = {
    ...(ca ? { ca: fileNamed(ca) } : {}),
    ...(cert && key ? { cert: fileNamed(cert), key: fileNamed(key) } : {}),
  };
  return new ItkSender({ url, tls, username: senderOf(given), isBare: given.bare === true, now: terminal.now });
}

function fileNamed(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new UsageError(`There is no file ${path} that may be read.`);
  }
}

function senderOf({ sender }: Given): string {
  if (sender !== undefined && /^[A-Z0-9]{3,10}$/.test(sender)) return sender;
  throw new UsageError("Over ITK somebody sends: give the ODS code, such as --sender RBD.");
}

const ASKS = ["infrastructure", "business"];

function* wrappedIn(files: readonly string[], given: Given): Generator<Wrapped> {
  const { receiver, service } = given;
  if (service !== undefined && serviceNamed(service) === undefined)
    throw new UsageError(`"${service}" is no ITK service. Leave --service out, or write it as SendCDADocument-v2-0.`);
  const asked = given.ask?.split(",") ?? [];
  if (asked.some((each) => !ASKS.includes(each)))
    throw new UsageError("--ask is infrastructure, business, or both with a comma between.");
  const [asksInfrastructure = false, asksBusiness = false] = ASKS.map((each) => asked.includes(each));
  const options = { sender: senderOf(given), receiver, service, asksInfrastructure, asksBusiness };
  for (const file of files) yield* wrapFile(readFileSync(file), options);
}

/** What became of the messages. taken = accepted + rejected + skipped + unacknowledged. */
class ItkTally {
  taken = 0;
  stopped: PrintedReport["stopped"];
  #sent = 0;
  #accepted = 0;
  #rejected = 0;
  #resent = 0;
  #errors = 0;
  readonly #byCode: Record<string, number> = {};
  readonly #samples: { controlId: string; code: string; text: string }[] = [];
  readonly #skipped: { index: number; why: string }[] = [];
  readonly #unacknowledged: number[] = [];
  readonly #latenciesMs: number[] = [];
  readonly #startedAtMs = performance.now();

  async take(wrapped: Wrapped, sender: ItkSender, stop: AbortSignal): Promise<void> {
    const index = this.taken++;
    if (!wrapped.ok) {
      this.#skipped.push({ index, why: wrapped.why });
      return;
    }
    this.#sent++;
    const startedAtMs = performance.now();
    const verdict = await sender.send(wrapped.message, stop);
    this.#resent += verdict.attempts - 1;
    if (verdict.kind === "again") this.#giveUp(index, verdict);
    else this.#settle(verdict, wrapped.message.trackingId, performance.now() - startedAtMs);
  }

  /** An answer that could not be believed is an error; none at all, and whoever sends would wait as long for the next. */
  #giveUp(index: number, { code, answer }: Verdict): void {
    this.#byCode[code] = (this.#byCode[code] ?? 0) + 1;
    this.#unacknowledged.push(index);
    if (answer === null) this.stopped = "unreachable";
    else this.#errors++;
  }

  #settle({ kind, code, text }: Verdict, trackingId: string, latencyMs: number): void {
    this.#latenciesMs.push(latencyMs);
    this.#byCode[code] = (this.#byCode[code] ?? 0) + 1;
    if (kind === "accepted") this.#accepted++;
    else this.#rejected++;
    if (kind === "refused" && this.#samples.length < REJECTED_SAMPLES_MAX)
      this.#samples.push({ controlId: trackingId, code, text });
  }

  report(stopped = this.stopped): PrintedReport {
    const seconds = (performance.now() - this.#startedAtMs) / 1_000;
    const sorted = this.#latenciesMs.toSorted((a, b) => a - b);
    const percentile = (part: number) => sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0;
    return {
      ...{ taken: this.taken, sent: this.#sent, accepted: this.#accepted, rejected: this.#rejected },
      ...{ resent: this.#resent, errors: this.#errors, byCode: this.#byCode, rejectedSamples: this.#samples },
      ...{ skipped: this.#skipped, unacknowledged: this.#unacknowledged, seconds },
      messagesPerSecond: seconds > 0 ? (this.#accepted + this.#rejected) / seconds : 0,
      ...{ p50Ms: percentile(0.5), p95Ms: percentile(0.95), p99Ms: percentile(0.99) },
      ...(stopped === undefined ? {} : { stopped }),
    };
  }
}
