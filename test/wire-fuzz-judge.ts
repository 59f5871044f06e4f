import { acknowledgementDue, contentWithoutTransport, openFrameContent, peek } from "@chesil/hl7";
import { type Database, verifyJournal } from "@chesil/store";
import { DIALECT } from "./region.ts";
import { FrameReference } from "./wire-fuzz-framing.ts";
import type { SessionResult } from "./wire-fuzz-sessions.ts";

/** What a listener told of its connections. */
export type Heard = {
  /** By the port that the sender had. */
  readonly connections: Map<number, string>;
  /** By connection. */
  readonly faults: Map<string, string[]>;
  /** What must not happen, whatever is sent. */
  readonly failures: string[];
};

/** A session that was sent, and the id of its connection. */
export type Played = Omit<SessionResult, "localPort"> & { readonly connection: string };

/** Of the good message at the end. */
export const LAST_CONTROL_ID = "THE-LAST-ONE";

type Row = {
  journal_id: number;
  control_id: string;
  connection: string;
  raw: Buffer;
  accepted: boolean;
  acknowledgement: Buffer | null;
  acknowledgement_code: string;
  outcome: string | null;
  reason: string | null;
};

async function readRows(database: Database): Promise<Row[]> {
  const { rows } = await database.pool.query<Row>(
    `select journal_id, control_id, connection, raw, accepted, acknowledgement, acknowledgement_code, outcome, reason
     from journal left join outcome using (journal_id) where kind = 'message' order by journal_id`,
  );
  return rows;
}

/** Holds what each connection received, and what was told of it, against what it sent and what the journal says. */
export async function judgeSessions(database: Database, results: readonly Played[], heard: Heard): Promise<string[]> {
  const rows = await readRows(database);
  const resends = await database.pool.query<{ journal_id: number; connection: string }>(
    "select journal_id, connection from redelivery order by redelivery_id",
  );
  const byConnection = Map.groupBy(rows, (row) => row.connection);
  const byId = new Map(rows.map((row) => [row.journal_id, row]));
  const resent = Map.groupBy(resends.rows, (row) => row.connection);
  const violations: string[] = [];
  for (const result of results) {
    const id = result.connection;
    const connection = `127.0.0.1/${id}`;
    const ledger = {
      rows: byConnection.get(connection) ?? [],
      originals: (resent.get(connection) ?? []).flatMap(({ journal_id }) => byId.get(journal_id) ?? []),
    };
    const found = [...walk(result, ledger), ...faultsOf(result, heard.faults.get(id) ?? [])];
    violations.push(...found.map((text) => `connection ${id}: ${text}`));
  }
  return violations;
}

type Ledger = { readonly rows: readonly Row[]; readonly originals: readonly Row[] };

/**
 * Message by message: what came is in the journal byte for byte, or is the resend of one that is; and the answer that
 * stands there is the next one received, byte for byte. One that was cut off may have reached us up to anywhere.
 */
function* walk({ session, answers: received }: Played, ledger: Ledger): Generator<string> {
  // A frame over the limit may be refused, and is in no journal.
  const isTooLarge =
    session.faults.at(-1) === "frame-too-large" && received.at(-1)?.includes("nothing of it was stored");
  const answers = isTooLarge ? received.slice(0, -1) : received;
  const rows = [...ledger.rows];
  const originals = [...ledger.originals];
  const due: (readonly (Buffer | null)[])[] = [];
  for (const [index, frame] of session.frames.entries()) {
    const { messages, envelope } = openFrameContent(frame, DIALECT);
    const slots: (Buffer | null)[] = [];
    for (const message of messages.length === 0 ? [frame] : messages) {
      const row = rows[0]?.raw.equals(message) ? rows.shift() : takeOriginal(originals, message);
      if (row !== undefined) slots.push(row.acknowledgement);
      else if (!session.isCut) yield `frame ${index} is not in the journal`;
    }
    if (envelope === undefined) due.push(...slots.filter((slot) => slot !== null).map((slot) => [slot]));
    else if (slots.some((slot) => slot !== null)) due.push(slots);
  }
  if (rows.length > 0) yield `${rows.length} messages in the journal that were not sent`;
  if (answers.length > due.length || (!session.isCut && answers.length < due.length))
    yield `${answers.length} answers where ${due.length} were due`;
  for (const [index, answer] of answers.entries()) {
    if (!isAnswer(answer, due[index] ?? [])) yield `answer ${index} is not the one that the journal has`;
  }
}

function takeOriginal(originals: Row[], message: Uint8Array): Row | undefined {
  const content = (bytes: Uint8Array) => Buffer.concat(contentWithoutTransport(bytes));
  const at = originals.findIndex(({ raw }) => content(raw).equals(content(message)));
  return at < 0 ? undefined : originals.splice(at, 1)[0];
}

/** A batch's answer has ours around those of its messages. */
function isAnswer(answer: Buffer, due: readonly (Buffer | null)[]): boolean {
  const wanted = due.filter((each) => each !== null);
  const [only] = wanted;
  if (due.length === 1 && only !== undefined && answer.equals(only)) return true;
  return answer.includes(Buffer.concat(wanted)) && /^[FB]HS/.test(answer.toString("latin1"));
}

function faultsOf({ session }: Played, told: readonly string[]): string[] {
  if (session.isCut) return [];
  const wanted = session.faults.join();
  return told.join() === wanted ? [] : [`faults told: ${told.join()}; due: ${wanted}`];
}

/** The journal by itself: each row is what its bytes deserve, and law 2's sum holds. */
export async function judgeJournal(
  database: Database,
): Promise<{ outcomes: Record<string, number>; violations: string[] }> {
  const rows = await readRows(database);
  const violations = rows.flatMap((row) => [...judgeRow(row)].map((text) => `${text}: ${beginning(row.raw)}`));
  const { counted, tallied, damaged, inFlight, withoutOutcome } = await verifyJournal(database);
  const { received = 0, ...outcomes } = counted;
  const sum = Object.values(outcomes).reduce((total, each) => total + each, 0);
  if (sum !== received) violations.push(`received ${received}, and ${sum} outcomes`);
  if (JSON.stringify(tallied) !== JSON.stringify(counted)) violations.push("the tally does not agree with the rows");
  if (damaged.length + inFlight + withoutOutcome.length > 0)
    violations.push(`damaged ${damaged.length}, in flight ${inFlight}, without outcome ${withoutOutcome.length}`);
  const last = rows.filter((row) => row.control_id === LAST_CONTROL_ID).map((row) => row.outcome);
  if (last.join() !== "applied") violations.push(`the good message at the end: ${last.join() || "not there"}`);
  return {
    outcomes: Object.fromEntries(
      Map.groupBy(rows, keyOf)
        .entries()
        .map(([key, { length }]) => [key, length]),
    ),
    violations,
  };
}

/** Enough of a mutant to see what is the matter with it. */
const beginning = (raw: Buffer) => `${raw.length} bytes, ${JSON.stringify(raw.toString("latin1", 0, 400))}`;

const keyOf = ({ outcome, reason }: Row) => [outcome, reason].filter((word) => word !== null).join(" ");

/** Authority and local id together; longer ones are refused. */
const IDENTITY_LENGTH_MAX = 256;

function* judgeRow(row: Row): Generator<string> {
  const { messages, envelope } = openFrameContent(row.raw, DIALECT);
  if (messages.length === 0 && envelope?.faults.length === 0) {
    if (row.outcome !== "applied" || row.accepted) yield "a batch without messages has something to apply";
    if (!/\rBTS.0\r/.test(row.acknowledgement?.toString("latin1") ?? "")) yield "it is not answered as a batch";
    return;
  }
  const peeked = peek(row.raw, DIALECT);
  if (peeked.ok && peeked.identities.some((identity) => identity.length > IDENTITY_LENGTH_MAX)) {
    if (row.outcome !== "rejected" || row.reason !== "no-patient-id") yield "an id that no index takes was accepted";
    return;
  }
  const told = !peeked.ok ? peeked.severity : row.outcome === "conflict" ? "conflict" : "accept";
  const { code, wanted } = acknowledgementDue(peeked.header, told);
  const isWanted = wanted && (peeked.ok || peeked.acknowledge);
  if (row.accepted !== (told === "accept")) yield `accepted: ${row.accepted}`;
  if (!peeked.ok && row.reason !== peeked.reason) yield `reason ${row.reason} where ${peeked.reason} was due`;
  if (row.acknowledgement_code !== code) yield `answered ${row.acknowledgement_code} where ${code} was due`;
  if ((row.acknowledgement !== null) !== isWanted) yield isWanted ? "no answer" : "an answer nobody asked for";
  if (row.reason === "apply-failed") yield "applying it failed";
  const { acknowledgement } = row;
  if (acknowledgement !== null) yield* judgeAnswer({ ...row, acknowledgement }, code, peeked.header !== undefined);
}

/** MSA-1 is the code and MSA-2 the control id as it stood, in any message that is not XML; empty without a header. */
function* judgeAnswer(row: Row & { acknowledgement: Buffer }, code: string, hasHeader: boolean): Generator<string> {
  const framed = new FrameReference();
  framed.push(Buffer.concat([Buffer.of(0x0b), row.acknowledgement, Buffer.of(0x1c, 0x0d)]));
  if (framed.frames.length !== 1 || framed.faults.length > 0) yield "its answer can not be framed";
  const text = row.acknowledgement.toString("latin1");
  if (text.startsWith("<")) return;
  const separator = text.charAt(3);
  const msa = text.split("\r").find((line) => line.startsWith(`MSA${separator}`));
  const [, answered, controlId] = msa?.split(separator) ?? [];
  const sent = hasHeader ? headersOf(row.raw).map((header) => header.split(separator)[9] ?? "") : [""];
  if (answered !== code) yield `MSA-1 ${answered} where ${code} was due`;
  if (controlId === undefined || !sent.includes(controlId)) yield "MSA-2 is not MSH-10";
}

/** MSH as it stood: to the first CR, or to the first LF where there is none; LF in a header of its own is text. */
function headersOf(raw: Buffer): string[] {
  const text = raw.toString("latin1").replace(/^(?:\xef\xbb\xbf)?[\n\r\v\t ]*/, "");
  return text.includes("\r")
    ? [text.split("\r", 1)[0] ?? "", text.split("\n", 1)[0] ?? ""]
    : [text.split("\n", 1)[0] ?? ""];
}
