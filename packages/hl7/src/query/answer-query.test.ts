import { Buffer } from "node:buffer";
import fc from "fast-check";
import { Message as ClientMessage } from "node-hl7-client";
import { describe, expect, it } from "vitest";
import { latin1, wire } from "../example-messages.ts";
import { readMessage } from "../message/message.ts";
import type { AnsweredPatient, QueryAnswer } from "./answer.ts";
import { answerQuery } from "./answer-query.ts";
import { readQuery } from "./read-query.ts";

const FEED = { defaultAuthority: "RDZ", authorities: { "POOLE-PAS": "RBD" } };
const AT = new Date("2026-07-21T09:15:00Z");
const msh = (type: string, version = "2.5") =>
  `MSH|^~\\&|EPR|RDZ|CHESIL|DORSET|20260304093000||${type}|Q0001|P|${version}`;
const QPD = "QPD|IHE PDQ Query|T1|@PID.5.1^O\\T\\Neill~@PID.8^F";
const PATIENT: AnsweredPatient = {
  identifiers: [{ authority: "RBD", value: "8001234", type: "MR" }],
  names: [],
  addresses: [],
  telecoms: [],
};

function bytesOf(answer: QueryAnswer, query: Uint8Array): Uint8Array {
  const { sent } = readQuery(query, FEED);
  if (sent === undefined) throw new Error("no message");
  return answerQuery({ sent, feed: FEED, answer, controlId: "77", at: AT });
}
const linesOf = (answer: QueryAnswer, ...segments: string[]) =>
  Buffer.from(bytesOf(answer, wire(...segments)))
    .toString("utf8")
    .split("\r");

describe("the answer to a query", () => {
  it("gives the identifiers in one PID, under the names that the asker knows, and no name of the patient", () => {
    const identifiers = [
      { authority: "RBD", value: "8001234", type: "MR" },
      { authority: "NHS", value: "9990004951", type: "NH" },
    ];
    const query = [msh("QBP^Q23^QBP_Q21"), "QPD|IHE PIX Query|T1|7^^^RDZ|", "RCP|I"];
    expect(linesOf({ kind: "identifiers", identifiers }, ...query)).toEqual([
      "MSH|^~\\&|CHESIL|DORSET|EPR|RDZ|20260721101500+0100||RSP^K23^RSP_K23|77|P|2.5",
      "MSA|AA|Q0001",
      "QAK|T1|OK|IHE PIX Query",
      "QPD|IHE PIX Query|T1|7^^^RDZ|",
      "PID|||8001234^^^POOLE-PAS^MR~9990004951^^^NHS^NH||~^^^^^^S",
      "",
    ]);
    expect(linesOf({ kind: "identifiers", identifiers: [] }, ...query).slice(1)).toEqual([
      "MSA|AA|Q0001",
      "QAK|T1|NF|IHE PIX Query",
      "QPD|IHE PIX Query|T1|7^^^RDZ|",
      "",
    ]);
  });

  it("gives a page of patients, the counts, and where to go on from", () => {
    const ellen: AnsweredPatient = {
      ...PATIENT,
      nhsNumberTrust: "verified",
      names: [
        { use: "usual", family: "Marsh", given: ["Ellen", "Rose", "May"], prefix: "Mrs" },
        { use: "previous", family: "Cobb", given: ["Ellen"] },
        { use: "maiden", family: "Pebble", given: ["Ellen"] },
      ],
      birthDate: "1980-02",
      sex: "female",
      addresses: [{ use: "home", lines: ["12 Chesil Street", "Flat 1"], city: "Portland", postcode: "DT5 1AB" }],
      telecoms: [
        { kind: "mobile", use: "home", value: "07700 900123" },
        { kind: "email", use: "home", value: "ellen@example.org" },
        { kind: "phone", use: "work", value: "01305 555999" },
      ],
      deathDate: "2026-07-01T10:30:00.000Z",
      deceased: true,
      generalPractice: { code: "J81000", display: "HARBOUR SURGERY" },
      generalPractitioner: { code: "G9999999", display: "Dr Morgan Tide" },
    };
    const answer: QueryAnswer = {
      kind: "patients",
      patients: [ellen],
      hits: { total: 3, remaining: 2 },
      continuation: "P9",
    };
    expect(linesOf(answer, msh("QBP^Q22^QBP_Q21"), QPD, "RCP|I|1^RD")).toEqual([
      "MSH|^~\\&|CHESIL|DORSET|EPR|RDZ|20260721101500+0100||RSP^K22^RSP_K21|77|P|2.5",
      "MSA|AA|Q0001",
      "QAK|T1|OK|IHE PDQ Query|3|1|2",
      QPD,
      "PID|1||8001234^^^POOLE-PAS^MR||Marsh^Ellen^Rose May^^Mrs^^L~Pebble^Ellen^^^^^M||198002|F|||" +
        "12 Chesil Street^Flat 1^Portland^^DT5 1AB^^H||07700 900123^PRN^CP~^NET^Internet^ellen@example.org|" +
        "01305 555999^WPN^PH|||||||||||||||20260701113000+0100|Y||NSTS01",
      "PD1|||HARBOUR SURGERY^^J81000|G9999999^Dr Morgan Tide",
      "DSC|P9|I",
      "",
    ]);
  });

  it("gives the visit beside its patient", () => {
    const visit = {
      authority: "RBD",
      visitNumber: "V1",
      account: "A900",
      class: "inpatient" as const,
      location: "WARD7, BAY2, BED3, RDZ01",
      consultant: { code: "C9", display: "Mr Lyme Cobb" },
      specialty: "300",
      admittedAt: "2026-03-04T09:15:00.000Z",
    };
    const query = [msh("QBP^ZV1^QBP_Q21"), "QPD|IHE PDQ Query|T1|@PV1.3.1^WARD7"];
    const lines = linesOf({ kind: "patients", patients: [{ ...PATIENT, visit }] }, ...query);
    expect(lines[0]).toContain("||RSP^ZV2^RSP_ZV2|77|");
    expect(lines.slice(4)).toEqual([
      `PID|1||8001234^^^POOLE-PAS^MR${"|".repeat(15)}A900^^^POOLE-PAS^AN`,
      `PV1|1|I|WARD7^BAY2^BED3^RDZ01||||C9^Mr Lyme Cobb|||300${"|".repeat(9)}V1^^^POOLE-PAS^VN${"|".repeat(25)}20260304091500+0000`,
      "",
    ]);
    const made = { ...visit, visitNumber: "admitted:20260304", account: undefined };
    expect(linesOf({ kind: "patients", patients: [{ ...PATIENT, visit: made }] }, ...query).join()).not.toContain(
      "admitted:",
    );
  });

  it("says what is wrong, in an ERR for each, in the shape of the asker's version", () => {
    const fault = (repetition: number) => ({
      severity: "error" as const,
      code: "204" as const,
      location: `QPD^1^8^${repetition}`,
      text: "A domain of QPD-8 is not known.",
    });
    const answer: QueryAnswer = { kind: "fault", faults: [fault(1), fault(3)] };
    const unknown = "204^Unknown key identifier^HL70357";
    expect(linesOf(answer, msh("QBP^Q22"), QPD).slice(1)).toEqual([
      "MSA|AE|Q0001|A domain of QPD-8 is not known.",
      `ERR||QPD^1^8^1|${unknown}|E|||A domain of QPD-8 is not known.|A domain of QPD-8 is not known.`,
      `ERR||QPD^1^8^3|${unknown}|E|||A domain of QPD-8 is not known.|A domain of QPD-8 is not known.`,
      "QAK|T1|AE|IHE PDQ Query",
      QPD,
      "",
    ]);
    expect(linesOf(answer, msh("QBP^Q22", "2.4"), QPD)[2]).toBe("ERR|QPD^1^8^204&Unknown key identifier&HL70357");
  });

  it("is an acknowledgement to a cancellation and to what is no query that is offered", () => {
    expect(linesOf({ kind: "cancelled" }, msh("QCN^J01"), "QID|T1|x").slice(0, 2)).toEqual([
      "MSH|^~\\&|CHESIL|DORSET|EPR|RDZ|20260721101500+0100||ACK^J01^ACK|77|P|2.5",
      "MSA|AA|Q0001",
    ]);
    const read = readQuery(wire(msh("QBP^Q25"), "QPD|x|T1"), FEED);
    const faults = read.ok ? [] : [read.fault];
    const [first] = faults;
    if (first === undefined) throw new Error("no fault");
    expect(linesOf({ kind: "fault", faults: [first] }, msh("QBP^Q25"), "QPD|x|T1")[1]).toMatch(/^MSA\|AR\|Q0001\|/);
  });

  it("is in the asker's character set where that holds every name, else in UTF-8, and says which", () => {
    const named = (family: string): QueryAnswer => ({
      kind: "patients",
      patients: [{ ...PATIENT, names: [{ use: "usual", family, given: [] }] }],
    });
    const western = latin1(`${msh("QBP^Q22")}||||||8859/1\rQPD|x|T1|@PID.5.1^Zo\u00eb\r`);
    expect(Buffer.from(bytesOf(named("Zo\u00eb"), western)).toString("latin1")).toMatch(
      /\|8859\/1\r.*\|Zo\u00eb\^{6}L/s,
    );
    expect(Buffer.from(bytesOf(named("\u0160vec"), western)).toString("utf8")).toMatch(
      /\|UNICODE UTF-8\r.*@PID\.5\.1\^Zo\u00eb\r.*\|\u0160vec\^{6}L/s,
    );
    expect(Buffer.from(bytesOf(named("Smith"), wire(msh("QBP^Q22"), QPD))).toString()).toMatch(/\|2\.5\rMSA/);
  });

  it("can be read by ourselves and by others, whatever the names, and holds them exactly", () => {
    const name = fc.stringMatching(/^[A-Za-z0-9À-ÿŠ|^~&\\' -]{1,20}$/).filter((each) => each.trim() === each);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, name), { maxLength: 4 }),
        fc.constantFrom("^~\\&", "*%#@"),
        (names, delimiters) => {
          const patients = names.map(([family, given]): AnsweredPatient => {
            return { ...PATIENT, names: [{ use: "usual", family, given: [given] }] };
          });
          const component = delimiters[0] ?? "";
          const query = wire(
            msh("QBP^Q22").replace("|^~\\&|", `|${delimiters}|`).replaceAll("QBP^Q22", `QBP${component}Q22`),
            `QPD|IHE PDQ Query|T1|@PID.5.1${component}x`,
          );
          const bytes = bytesOf({ kind: "patients", patients }, query);
          const read = readMessage(bytes);
          if (!read.ok) throw new Error(read.text);
          const told = read.message.all("PID").map((pid) => [pid.get(5), pid.get(5, { component: 2 })]);
          expect(told).toEqual(names);
          expect(read.message.segments().map(({ id }) => id)).toEqual([
            "MSH",
            "MSA",
            "QAK",
            "QPD",
            ...names.map(() => "PID"),
          ]);
          const text = Buffer.from(bytes).toString("utf8").replace(/\r$/, "");
          if (delimiters === "^~\\&") expect(new ClientMessage({ text }).get("MSA.2").toString()).toBe("Q0001");
        },
      ),
    );
  });
});
