/** The parsing cases P1 to P14 that a reader can be held to from outside: bytes, a place, and the text that stands there. */
export type ParsingRow = {
  readonly row: string;
  readonly says: string;
  /** One character a byte. */
  readonly message: string;
  /** Segment, field, component, repetition, subcomponent, and what must be read there; `undefined`: not there. */
  readonly places: readonly (readonly [string, number, number, number, number, string])[];
  /** The message given back must be these bytes. */
  readonly isGivenBack?: boolean;
};

const HEADER = "MSH|^~\\&|PAS|RBD|CHESIL|DORSET|20260501080000||ADT^A01|C1|P|2.4";
const er7 = (...segments: string[]) => `${[HEADER, ...segments].join("\r")}\r`;
const charset = (name: string) => `${HEADER}||||||${name}`;

export const PARSING_ROWS: readonly ParsingRow[] = [
  {
    row: "P0",
    says: "a plain message",
    message: er7("EVN|A01", "PID|1||1001^^^RBD^MR||HARTLEY^ANNA", "PV1|1|I"),
    places: [
      ["PID", 3, 1, 1, 1, "1001"],
      ["PID", 5, 2, 1, 1, "ANNA"],
    ],
  },
  {
    row: "P1a",
    says: "other delimiters",
    message: "MSH$*%!@$PAS$RBD$$$20260501$$ADT*A01$C1$P$2.4\rPID$1$$7*x*y$$HARTLEY@VAN*ANNA%ALIAS*B\r",
    places: [
      ["PID", 5, 1, 1, 1, "HARTLEY"],
      ["PID", 5, 1, 1, 2, "VAN"],
      ["PID", 5, 2, 2, 1, "B"],
    ],
  },
  {
    row: "P1b",
    says: "a fifth delimiter, which never splits",
    message: "MSH|^~\\&#|PAS|RBD|||20260501||ADT^A01|C1|P|2.7\rPID|1||7||HART#LEY^ANNA\r",
    places: [["PID", 5, 1, 1, 1, "HART#LEY"]],
  },
  {
    row: "P1c",
    says: "three delimiters",
    message: "MSH|^~&|PAS|RBD|||20260501||ADT^A01|C1|P|2.3\rPID|1||7||HART\\LEY&VAN^ANNA\r",
    places: [
      ["PID", 5, 1, 1, 1, "HART\\LEY"],
      ["PID", 5, 2, 1, 1, "ANNA"],
    ],
  },
  {
    row: "P2a",
    says: "MSH-18 8859/1",
    message: `${charset("8859/1")}\rPID|1||7||BJ\xd6RK^ZO\xcb\r`,
    places: [
      ["PID", 5, 1, 1, 1, "BJÖRK"],
      ["PID", 5, 2, 1, 1, "ZOË"],
    ],
  },
  {
    row: "P2b",
    says: "MSH-18 UNICODE UTF-8",
    message: `${charset("UNICODE UTF-8")}\rPID|1||7||${Buffer.from("BJÖRK", "utf8").toString("latin1")}\r`,
    places: [["PID", 5, 1, 1, 1, "BJÖRK"]],
  },
  {
    row: "P2c",
    says: "MSH-18 8859/15: the euro sign",
    message: `${charset("8859/15")}\rNTE|1||\xa4 5\r`,
    places: [["NTE", 3, 1, 1, 1, "€ 5"]],
  },
  {
    row: "P2d",
    says: "a byte order mark",
    message: `\xef\xbb\xbf${er7("PID|1||7||HARTLEY")}`,
    places: [["PID", 5, 1, 1, 1, "HARTLEY"]],
  },
  {
    row: "P3a",
    says: "LF ends segments",
    message: er7("PID|1||7||HARTLEY^ANNA").replaceAll("\r", "\n"),
    places: [["PID", 5, 2, 1, 1, "ANNA"]],
  },
  {
    row: "P3b",
    says: "CR LF ends segments",
    message: er7("PID|1||7||HARTLEY^ANNA").replaceAll("\r", "\r\n"),
    places: [["PID", 5, 2, 1, 1, "ANNA"]],
  },
  {
    row: "P3c",
    says: "LF inside a field of a sender that uses CR",
    message: er7("NTE|1||first\nsecond", "PID|1||7||HARTLEY"),
    places: [
      ["NTE", 3, 1, 1, 1, "first\nsecond"],
      ["PID", 5, 1, 1, 1, "HARTLEY"],
    ],
  },
  {
    row: "P3d",
    says: "no CR at the end",
    message: er7("PID|1||7||HARTLEY^ANNA").slice(0, -1),
    places: [["PID", 5, 2, 1, 1, "ANNA"]],
  },
  {
    row: "P4a",
    says: "\\F\\ \\S\\ \\T\\ \\R\\ \\E\\",
    message: er7("NTE|1||a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f"),
    places: [["NTE", 3, 1, 1, 1, "a|b^c&d~e\\f"]],
  },
  {
    row: "P4b",
    says: "\\E\\ at the end of a field",
    message: er7("NTE|1||share\\E\\|x"),
    places: [["NTE", 3, 1, 1, 1, "share\\"]],
  },
  {
    row: "P4c",
    says: "\\X48656C6C6F\\",
    message: er7("NTE|1||\\X48656C6C6F\\ you"),
    places: [["NTE", 3, 1, 1, 1, "Hello you"]],
  },
  {
    row: "P4d",
    says: "a lone backslash is legal in practice",
    message: er7("PID|1||7||BSV 4\\5 re."),
    places: [["PID", 5, 1, 1, 1, "BSV 4\\5 re."]],
  },
  {
    row: "P4e",
    says: "an unknown escape is kept",
    message: er7("NTE|1||a\\Q9\\b"),
    places: [["NTE", 3, 1, 1, 1, "a\\Q9\\b"]],
  },
  {
    row: "P4f",
    says: "an escaped delimiter never splits",
    message: er7("PID|1||7||A\\S\\B^C"),
    places: [
      ["PID", 5, 1, 1, 1, "A^B"],
      ["PID", 5, 2, 1, 1, "C"],
    ],
  },
  {
    row: "P6a",
    says: "subcomponents of a second repetition",
    message: er7("PID|1||1^^^A&1.2&ISO~2^^^B&3.4&ISO"),
    places: [
      ["PID", 3, 4, 2, 1, "B"],
      ["PID", 3, 4, 2, 2, "3.4"],
    ],
  },
  {
    row: "P6b",
    says: "a value where components were expected",
    message: er7("PID|1||7", "MRG|1234"),
    places: [["MRG", 1, 1, 1, 1, "1234"]],
  },
  {
    row: "P7a",
    says: "extra fields and Z segments come back byte for byte",
    message: er7("PID|1||0012||HARTLEY^ANNA^^^^^^^^^^^^^^^^^x||1950", "ZPI|1|\\Zx\\|^^a^^|", "PV1|1|I|||||||||||||||"),
    places: [],
    isGivenBack: true,
  },
  {
    row: "P7b",
    says: "leading zeros stay",
    message: er7("PID|1||0012345^^^RBD"),
    places: [["PID", 3, 1, 1, 1, "0012345"]],
  },
  {
    row: "P8",
    says: "a year of birth stays a year",
    message: er7("PID|1||7||HARTLEY||1950"),
    places: [["PID", 7, 1, 1, 1, "1950"]],
  },
  {
    row: "P12",
    says: "a second segment of a kind",
    message: er7("OBX|1|TX|A||one", "OBX|2|TX|B||two"),
    places: [["OBX#2", 5, 1, 1, 1, "two"]],
  },
  {
    row: "P13",
    says: "a control id with escapes, as sent",
    message: er7("PID|1||7").replace("|C1|", "|A\\T\\B-0007|"),
    places: [["MSH", 10, 1, 1, 1, "A&B-0007"]],
  },
  {
    row: "P14",
    says: "HL7 v2.xml",
    message:
      '<ADT_A05 xmlns="urn:hl7-org:v2xml"><MSH><MSH.1>|</MSH.1><MSH.2>^~\\&amp;</MSH.2><MSH.9><MSG.1>ADT</MSG.1><MSG.2>A01</MSG.2></MSH.9><MSH.10>C1</MSH.10><MSH.12><VID.1>2.4</VID.1></MSH.12></MSH><PID><PID.3><CX.1>0012</CX.1></PID.3><PID.5><XPN.1><FN.1>HARTLEY &amp; CO</FN.1></XPN.1></PID.5></PID></ADT_A05>',
    places: [
      ["PID", 3, 1, 1, 1, "0012"],
      ["PID", 5, 1, 1, 1, "HARTLEY & CO"],
    ],
  },
];
