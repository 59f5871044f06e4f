import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wire } from "../example-messages.ts";
import { buildMessage } from "../message/build.ts";
import { readQuery } from "./read-query.ts";

const FEED = {
  defaultAuthority: "RDZ",
  authorities: { "POOLE-PAS": "RBD" },
  codes: { sex: { W: "F" } },
};
const msh = (type: string, rest = "") => `MSH|^~\\&|EPR|RDZ|CHESIL|DORSET|20260304093000||${type}|Q0001|P|2.5${rest}`;
const Q22 = msh("QBP^Q22^QBP_Q21");
const ZV1 = msh("QBP^ZV1^QBP_Q21");
const Q21 = msh("QBP^Q21^QBP_Q21");
const Q23 = msh("QBP^Q23^QBP_Q21");
const reading = (...segments: string[]) => readQuery(wire(...segments), FEED);
const faultOf = (...segments: string[]) => {
  const read = reading(...segments);
  return read.ok ? undefined : `${read.fault.severity} ${read.fault.code} ${read.fault.location}`;
};
const criteriaOf = (fields: string, header = Q22) => {
  const read = reading(header, `QPD|IHE PDQ Query|T1|${fields}`, "RCP|I");
  return read.ok && read.value.kind === "demographics" ? read.value.criteria : read;
};

describe("a query", () => {
  it("for the other identifiers of one", () => {
    expect(
      reading(
        Q23,
        "QPD|IHE PIX Query|T1|8001234^^^POOLE-PAS^MR|^^^RDZ~^^^&1.2.3&ISO~^^^NHS&2.16.840.1.113883.2.1.4.1&ISO",
        "RCP|I",
      ),
    ).toMatchObject({
      ok: true,
      value: {
        kind: "identifiers",
        tag: "T1",
        identifier: { authority: "RBD", value: "8001234" },
        domains: [
          { authority: "RDZ", repetition: 1 },
          { authority: "1.2.3", repetition: 2 },
          { authority: "NHS", repetition: 3 },
        ],
      },
    });
    expect(reading(Q23, "QPD|IHE PIX Query|T1|999 000 4951^^^NHS^NH||||")).toMatchObject({
      value: { identifier: { authority: "NHS", value: "9990004951" }, domains: [] },
    });
    expect(reading(Q23, "QPD|IHE PIX Query|T1|8001234")).toMatchObject({ value: { identifier: { authority: "RDZ" } } });
  });

  it("for one patient, by an identifier or by what they are like", () => {
    expect(reading(Q21, "QPD|Q21^Get Person Demographics|T1|999 000 4951^^^NHS|^^^POOLE-PAS")).toMatchObject({
      ok: true,
      value: {
        kind: "person",
        tag: "T1",
        criteria: { identifier: { authority: "NHS", value: "9990004951" } },
        domains: [{ authority: "RBD", repetition: 1 }],
      },
    });
    // An identifier is none of the places of a patient, whatever it looks like.
    expect(reading(Q21, "QPD|Q21|T1|PID.8^^^RDZ")).toMatchObject({
      value: { criteria: { identifier: { authority: "RDZ", value: "PID.8" } } },
    });
    expect(reading(Q21, "QPD|Q21|T1|@PID.3.1^8001234~@PID.5.1^Marsh*")).toMatchObject({
      value: { criteria: { identifier: { value: "8001234" }, family: { text: "Marsh", isStart: true } } },
    });
  });

  it("may be v2.xml", () => {
    const xml =
      '<QBP_Q22 xmlns="urn:hl7-org:v2xml"><MSH><MSH.9><MSG.1>QBP</MSG.1><MSG.2>Q22</MSG.2></MSH.9></MSH>' +
      "<QPD><QPD.2>T1</QPD.2><QPD.3><QSC.1>@PID.5.1</QSC.1><QSC.2>O&amp;Neill</QSC.2></QPD.3></QPD></QBP_Q22>";
    expect(readQuery(Buffer.from(xml), FEED)).toMatchObject({
      value: { kind: "demographics", tag: "T1", criteria: { family: { text: "O&Neill", isStart: false } } },
    });
  });

  it("for patients by what they are like", () => {
    const read = reading(
      Q22,
      "QPD|IHE PDQ Query|T2|@PID.5.1.1^Sm*~@PID.5.2^Ellen~@PID.7^19800229~@PID.8^W~@PID.11.5^BH1 1AA|||||^^^RDZ",
      "RCP|I|10^RD",
      "DSC|P7|I",
    );
    expect(read).toMatchObject({
      ok: true,
      value: {
        kind: "demographics",
        tag: "T2",
        withVisits: false,
        criteria: {
          family: { text: "Sm", isStart: true },
          given: { text: "Ellen", isStart: false },
          birthDate: "1980-02-29",
          sex: "female",
          postcode: { text: "BH1 1AA", isStart: false },
        },
        domains: [{ authority: "RDZ", repetition: 1 }],
        quantity: 10,
        continuation: "P7",
      },
    });
  });

  it.each([
    ["@PID.3.1^8001234~@PID.3.4^POOLE-PAS", { identifier: { value: "8001234", authority: "RBD" } }],
    ["@PID.3.1^8001234~@PID.3.4.2^1.2.3", { identifier: { value: "8001234", authority: "1.2.3" } }],
    ["@PID.3^999 000 4951~@PID.3.5^NH", { identifier: { value: "9990004951", authority: "NHS" } }],
    ["@PID.3.1^8001234", { identifier: { value: "8001234" } }],
    ["@PID.5^MARSH~", { family: { text: "MARSH", isStart: false } }],
    ["@PID.7.1^1980", { birthDate: "1980" }],
    [
      "@pid.11.3^POOLE~PID.11.1^12*",
      { city: { text: "POOLE", isStart: false }, street: { text: "12", isStart: true } },
    ],
    ["@PID.13^07700 900123", { phone: "07700 900123" }],
    ["@PID.18.1^A900~@PID.18.4.1^POOLE-PAS", { visit: { account: { value: "A900", authority: "RBD" } } }],
    ["@PID.5.1^EQ^MARSH^AND~@PID.8^eq^F", { family: { text: "MARSH", isStart: false }, sex: "female" }],
    ["@PID.5.1^EQ^MARSH~@PID.5.2^EQ^", { family: { text: "MARSH", isStart: false } }],
    ["@PID.5.1^EQ", { family: { text: "EQ", isStart: false } }],
    ["@PID.5.1^LE^", { family: { text: "LE", isStart: false } }],
    ["@PID.5.1^O\\T\\Neill", { family: { text: "O&Neill", isStart: false } }],
  ])("reads %s", (fields, criteria) => expect(criteriaOf(fields)).toEqual(criteria));

  it("asks for visits by ZV1 alone", () => {
    const fields = "@PV1.2^I~@PV1.3.1^WARD7~@PV1.3.3^BED3~@PV1.7.1^C9~@PV1.7.2.1^Cobb~@PV1.10^300~@PV1.19^V1";
    expect(criteriaOf(fields, ZV1)).toEqual({
      visit: {
        class: "inpatient",
        places: ["WARD7", "BED3"],
        consultantCode: "C9",
        consultantName: { text: "Cobb", isStart: false },
        specialty: "300",
        visitNumber: { value: "V1" },
      },
    });
    expect(faultOf(Q22, `QPD|IHE PDQ Query|T1|${fields}`)).toBe("error 103 QPD^1^3^1");
  });

  it("may be taken back", () => {
    expect(reading(msh("QCN^J01^QCN_J01"), "QID|T2|IHE PDQ Query")).toMatchObject({
      value: { kind: "cancellation", tag: "T2" },
    });
    expect(faultOf(msh("QCN^J01"), "QID||x")).toBe("error 101 QID^1^1");
    expect(faultOf(msh("QCN^J01"))).toBe("error 100 QID^1");
  });

  it.each([
    [[msh("QBP^Q25"), "QPD|x|T1|1"], "reject 201 MSH^1^9"],
    [[msh("QRY^A19"), "QRD|x"], "reject 201 MSH^1^9"],
    [[Q22.replace("|P|2.5", "|X|2.5"), "QPD|x|T1|@PID.8^F"], "reject 202 MSH^1^11"],
    [[Q22.replace("|P|2.5", "|P|3"), "QPD|x|T1|@PID.8^F"], "reject 203 MSH^1^12"],
    [[Q22], "error 100 QPD^1"],
    [[Q22, "QPD|x||@PID.8^F"], "error 101 QPD^1^2"],
    [[Q22, "QPD|x|T1|"], "error 101 QPD^1^3"],
    [[Q22, "QPD|x|T1|@PID.8"], "error 101 QPD^1^3"],
    [[Q22, "QPD|x|T1|@PID.8^F~@PID.6^Jones"], "error 103 QPD^1^3^2"],
    [[Q22, "QPD|x|T1|@PID.5.3^Rose"], "error 103 QPD^1^3^1"],
    [[Q22, "QPD|x|T1|family^Rose"], "error 103 QPD^1^3^1"],
    [[Q22, "QPD|x|T1|@PID.8^Z"], "error 103 QPD^1^3^1"],
    [[Q22, "QPD|x|T1|@PID.8^F~@PID.7^GE^1980"], "error 103 QPD^1^3^2"],
    [[Q22, "QPD|x|T1|@PID.8^EQ^F^OR~@PID.7^EQ^1980"], "error 103 QPD^1^3^1"],
    [[Q22, "QPD|x|T1|@PID.8^F~@PID.7^31/02/1980"], "error 102 QPD^1^3^2"],
    [[Q22, "QPD|x|T1|@PID.8^F~@PID.8.1^M"], "error 102 QPD^1^3^2"],
    [[Q22, `QPD|x|T1|@PID.5.1^${"x".repeat(201)}`], "error 102 QPD^1^3^1"],
    [[Q22, `QPD|x|T1|${"@PID.8^F~".repeat(51)}`], "error 102 QPD^1^3"],
    [[Q22, `QPD|x|T1|@PID.8^F|||||${"^^^RDZ~".repeat(51)}`], "error 102 QPD^1^8"],
    [[Q22, "QPD|x|T1|@PID.8^F", "RCP|D"], "error 103 RCP^1^1"],
    [[Q22, "QPD|x|T1|@PID.8^F", "RCP|I|10^LI"], "error 103 RCP^1^2^1^2"],
    [[Q22, "QPD|x|T1|@PID.8^F", "RCP|I|0^RD"], "error 102 RCP^1^2^1^1"],
    [[Q22, "QPD|x|T1|@PID.8^F", "RCP|I|ten"], "error 102 RCP^1^2^1^1"],
    [[Q21, "QPD|x|T1|"], "error 101 QPD^1^3"],
    [[Q21, "QPD|x|T1|^^^RDZ"], "error 101 QPD^1^3"],
    [[Q21, "QPD|x|T1|1^^^RDZ~2^^^RDZ"], "error 102 QPD^1^3^2"],
    [[Q21, "QPD|x|T1|1^^^RDZ~@PID.8^F"], "error 103 QPD^1^3^1"],
    [[Q21, "QPD|x|T1|@PV1.2^I"], "error 103 QPD^1^3^1"],
    [[Q23, "QPD|x|T1|"], "error 101 QPD^1^3"],
    [[Q23, "QPD|x|T1|^^^RDZ"], "error 101 QPD^1^3"],
    [[Q23, "QPD|x|T1|1^^^RDZ~2^^^RDZ"], "error 102 QPD^1^3^2"],
    [["PID|1"], "reject 102 MSH^1"],
  ])("is refused: %j", (segments, fault) => expect(faultOf(...segments)).toBe(fault));

  it("may hold anything without harm, and no fault repeats it", () => {
    const text = fc.string({ unit: "binary", maxLength: 20 });
    const field = fc.oneof(text, fc.constantFrom("@PID.5.1^Xyzzy", "@PID.3.1^1", "T1", "^^^RDZ", "@PV1.3^A", "5^RD"));
    const types = fc.constantFrom(Q21, Q22, Q23, ZV1, msh("QCN^J01"));
    fc.assert(
      fc.property(types, fc.array(fc.array(field, { maxLength: 9 }), { maxLength: 4 }), (header, segments) => {
        const ids = ["QPD", "RCP", "DSC", "QID"];
        const lines = segments.map((fields, index) => [ids[index], ...fields].join("|"));
        const read = readQuery(wire(header, ...lines), FEED);
        if (!read.ok) expect(read.fault.text).not.toContain("Xyzzy");
      }),
    );
  });

  it("says what was asked, whatever characters are in it", () => {
    const word = fc.stringMatching(/^[A-Za-zÀ-ÿ'|^~&\\-]{1,20}$/).filter((each) => each.trim() === each);
    fc.assert(
      fc.property(word, word, (family, tag) => {
        const bytes = buildMessage([
          ["MSH", "", "", "A", "B", "C", "D", "2026", "", ["QBP", "Q22", "QBP_Q21"], "1", "P", "2.5"],
          ["QPD", "IHE PDQ Query", tag, ["@PID.5.1.1", family]],
        ]);
        expect(readQuery(bytes, FEED)).toMatchObject({
          ok: true,
          value: { tag, criteria: { family: { text: family, isStart: false } } },
        });
      }),
    );
  });
});
