import {
  acknowledge,
  acknowledgeBatch,
  contentWithoutTransport,
  continuationOf,
  type FeedDialect,
  messageTree,
  openFrameContent,
  peek,
  readMessage,
  toEvent,
  validate,
} from "@chesil/hl7";
import { canonicalEvent, keysOfOperation, REASONS } from "@chesil/model";
import { mutantOf } from "../packages/hl7/src/mutation.ts";

/** Everything that is done to the bytes of a message before anything is stored or decided, done to mutants. */

const RECEIVED_AT = new Date("2026-05-01T08:00:00Z");

const DIALECTS: readonly FeedDialect[] = [
  { defaultAuthority: "RBD" },
  { defaultAuthority: "RBD" },
  { defaultAuthority: "RBD", segmentEnd: "lf", nhsNumberTraced: true },
  { defaultAuthority: "RBD", segmentEnd: "crlf", charset: "windows-1252" },
  { defaultAuthority: "RBD", unicodeIs: "iso-8859-1", foreignAuthorities: ["RDZ"] },
];

/** Reading against the standard is slower than all the rest together: one mutant in so many. */
const VALIDATED_EVERY = 50;

/**
 * Reads mutants `from` to `to` - 1 of a seed.
 * @returns what was not as it should be, in words; none is what is wanted.
 */
export async function fuzzReading(options: {
  corpus: readonly Uint8Array[];
  seed: number;
  from: number;
  to: number;
}): Promise<string[]> {
  const violations: string[] = [];
  for (let index = options.from; index < options.to; index++) {
    const bytes = mutantOf(options.corpus, options.seed, index);
    const dialect = DIALECTS[index % DIALECTS.length] ?? DIALECT;
    const found: string[] = [];
    try {
      found.push(...checkFrame(bytes, dialect), ...checkMessage(bytes, dialect));
      if (index % VALIDATED_EVERY === 0) await validated(bytes, dialect);
    } catch (error) {
      found.push((error as Error).stack ?? String(error));
    }
    violations.push(...found.map((text) => `mutant ${index} of seed ${options.seed}: ${text}`));
  }
  return violations;
}

const DIALECT: FeedDialect = { defaultAuthority: "RBD" };

/** The slices of a frame are the frame, and its answer can be framed. */
function* checkFrame(bytes: Uint8Array, dialect: FeedDialect): Generator<string> {
  const { messages, envelope } = openFrameContent(bytes, dialect);
  const slices = [...messages, ...(envelope ? [envelope.header, ...envelope.between, envelope.trailer] : [])];
  if (slices.reduce((sum, slice) => sum + slice.length, 0) !== bytes.length) yield "the slices are not the frame";
  contentWithoutTransport(bytes);
  if (envelope === undefined) return;
  const acknowledgements = messages.slice(0, 5).map((each) => acknowledged(each, dialect));
  const answer = acknowledgeBatch({ envelope: envelope.header, acknowledgements, controlId: "B1", at: RECEIVED_AT });
  if (answer !== null) yield* checkAnswer(bytes, answer);
}

function acknowledged(bytes: Uint8Array, dialect: FeedDialect): Uint8Array {
  const peeked = peek(bytes, dialect);
  const { header } = peeked;
  return acknowledge({
    ...(header ? { header } : {}),
    code: peeked.ok ? "AA" : "AE",
    controlId: "A1",
    at: RECEIVED_AT,
    ...(peeked.ok ? {} : { error: peeked.error }),
  });
}

/** What can not be in a frame, unless the frame itself had it. */
function* checkAnswer(bytes: Uint8Array, answer: Uint8Array): Generator<string> {
  const [sent, answered] = [Buffer.from(bytes), Buffer.from(answer)];
  if (sent.includes("\x0b") || sent.includes("\x1c\r")) return;
  if (answered.includes("\x0b") || answered.includes("\x1c\r")) yield "the answer can not be framed";
}

/** Peeked and mapped, and both agree: what is accepted can be mapped, and is ordered by all that it names. */
function* checkMessage(bytes: Uint8Array, dialect: FeedDialect): Generator<string> {
  const peeked = peek(bytes, dialect);
  yield* checkAnswer(bytes, acknowledged(bytes, dialect));
  const read = readMessage(bytes, dialect);
  if (!read.ok) {
    if (peeked.ok) yield "peek accepts what can not be read";
    return;
  }
  const { message } = read;
  if (!Buffer.from(message.toBytes()).equals(bytes)) yield "the bytes are not what came";
  messageTree(message);
  const mapped = toEvent(message, dialect, RECEIVED_AT);
  if (!mapped.ok) {
    if (REASONS[mapped.reason] === undefined) yield `no such reason: ${mapped.reason}`;
    const isPart = Object.keys(continuationOf(message)).length > 0;
    if (peeked.ok && peeked.header.messageCode === "ADT" && mapped.reason !== "not-mapped" && !isPart)
      yield `an ADT message was accepted and can not be mapped: ${mapped.reason}`;
    return;
  }
  const { event } = mapped;
  const parsed = canonicalEvent.safeParse(event);
  if (!parsed.success) yield `no canonical event: ${parsed.error.issues[0]?.path.join(".")} ${parsed.error.message}`;
  if (!peeked.ok) return;
  const named = new Set(peeked.identities);
  const keys = [...event.subjects.map(({ patient }) => patient.key), ...event.operations.flatMap(keysOfOperation)];
  const missing = keys.filter(({ authority, localId }) => !named.has(`${authority}|${localId}`));
  if (missing.length > 0) yield "the event names an identity that the message was not ordered by";
}

async function validated(bytes: Uint8Array, dialect: FeedDialect): Promise<void> {
  const read = readMessage(bytes, dialect);
  if (read.ok) await validate(read.message);
}
