import { bytesOf } from "./hostile.ts";

/** Row B-05: frames that are whole, and messages that are not what HL7 says. */
export type Hl7Row = {
  readonly name: string;
  /** Of a sender and with ids of its own for each row. */
  readonly message: (sender: string) => string | Uint8Array;
  /** MSA-1 and MSA-2; undefined: none. */
  readonly answer: string | undefined;
  readonly outcome: string;
  /** The family name that its person has afterwards. */
  readonly family?: string;
  /** Warnings that must be among those given. */
  readonly warnings?: readonly string[];
};

const TAKEN = { answer: "AA 1", outcome: "applied" } as const;
const refused = (answer: string, reason: string) => ({ answer, outcome: `rejected ${reason}` });

type Parts = {
  readonly encoding?: string;
  readonly type?: string;
  readonly controlId?: string;
  readonly at?: string;
  readonly tail?: string;
  readonly pid?: string;
  readonly family?: string;
  readonly more?: string;
};

/** A good A31, but for the part that is not. It says too little to be matched with that of another row. */
const a31 = (sender: string, parts: Parts = {}): string => {
  const { encoding = "|^~\\&", type = "ADT^A31", controlId = "1", at = "20260501080000", tail = "|P|2.4" } = parts;
  const { family = "Cobb", pid = `PID|1||7^^^${sender}^MR||${family}`, more = "" } = parts;
  return `MSH${encoding}|PAS|${sender}|||${at}||${type}|${controlId}${tail}\r${pid}\r${more}`;
};

const family = (name: string, sent: string, shown: string = sent): Hl7Row => ({
  name,
  message: (sender) => a31(sender, { family: sent }),
  ...TAKEN,
  family: shown,
});

const HEADERS: readonly Hl7Row[] = [
  { name: "no MSH", message: () => "EVN|A31|20260501\rPID|1||7^^^X||Cobb\r", ...refused("AR ", "no-header") },
  { name: "MSH after PID", message: (s) => a31(s).split("\r").reverse().join("\r"), ...refused("AR ", "no-header") },
  { name: "MSH and no more", message: () => "MSH", ...refused("AR ", "no-header") },
  { name: "MSH and one separator", message: () => "MSH|", ...refused("AR ", "not-readable") },
  { name: "MSH-2 of one character", message: (s) => a31(s, { encoding: "|^" }), ...refused("AR ", "not-readable") },
  { name: "MSH-2 of two characters", message: (s) => a31(s, { encoding: "|^~" }), ...TAKEN },
  { name: "MSH-2 of three, without escape", message: (s) => a31(s, { encoding: "|^~&" }), ...TAKEN },
  { name: "MSH-2 with the truncation character", message: (s) => a31(s, { encoding: "|^~\\&#" }), ...TAKEN },
  {
    name: "MSH-2 of six characters",
    message: (s) => a31(s, { encoding: "|^~\\&#!" }),
    ...refused("AR ", "not-readable"),
  },
  {
    name: "MSH-2 with one character twice",
    message: (s) => a31(s, { encoding: "|^~\\^" }),
    ...refused("AR ", "not-readable"),
  },
  {
    name: "MSH-2 with the field separator",
    message: (s) => a31(s, { encoding: "||~\\&" }),
    ...refused("AR ", "not-readable"),
  },
  { name: "MSH-2 of letters", message: (s) => a31(s, { encoding: "|abcd" }), ...refused("AR ", "not-readable") },
  { name: "MSH-2 empty", message: (s) => a31(s, { encoding: "|" }), ...refused("AR ", "not-readable") },
  {
    name: "delimiters of the sender's own",
    message: (s) => a31(s).replaceAll("|^~\\&", "$@!%*").replaceAll("|", "$").replaceAll("^", "@"),
    ...TAKEN,
    family: "Cobb",
  },
  { name: "no MSH-9", message: (s) => a31(s, { type: "" }), ...refused("AR 1", "unsupported-type") },
  { name: "MSH-9 without an event", message: (s) => a31(s, { type: "ADT" }), ...refused("AR 1", "unsupported-type") },
  {
    name: "MSH-9 without an event, and EVN-1",
    message: (s) => a31(s, { type: "ADT", more: "EVN|A31|20260501080000\r" }),
    ...TAKEN,
  },
  { name: "MSH-9 in lower case", message: (s) => a31(s, { type: "adt^a31" }), ...TAKEN },
  {
    name: "an event that does not exist",
    message: (s) => a31(s, { type: "ADT^A99" }),
    ...refused("AR 1", "unsupported-type"),
  },
  {
    name: "a type that does not exist",
    message: (s) => a31(s, { type: "XYZ^Q99" }),
    ...refused("AR 1", "unsupported-type"),
  },
  {
    name: "an event of the site's own",
    message: (s) => a31(s, { type: "ADT^Z42" }),
    answer: "AA 1",
    outcome: "quarantined not-mapped",
  },
  { name: "a query", message: (s) => a31(s, { type: "QBP^Q22" }), ...refused("AR 1", "unsupported-type") },
  { name: "no MSH-10", message: (s) => a31(s, { controlId: "" }), ...refused("AR ", "no-control-id") },
  { name: "MSH-10 of blanks", message: (s) => a31(s, { controlId: "  " }), ...refused("AR   ", "no-control-id") },
  { name: 'MSH-10 of ""', message: (s) => a31(s, { controlId: '""' }), ...refused('AR ""', "no-control-id") },
  {
    name: "MSH-10 of 199 characters",
    message: (s) => a31(s, { controlId: "x".repeat(199) }),
    ...TAKEN,
    answer: `AA ${"x".repeat(199)}`,
  },
  {
    name: "MSH-10 of 5,000 characters",
    message: (s) => a31(s, { controlId: "x".repeat(5000) }),
    ...TAKEN,
    answer: `AA ${"x".repeat(5000)}`,
  },
  {
    name: "MSH-10 with escapes and padding",
    message: (s) => a31(s, { controlId: " \\F\\^&~\\ 7 " }),
    ...TAKEN,
    answer: "AA  \\F\\^&~\\ 7 ",
  },
  { name: "no MSH-11", message: (s) => a31(s, { tail: "||2.4" }), ...TAKEN },
  {
    name: "MSH-11 of no table",
    message: (s) => a31(s, { tail: "|X|2.4" }),
    ...refused("AR 1", "unsupported-processing-id"),
  },
  { name: "no MSH-12", message: (s) => a31(s, { tail: "|P" }), ...TAKEN },
  { name: "MSH-12 with a country", message: (s) => a31(s, { tail: "|P|2.3.1^GBR" }), ...TAKEN },
  {
    name: "MSH-12 of no standard",
    message: (s) => a31(s, { tail: "|P|9.9" }),
    ...refused("AR 1", "unsupported-version"),
  },
  { name: "MSH-3 of 100,000 characters", message: (s) => a31(s).replace("PAS", "P".repeat(100_000)), ...TAKEN },
  { name: "MSH-7 in the year 9999", message: (s) => a31(s, { at: "99991231235959" }), ...TAKEN },
  { name: "MSH-7 in the year 0000", message: (s) => a31(s, { at: "00000101000000" }), ...TAKEN },
  { name: "MSH-7 that is no time", message: (s) => a31(s, { at: "yesterday" }), ...TAKEN },
  {
    name: "MSH-15 says never",
    message: (s) => a31(s, { tail: "|P|2.4|||NE|NE" }),
    answer: undefined,
    outcome: "applied",
  },
  {
    name: "MSH-15 says only when it fails",
    message: (s) => a31(s, { tail: "|P|2.4|||ER|NE" }),
    answer: undefined,
    outcome: "applied",
  },
  {
    name: "MSH-15 asks for a commit",
    message: (s) => a31(s, { tail: "|P|2.4|||AL|NE" }),
    answer: "CA 1",
    outcome: "applied",
  },
  {
    name: "MSH-15 of no table",
    message: (s) => a31(s, { tail: "|P|2.4|||WHENEVER|" }),
    answer: "CA 1",
    outcome: "applied",
  },
];

const many = (text: string, count = 100_000) => text.repeat(count);

const SIZES: readonly Hl7Row[] = [
  { name: "49,000 segments", message: (s) => a31(s, { more: many("NTE\r", 49_000) }), ...TAKEN, family: "Cobb" },
  {
    name: "49,000 local segments",
    message: (s) => a31(s, { more: many("ZZZ|1\r", 49_000) }),
    ...TAKEN,
    family: "Cobb",
  },
  { name: "100,000 segments", message: (s) => a31(s, { more: many("NTE\r") }), ...refused("AE 1", "not-readable") },
  {
    name: "170,000 beginnings of messages: so many are taken apart, and no more",
    message: () => many("MSH|\r", 170_000),
    answer: "AR × 10001",
    outcome: "rejected not-readable × 10001",
  },
  {
    name: "60,000 PIDs",
    message: (s) => a31(s, { more: many(`PID|||7^^^${s}\r`, 60_000) }),
    ...refused("AE 1", "not-readable"),
  },
  { name: "100,000 names", message: (s) => a31(s, { family: `Cobb^Ann${many("~A^B")}` }), ...TAKEN, family: "Cobb" },
  {
    name: "100,000 ids",
    message: (s) => a31(s, { pid: `PID|1||7^^^${s}${many("~8")}||Cobb` }),
    ...refused("AE 1", "not-readable"),
  },
  { name: "100,000 components", message: (s) => a31(s, { family: `Cobb${many("^A")}` }), ...TAKEN, family: "Cobb" },
  { name: "100,000 subcomponents", message: (s) => a31(s, { family: `Cobb${many("&A")}` }), ...TAKEN, family: "Cobb" },
  { name: "100,000 fields", message: (s) => a31(s, { more: `ZZZ${many("|1")}\r` }), ...TAKEN },
  { name: "100,000 escapes", message: (s) => a31(s, { more: `NTE|1||${many("\\.br\\")}\r` }), ...TAKEN },
  { name: "100,000 escapes that do not end", message: (s) => a31(s, { more: `NTE|1||${many("\\X")}\r` }), ...TAKEN },
  {
    name: "2,000 messages in a frame",
    message: (s) => Array.from({ length: 2_000 }, (_, at) => a31(s, { controlId: String(at) })).join(""),
    answer: Array.from({ length: 2_000 }, (_, at) => `AA ${at}`).join(", "),
    outcome: "applied × 2000",
  },
  {
    name: "a name of 64 KB",
    message: (s) => a31(s, { family: "Cobb".repeat(16 * 1024) }),
    ...TAKEN,
  },
  {
    name: "an id of 300 characters",
    message: (s) => a31(s, { pid: `PID|1||${"7".repeat(300)}^^^${s}||Cobb` }),
    ...refused("AE 1", "no-patient-id"),
  },
  {
    name: "an authority of 10,000 characters",
    message: (s) => a31(s, { pid: `PID|1||7^^^${s.repeat(2000)}||Cobb` }),
    ...refused("AE 1", "no-patient-id"),
  },
];

const ESCAPES: readonly Hl7Row[] = [
  family("a name that ends in \\E\\", "Cobb\\E\\", "Cobb\\"),
  family("an escape that does not end", "Co\\bb", "Co\\bb"),
  family("an escape that does not end, at the end", "Cobb\\", "Cobb\\"),
  { name: "a name of one escape character", message: (s) => a31(s, { family: "\\" }), ...TAKEN },
  family("\\X0D\\ makes no segment", "Cobb\\X0D\\PID\\F\\1\\F\\", "Cobb\rPID|1|"),
  family("\\Xzz\\ is kept as it stands", "Co\\Xzz\\bb"),
  family("\\H\\ and \\N\\ are gone", "Co\\H\\b\\N\\b", "Cobb"),
  family("all that delimits, escaped", "a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f", "a|b^c&d~e\\f"),
  family("an escape of the site's own", "Co\\Z9\\bb"),
];

const ENDS: readonly Hl7Row[] = [
  { name: "LF for CR", message: (s) => a31(s).replaceAll("\r", "\n"), ...TAKEN, family: "Cobb" },
  { name: "CRLF", message: (s) => a31(s).replaceAll("\r", "\r\n"), ...TAKEN, family: "Cobb" },
  { name: "no CR at the end", message: (s) => a31(s).slice(0, -1), ...TAKEN, family: "Cobb" },
  { name: "blank lines", message: (s) => `\r\r${a31(s).replaceAll("\r", "\r\r")}\r \r`, ...TAKEN, family: "Cobb" },
  { name: "LF in a field", message: (s) => a31(s, { family: "Co\nbb" }), ...TAKEN },
  { name: "LF in MSH", message: (s) => a31(s).replace("PAS", "PA\nS"), ...TAKEN, family: "Cobb" },
  {
    name: "LF in MSH, and UTF-8",
    message: (s) => Buffer.from(a31(s, { family: "Zoë" }).replace("PAS", "PA\nS")),
    ...TAKEN,
    family: "Zoë",
  },
  {
    name: "a line that is no segment",
    message: (s) => a31(s, { more: "and so on\r" }),
    ...refused("AE 1", "not-readable"),
  },
  { name: "NULs at the end", message: (s) => `${a31(s)}\0\0\0`, ...TAKEN, family: "Cobb" },
  { name: "segment ids in lower case", message: (s) => a31(s).replace("PID|", "pid|"), ...TAKEN, family: "Cobb" },
  {
    name: "Z-segments everywhere",
    message: (s) => a31(s).replaceAll("\r", "\rZZ1|a^b&c~d|\\F\\\r"),
    ...TAKEN,
    family: "Cobb",
  },
  {
    name: "two messages in a frame",
    message: (s) => a31(s) + a31(s, { controlId: "2" }),
    answer: "AA 1, AA 2",
    outcome: "applied × 2",
  },
];

const utf8 = (name: string, text: string, shown = text): Hl7Row => ({
  name,
  message: (sender) => Buffer.from(a31(sender, { family: text, tail: "|P|2.4||||||UNICODE UTF-8" })),
  ...TAKEN,
  family: shown,
});

const charset = (name: string, family: string, msh18: string): Omit<Hl7Row, "answer" | "outcome"> => ({
  name,
  message: (sender) => bytesOf(a31(sender, { family, tail: `|P|2.4||||||${msh18}` })),
});

const CHARSETS: readonly Hl7Row[] = [
  family("NUL in a name", "Co\0bb", "Cobb"),
  {
    name: "a byte order mark",
    message: (s) => Buffer.from(`\ufeff${a31(s, { family: "Zoë" })}`),
    ...TAKEN,
    family: "Zoë",
  },
  {
    name: "UTF-16 with its mark",
    message: (s) => Buffer.from(`\ufeff${a31(s)}`, "utf16le"),
    ...refused("AE ", "charset"),
  },
  { name: "UTF-16 without", message: (s) => Buffer.from(a31(s), "utf16le"), ...refused("AE ", "charset") },
  { ...charset("UTF-16 that MSH-18 only says", "Zo\u00eb", "UNICODE UTF-16"), ...refused("AE 1", "charset") },
  { ...charset("Latin-1 where nothing is declared", "Zo\u00eb", ""), ...TAKEN, family: "Zoë" },
  { ...charset("Latin-1 in what is declared as UTF-8", "Zo\u00eb", "UNICODE UTF-8"), ...refused("AE 1", "charset") },
  { ...charset("Latin-1 as UNICODE", "Zo\u00eb", "UNICODE"), ...TAKEN, family: "Zoë" },
  { ...charset("a set that nobody knows", "Zo\u00eb", "KLINGON"), ...refused("AE 1", "charset") },
  { ...charset("a set that nobody knows, over ASCII", "Cobb", "KLINGON"), ...TAKEN, family: "Cobb" },
  { ...charset("overlong UTF-8", "Co\u00c0\u00afbb", "UNICODE UTF-8"), ...refused("AE 1", "charset") },
  { ...charset("half a surrogate", "Co\u00ed\u00a0\u0080bb", "UNICODE UTF-8"), ...refused("AE 1", "charset") },
  { ...charset("UTF-8 cut off", "Cobb\u00c3", "UNICODE UTF-8"), ...refused("AE 1", "charset") },
  utf8("right to left", "\u202eCobb\u202c"),
  utf8("zero width", "Co\u200bbb"),
  utf8("outside the basic plane", "\u{20bb7}\u{1f30a}"),
  utf8("U+FFFE and U+FFFF", "Co\ufffe\uffffbb"),
];

const WORDS: readonly Hl7Row[] = [
  family("SQL in a name", "Robert'); drop table journal; --"),
  family("HTML in a name", "<img src=x onerror=alert\\S\\1>", "<img src=x onerror=alert^1>"),
  family("a name of JavaScript's", "__proto__"),
  {
    name: "ids and codes of JavaScript's",
    message: (s) =>
      a31(s, { pid: `PID|1||constructor^^^__proto__-${s}^toString||__proto__^hasOwnProperty||constructor|__proto__` }),
    ...TAKEN,
    warnings: ["PID-7 bad-date"],
  },
  {
    name: "segments of JavaScript's",
    message: (s) => a31(s, { more: "__p|1\rNaN|1\r" }),
    ...refused("AE 1", "not-readable"),
  },
  {
    name: "XML that is no message",
    message: () => "<html><body>502 Bad Gateway</body></html>",
    ...refused("AR ", "not-readable"),
  },
  {
    name: "XML with a DOCTYPE",
    message: () => '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><ADT_A05>&b;</ADT_A05>',
    ...refused("AR ", "not-readable"),
  },
  { name: "XML 100,000 deep", message: () => many("<a>"), ...refused("AR ", "not-readable") },
  { name: "JSON", message: () => '{"resourceType":"Patient"}', ...refused("AR ", "no-header") },
];

export const HL7_ROWS: ReadonlyMap<string, readonly Hl7Row[]> = new Map([
  ["B-05 headers", HEADERS],
  ["B-05 sizes", SIZES],
  ["B-05 escapes", ESCAPES],
  ["B-05 ends of lines and of messages", ENDS],
  ["B-05 character sets", CHARSETS],
  ["B-05 words that mean something elsewhere", WORDS],
]);
