import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wire } from "../example-messages.ts";
import { readMessage } from "../message/message.ts";
import type { AnsweredPatient, QueryAnswer } from "./answer.ts";
import { answerQuery } from "./answer-query.ts";
import { readQuery } from "./read-query.ts";

const FEED = { defaultAuthority: "RDZ", authorities: { "POOLE-PAS": "RBD" } };
const AT = new Date("2026-07-21T09:15:00Z");

/** One query, as XML and with bars. */
interface Asked {
  readonly code?: string;
  readonly event: string;
  readonly version?: string;
  readonly structure?: string;
  readonly segments: readonly { readonly xml: string; readonly bars: string }[];
}

function asXml({ code = "QBP", event, version = "2.4", structure = "QBP_Q22", segments }: Asked): Uint8Array {
  return Buffer.from(
    `<v2:${structure} xmlns:v2="urn:hl7-org:v2xml"><v2:MSH><v2:MSH.1>|</v2:MSH.1><v2:MSH.2>^~\\&amp;</v2:MSH.2>` +
      "<v2:MSH.3><v2:HD.1>PortalITK</v2:HD.1></v2:MSH.3><v2:MSH.4><v2:HD.1>RDZ</v2:HD.1></v2:MSH.4>" +
      "<v2:MSH.5><v2:HD.1>CHESIL</v2:HD.1></v2:MSH.5><v2:MSH.6><v2:HD.1>DORSET</v2:HD.1></v2:MSH.6>" +
      `<v2:MSH.9><v2:MSG.1>${code}</v2:MSG.1><v2:MSG.2>${event}</v2:MSG.2></v2:MSH.9><v2:MSH.10>Q0001</v2:MSH.10>` +
      `<v2:MSH.11><v2:PT.1>P</v2:PT.1></v2:MSH.11><v2:MSH.12><v2:VID.1>${version}</v2:VID.1></v2:MSH.12></v2:MSH>` +
      `${segments.map(({ xml }) => xml.replaceAll(/<(\/?)/g, "<$1v2:")).join("")}</v2:${structure}>`,
  );
}

const asBars = ({ code = "QBP", event, version = "2.4", segments }: Asked): Uint8Array =>
  wire(
    `MSH|^~\\&|PortalITK|RDZ|CHESIL|DORSET|||${code}^${event}|Q0001|P|${version}`,
    ...segments.map(({ bars }) => bars),
  );

const BY_CRITERIA = {
  xml:
    "<QPD><QPD.1><CE.1>Q22</CE.1><CE.2>Find Candidates</CE.2></QPD.1><QPD.2>T1</QPD.2>" +
    "<QPD.3><QSC.1>@PID.5.1</QSC.1><QSC.2>O&amp;Neill ^~|</QSC.2></QPD.3>" +
    "<QPD.3><QSC.1>@PID.8</QSC.1><QSC.2>EQ</QSC.2><QSC.3>2</QSC.3></QPD.3></QPD>",
  bars: "QPD|Q22^Find Candidates|T1|@PID.5.1^O\\T\\Neill \\S\\\\R\\\\F\\~@PID.8^EQ^2",
};
const BY_IDENTIFIER = {
  xml:
    "<QPD><QPD.1><CE.1>Q21</CE.1></QPD.1><QPD.2>T1</QPD.2><QPD.3><CX.1>8001234</CX.1><CX.4><HD.1>RBD</HD.1>" +
    "<HD.2>1.2.3</HD.2></CX.4></QPD.3><QPD.4><CX.4><HD.1>NHS</HD.1></CX.4></QPD.4></QPD>",
  bars: "QPD|Q21|T1|8001234^^^RBD&1.2.3|^^^NHS",
};

const PATIENT: AnsweredPatient = {
  identifiers: [{ authority: "RBD", value: "8001234", type: "MR" }],
  names: [
    { use: "usual", family: "Marsh <&> Söhne", given: ["Ellen"] },
    { use: "maiden", family: "Cobb", given: [] },
  ],
  birthDate: "1980-02-29",
  addresses: [],
  telecoms: [],
  generalPractitioner: { code: "G9999999", display: "Dr Morgan Tide" },
};

function answered(answer: QueryAnswer, query: Uint8Array): Uint8Array {
  const { sent } = readQuery(query, FEED);
  if (sent === undefined) throw new Error("no message");
  return answerQuery({ sent, feed: FEED, answer, controlId: "77", at: AT });
}
const textOf = (answer: QueryAnswer, asked: Asked) => Buffer.from(answered(answer, asXml(asked))).toString("utf8");

/** What every segment says, without what is empty at the end of anything. */
function saidBy(bytes: Uint8Array): string[] {
  const read = readMessage(bytes);
  if (!read.ok) throw new Error(read.text);
  const ends = [/&+(?=[&^~|]|$)/g, /\^+(?=[~|]|$)/g, /\|+$/g];
  return read.message.segments().map(({ id, raw }) => {
    if (id !== "MSH") return ends.reduce((text, end) => text.replaceAll(end, ""), raw);
    // XML names its character set itself, and has NHS ITK's structure of K22.
    return raw.split("|").slice(0, 12).join("|").replace("RSP_K22", "RSP_K21");
  });
}

const FOUND: QueryAnswer = { kind: "patients", patients: [PATIENT, PATIENT], hits: { total: 3, remaining: 1 } };

describe("the answer to a query that came as v2.xml", () => {
  it("is v2.xml in the structure of NHS ITK, each patient in a group", () => {
    const patient = (place: number) =>
      `<RSP_K22.QUERY_RESPONSE><PID><PID.1>${place}</PID.1>` +
      "<PID.3><CX.1>8001234</CX.1><CX.4><HD.1>POOLE-PAS</HD.1></CX.4><CX.5>MR</CX.5></PID.3>" +
      "<PID.5><XPN.1>Marsh &lt;&amp;&gt; Söhne</XPN.1><XPN.2>Ellen</XPN.2><XPN.7>L</XPN.7></PID.5>" +
      "<PID.5><XPN.1>Cobb</XPN.1><XPN.7>M</XPN.7></PID.5><PID.7><TS.1>19800229</TS.1></PID.7></PID>" +
      "<PD1><PD1.4><XCN.1>G9999999</XCN.1><XCN.2><FN.1>Dr Morgan Tide</FN.1></XCN.2></PD1.4></PD1>" +
      "</RSP_K22.QUERY_RESPONSE>";
    expect(textOf({ ...FOUND, continuation: "P9" }, { event: "Q22", segments: [BY_CRITERIA] })).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<RSP_K22 xmlns="urn:hl7-org:v2xml">' +
        "<MSH><MSH.1>|</MSH.1><MSH.2>^~\\&amp;</MSH.2><MSH.3><HD.1>CHESIL</HD.1></MSH.3><MSH.4><HD.1>DORSET</HD.1></MSH.4>" +
        "<MSH.5><HD.1>PortalITK</HD.1></MSH.5><MSH.6><HD.1>RDZ</HD.1></MSH.6>" +
        "<MSH.7><TS.1>20260721101500+0100</TS.1></MSH.7>" +
        "<MSH.9><MSG.1>RSP</MSG.1><MSG.2>K22</MSG.2><MSG.3>RSP_K22</MSG.3></MSH.9><MSH.10>77</MSH.10>" +
        "<MSH.11><PT.1>P</PT.1></MSH.11><MSH.12><VID.1>2.4</VID.1></MSH.12></MSH>" +
        "<MSA><MSA.1>AA</MSA.1><MSA.2>Q0001</MSA.2></MSA>" +
        "<QAK><QAK.1>T1</QAK.1><QAK.2>OK</QAK.2><QAK.3><CE.1>Q22</CE.1><CE.2>Find Candidates</CE.2></QAK.3>" +
        "<QAK.4>3</QAK.4><QAK.5>2</QAK.5><QAK.6>1</QAK.6></QAK>" +
        `${BY_CRITERIA.xml}${patient(1)}${patient(2)}` +
        "<DSC><DSC.1>P9</DSC.1><DSC.2>I</DSC.2></DSC></RSP_K22>\n",
    );
  });

  it.each([
    ["Q21", "RSP_K21", "K21"],
    ["Q22", "RSP_K22", "K22"],
    ["Q23", "RSP_K23", "K23"],
    ["ZV1", "RSP_ZV2", "ZV2"],
  ])("of %s is a %s", (event, structure, code) => {
    const found: QueryAnswer =
      event === "Q23" ? { kind: "identifiers", identifiers: PATIENT.identifiers } : { ...FOUND, patients: [PATIENT] };
    const text = textOf(found, { event, segments: [BY_IDENTIFIER] });
    expect(text).toContain(`<${structure} xmlns="urn:hl7-org:v2xml">`);
    expect(text).toContain(`<MSG.1>RSP</MSG.1><MSG.2>${code}</MSG.2><MSG.3>${structure}</MSG.3>`);
    expect(text.match(new RegExp(`<${structure}\\.QUERY_RESPONSE><PID>`, "g"))).toHaveLength(1);
    const holder = event === "Q23" ? "<QPD.3><CX.1>8001234" : "<QPD.3><QSC.1>8001234";
    expect(text).toContain(holder);
  });

  it("says what is wrong as XML, too", () => {
    const fault = { severity: "error", code: "204", location: "QPD^1^4^1", text: "A domain is not known." } as const;
    const text = textOf(
      { kind: "fault", faults: [fault] },
      { event: "Q21", version: "2.5", segments: [BY_IDENTIFIER] },
    );
    expect(text).toContain("<MSA><MSA.1>AE</MSA.1>");
    expect(text).toContain("<ERR.2><ERL.1>QPD</ERL.1><ERL.2>1</ERL.2><ERL.3>4</ERL.3><ERL.4>1</ERL.4></ERR.2>");
    expect(text).toContain("<QAK.2>AE</QAK.2>");
    expect(text).not.toContain("QUERY_RESPONSE");
    const unread = readQuery(asXml({ event: "Q25", segments: [BY_IDENTIFIER] }), FEED);
    if (unread.ok) throw new Error("read");
    const refused = textOf({ kind: "fault", faults: [unread.fault] }, { event: "Q25", segments: [BY_IDENTIFIER] });
    expect(refused).toMatch(/<ACK xmlns="urn:hl7-org:v2xml">.*<MSA\.1>AR<\/MSA\.1>/s);
  });

  it("is an acknowledgement as XML of a cancellation", () => {
    const cancel = { xml: "<QID><QID.1>T1</QID.1></QID>", bars: "QID|T1" };
    const asked = { code: "QCN", event: "J01", structure: "QCN_J01", segments: [cancel] };
    expect(readQuery(asXml(asked), FEED)).toMatchObject({ ok: true, value: { kind: "cancellation", tag: "T1" } });
    expect(textOf({ kind: "cancelled" }, asked)).toMatch(/<ACK xmlns=.*<MSG\.2>J01<\/MSG\.2>.*<MSA\.1>AA<\/MSA\.1>/s);
  });

  it("holds nothing that XML can not hold", () => {
    const patients = [
      { ...PATIENT, names: [{ use: "usual" as const, family: "A\u0001\u000b\ufffe]]>\ud800", given: [] }] },
    ];
    const text = textOf({ kind: "patients", patients }, { event: "Q22", segments: [BY_CRITERIA] });
    expect(text).toContain("<XPN.1>A]]&gt;\ufffd</XPN.1>");
    expect(saidBy(Buffer.from(text))).toHaveLength(6);
  });

  it("says, read back, what the same query is answered with bars, of whatever patients", () => {
    const text = fc
      .string({ unit: fc.constantFrom(..."aZ0 éŠ\u{1f600}<>&\"'^~\\|\n\r\t]"), maxLength: 12 })
      .filter((each) => each === "" || each.trim() !== "");
    const use = fc.constantFrom("usual" as const, "maiden" as const, "previous" as const);
    const date = fc.constantFrom("1950", "1950-07", "1950-07-31", "2026-07-01T10:30:00.000Z", undefined);
    const party = fc.option(fc.record({ code: text, display: text }), { nil: undefined });
    const identifier = fc.record({ authority: fc.constantFrom("RBD", "NHS", "1.2.3"), value: text, type: text });
    const visit = fc.record({
      ...{ authority: text, visitNumber: text, account: text, location: text, consultant: party, specialty: text },
      ...{ admissionMethod: text, admittedAt: date, dischargedAt: date },
    });
    const patient: fc.Arbitrary<AnsweredPatient> = fc.record({
      identifiers: fc.array(identifier, { maxLength: 3 }),
      names: fc.array(fc.record({ use, family: text, given: fc.array(text, { maxLength: 3 }), prefix: text }), {
        maxLength: 3,
      }),
      birthDate: date,
      addresses: fc.array(
        fc.record({ use: fc.constant("home" as const), lines: fc.array(text, { maxLength: 3 }), postcode: text }),
        { maxLength: 2 },
      ),
      telecoms: fc.array(
        fc.record({
          kind: fc.constantFrom("mobile" as const, "email" as const),
          use: fc.constant("home" as const),
          value: text,
        }),
        { maxLength: 3 },
      ),
      ...{ deathDate: date, deceased: fc.boolean(), generalPractice: party, generalPractitioner: party },
      visit: fc.option(visit, { nil: undefined }),
    });
    const answer: fc.Arbitrary<QueryAnswer> = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ kind: fc.constant("patients" as const), patients: fc.array(patient, { maxLength: 3 }) }),
      },
      fc.record({ kind: fc.constant("identifiers" as const), identifiers: fc.array(identifier, { maxLength: 3 }) }),
    );
    const asked = fc.record({
      event: fc.constantFrom("Q21", "Q22", "Q23", "ZV1"),
      version: fc.constantFrom("2.2", "2.3", "2.4", "2.5", "2.6", "2.8"),
      segments: fc.constantFrom([BY_CRITERIA], [BY_IDENTIFIER]),
    });
    fc.assert(
      fc.property(asked, answer, (query, given) => {
        const withBars = answered(given, asBars(query));
        expect(saidBy(answered(given, asXml(query)))).toEqual(saidBy(withBars));
      }),
    );
  });
});
