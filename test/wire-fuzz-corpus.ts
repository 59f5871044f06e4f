import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { splitMessages } from "@chesil/hl7";
import { ADT_A01, EVN_A01, latin1, msh, PID_FULL, wire } from "../packages/hl7/src/example-messages.ts";

/** A file larger than this is taken apart into its messages: one mutant is one message, not a thousand. */
const FILE_BYTES_MAX = 64 * 1024;

const PRIOR = "8005678^^^RDZ^MR";

/** One of each kind of message whose damage could do harm: identities repaired, visits, facts, batches, XML. */
const EXAMPLES: readonly Uint8Array[] = [
  ADT_A01,
  wire(msh("A31"), EVN_A01, PID_FULL),
  wire(msh("A40"), EVN_A01, PID_FULL, `MRG|${PRIOR}`, PID_FULL.replace("8001234", "8001235"), "MRG|8009999^^^RDZ^MR"),
  wire(msh("A24"), EVN_A01, PID_FULL, `PID|2||${PRIOR}||Marsh^Helen||19800229|F`),
  wire(msh("A43"), EVN_A01, PID_FULL, `MRG|${PRIOR}`),
  wire(
    msh("A45"),
    EVN_A01,
    PID_FULL,
    "MRG|8001234^^^RDZ^MR||A901^^^RDZ^AN||V5001",
    "PV1|1|I|WARD7||||||||||||||||V5001",
  ),
  wire(msh("A47"), EVN_A01, PID_FULL, `MRG|${PRIOR}`),
  wire(msh("A17"), EVN_A01, PID_FULL, "PV1|1|I|WARD7", `PID|2||${PRIOR}||Cobb^Ann||19700101|F`, "PV1|1|I|WARD8"),
  wire(
    msh("A01").replace("ADT^A01", "ORU^R01"),
    PID_FULL,
    "OBR|1|P1^LAB|F1^LAB|CBC^Count^L|||20260304|||||||||||||||20260304|||F",
    "OBX|1|NM|HB^Haemoglobin^L||123|g/L|115-165|N|||F|||20260304",
    "NTE|1||one\\.br\\two \\XC3A9\\ \\T\\ \\Z1\\ C:\\temp",
  ),
  wire(
    msh("A01").replace("ADT^A01", "MDM^T02"),
    PID_FULL,
    "TXA|1|CN|TX|20260304|||||||D1^LAB||||F1||AU",
    "OBX|1|ED|PDF^Letter^L||LAB^application^pdf^Base64^JVBERi0xLjQ=||||||F",
  ),
  wire(
    "FHS|^~\\&|PAS|RDZ",
    "BHS|^~\\&|PAS|RDZ|||2026||||B1",
    msh("A31"),
    PID_FULL,
    msh("A28"),
    PID_FULL,
    "BTS|2",
    "FTS|1",
  ),
  wire(`${msh("A31")}||||NE|ER`, EVN_A01, PID_FULL),
  latin1(`${msh("A31", { rest: "||||||8859/1" })}\r${PID_FULL.replace("Ellen", "Zo\u00eb")}\r`),
  Buffer.from(
    '<?xml version="1.0"?><ADT_A05 xmlns="urn:hl7-org:v2xml"><MSH><MSH.1>|</MSH.1><MSH.2>^~\\&amp;</MSH.2>' +
      "<MSH.9><MSG.1>ADT</MSG.1><MSG.2>A31</MSG.2></MSH.9><MSH.10>X1</MSH.10><MSH.12><VID.1>2.5</VID.1></MSH.12></MSH>" +
      "<PID><PID.3><CX.1>8001234</CX.1><CX.4><HD.1>RDZ</HD.1></CX.4></PID.3><PID.5><XPN.2>Zo\u00eb</XPN.2></PID.5></PID></ADT_A05>",
  ),
];

const EVENTS = (
  "A01 A02 A03 A04 A05 A06 A07 A08 A09 A10 A11 A12 A13 A14 A15 A16 A17 A18 A21 A22 A23 A24 A25 A26 A27 A28 A29 A30 A31 " +
  "A32 A33 A34 A35 A36 A37 A38 A39 A40 A41 A42 A43 A44 A45 A46 A47 A48 A49 A50 A51 A52 A53 A54 A55 A60 A61 A62"
).split(" ");

/** How many patients, accounts and visits the events below are about: few, so that they meet again and again. */
const POOL = 7;

/** Every ADT event, several times, about patients, accounts and visits that change places. */
const HISTORY: readonly Uint8Array[] = EVENTS.flatMap((event, at) =>
  [1, 2, 3, 5].map((turn) => {
    const one = (at * turn) % POOL;
    const other = (one + turn) % POOL;
    return wire(
      msh(event),
      `EVN|${event}|202603040${turn}2900`,
      `PID|1|E${one}^^^RDZ|P${one}^^^RDZ^MR|T${one}^^^RDZ|Name${"abcdefg"[one]}^Ann||19${60 + one}0229|F||||||||||A${one}^^^RDZ^AN`,
      event === "A24" || event === "A37"
        ? `PID|2||P${other}^^^RDZ^MR`
        : `MRG|P${other}^^^RDZ^MR|T${other}|A${other}|E${other}|V${other}`,
      `PV1|1|I|WARD${turn}||||||||||||||||V${one}^^^RDZ^VN`,
    );
  }),
);

/** What fuzzing mutates: messages made up here, and those of the folder that CHESIL_CORPUS names, where it is there. */
export function fuzzCorpus(): readonly Uint8Array[] {
  const folder = join(process.env.CHESIL_CORPUS ?? "", "hl7v2");
  if (!process.env.CHESIL_CORPUS || !existsSync(folder)) return [...EXAMPLES, ...HISTORY];
  const names = readdirSync(folder, { recursive: true }).map(String).sort();
  const files = names.filter((name) => name.endsWith("hl7")).map((name) => readFileSync(join(folder, name)));
  return [
    ...EXAMPLES,
    ...HISTORY,
    ...files.flatMap((file) => (file.length < FILE_BYTES_MAX ? [file] : splitMessages(file))),
  ];
}
