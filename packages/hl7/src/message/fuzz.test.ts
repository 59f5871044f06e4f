import { Buffer } from "node:buffer";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ADT_A01, asText, latin1, MSH_A01, msh, PID_FULL, wire } from "../example-messages.ts";
import { mutantOf } from "../mutation.ts";
import { splitMessages } from "./batch.ts";
import { continuationOf, joinContinued } from "./continuation.ts";
import { openFrameContent } from "./frame-content.ts";
import { type Message, type ReadingOptions, readMessage } from "./message.ts";
import { messageTree } from "./tree.ts";

/**
 * Mutants of valid messages: whatever is done to their bytes, reading never throws and gives the bytes back.
 * CHESIL_FUZZ_INPUTS says how many (a long run takes 100,000 and more), CHESIL_SEED which.
 */
const INPUTS = Number(process.env.CHESIL_FUZZ_INPUTS ?? 20_000);
const SEED = Number(process.env.CHESIL_SEED);
const BATCH = 5_000;

const EXAMPLES = [
  ADT_A01,
  latin1(asText(ADT_A01).replaceAll("\r", "\n")),
  latin1(asText(ADT_A01).replaceAll("|", "@").replaceAll("^", "$")),
  wire(
    "MSH|^~\\&#|LAB|RDZ|EHR|RDZ|20260304093000||ORU^R01^ORU_R01|C0002|P|2.7",
    PID_FULL,
    "OBR|1|P1^X|F1|CBC^Count^L|||20260304",
    "OBX|1|FT|N^Note^L||one\\.br\\two\\.sp2\\\\H\\high\\N\\ \\XC3A9\\ \\T\\\\S\\\\F\\\\R\\\\E\\\\P\\ \\Z1\\ C:\\temp\nthree",
    'ZZ1|a&b^c~d&e|""|^""^',
  ),
  wire(msh("A40", { rest: "||||||UNICODE UTF-8" }), "PID|1||8^^^RDZ||Zoë^李", "MRG|9^^^RDZ"),
  latin1(`${msh("A31", { rest: "||||||8859/1~ISO IR87" })}\rPID|1||8^^^RDZ||Zo\u00eb ${"\u001b"}$B;3ED${"\u001b"}(B\r`),
  wire("FHS|^~\\&|A", "BHS|^~\\&|A|B|||2026||||7", MSH_A01, "PID|1||7", MSH_A01, "PID|1||8", "BTS|2", "FTS|1"),
  wire(`${MSH_A01}||p1`, "ADD|rest|of it", "OBX|1|TX|x||long", "ADD", "DSC|p2|F"),
  Buffer.from(
    '<?xml version="1.0"?>\n<ADT_A01 xmlns="urn:hl7-org:v2xml"><MSH><MSH.1>|</MSH.1><MSH.2>^~\\&amp;</MSH.2>' +
      "<MSH.9><MSG.1>ADT</MSG.1><MSG.2>A01</MSG.2></MSH.9><MSH.10>1</MSH.10></MSH><ADT_A01.G><PID><PID.3><CX.1>7</CX.1>" +
      '<CX.4><HD.1>RDZ</HD.1></CX.4></PID.3><PID.5><XPN.1>Zo\u00eb<escape V=".br"/></XPN.1></PID.5></PID></ADT_A01.G></ADT_A01>',
  ),
];

function corpus(): readonly Uint8Array[] {
  const folder = join(process.env.CHESIL_CORPUS ?? "", "hl7v2");
  if (process.env.CHESIL_CORPUS === undefined || !existsSync(folder)) return EXAMPLES;
  const names = readdirSync(folder, { recursive: true }).map(String).sort();
  const files = names.filter((name) => name.endsWith("hl7")).map((name) => readFileSync(join(folder, name)));
  return [...EXAMPLES, ...files.flatMap((file) => (file.length < 64 * 1024 ? [file] : splitMessages(file)))];
}

const OPTIONS: readonly ReadingOptions[] = [
  {},
  {},
  { segmentEnd: "cr" },
  { segmentEnd: "lf" },
  { segmentEnd: "crlf" },
  { charset: "windows-1252" },
  { charset: "iso-2022-jp" },
  { charset: "gb18030" },
  { charset: "utf-8", unicodeIs: "iso-8859-1" },
];

/** Asks a message for all it can be asked for; of very many segments, the first. */
function readAll(message: Message, options: ReadingOptions): void {
  const { text } = message;
  if (text.includes("\0")) throw new Error("NUL got through.");
  void message.charset;
  void message.isCharsetUnknown;
  for (const segment of message.segments().slice(0, 200)) {
    for (let field = 1; field <= Math.min(segment.fieldCount, 60); field++) {
      void segment.get(field, { repetition: 2, component: 2, subcomponent: 2 });
      void segment.field(field).text;
    }
  }
  messageTree(message);
  continuationOf(message);
  joinContinued([message], options);
}

function check(bytes: Uint8Array, options: ReadingOptions): void {
  const before = Buffer.from(bytes);
  const read = readMessage(bytes, options);
  if (read.ok) {
    readAll(read.message, options);
    if (!before.equals(read.message.toBytes())) throw new Error("The bytes are not what came.");
  }
  const { messages, envelope } = openFrameContent(bytes, options);
  const slices = [...messages, ...(envelope ? [envelope.header, ...envelope.between, envelope.trailer] : [])];
  const total = slices.reduce((sum, slice) => sum + slice.length, 0);
  if (total !== bytes.length) throw new Error("The slices of the frame are not the frame.");
  splitMessages(bytes);
}

const source = corpus();
for (let first = 0; first < INPUTS; first += BATCH) {
  const last = Math.min(INPUTS, first + BATCH);
  it(`reading survives mutants ${first} to ${last - 1}`, { timeout: 300_000 }, () => {
    for (let index = first; index < last; index++) {
      const bytes = mutantOf(source, SEED, index);
      try {
        check(bytes, OPTIONS[index % OPTIONS.length] ?? {});
      } catch (error) {
        const again = `CHESIL_SEED=${SEED} CHESIL_FUZZ_INPUTS=${INPUTS}`;
        throw new Error(`Mutant ${index} of ${again} failed: ${String(error)}`, { cause: error });
      }
    }
    expect(last).toBeGreaterThan(first);
  });
}
