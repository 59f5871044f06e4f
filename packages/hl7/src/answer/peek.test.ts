import { Buffer } from "node:buffer";
import { keysOfOperation } from "@chesil/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ADT_A01, FEED, latin1, MSH_A01, msh, PID_FULL, PID_SHORT, RECEIVED_AT, wire } from "../example-messages.ts";
import type { FeedDialect } from "../map/dialect.ts";
import { ADT_EVENTS } from "../map/events.ts";
import { toEvent } from "../map/to-event.ts";
import { readMessage } from "../message/message.ts";
import { peek } from "./peek.ts";

const refusal = (bytes: Uint8Array, feed: FeedDialect = FEED) => {
  const peeked = peek(bytes, feed);
  return peeked.ok ? "ok" : `${peeked.severity} ${peeked.reason} ${peeked.error.code} ${peeked.error.location}`.trim();
};
const identities = (...segments: string[]) => {
  const peeked = peek(wire(...segments), FEED);
  return peeked.ok ? peeked.identities : peeked.reason;
};

describe("peek", () => {
  it("never throws and always decides, on any bytes and on damaged messages", () => {
    const damaged = fc
      .tuple(fc.array(fc.tuple(fc.nat(ADT_A01.length - 1), fc.nat(255)), { maxLength: 8 }), fc.nat(ADT_A01.length))
      .map(([changes, length]) => {
        const bytes = Buffer.from(ADT_A01);
        for (const [at, byte] of changes) bytes[at] = byte;
        return bytes.subarray(0, length);
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), damaged), (bytes) => {
        const peeked = peek(bytes, FEED);
        if (peeked.ok) expect(peeked.header.controlId).not.toBe("");
        else expect(peeked.error.text).not.toMatch(/Marsh|8001234|9990004951/);
      }),
      { numRuns: 3000 },
    );
  });

  it("reads the header", () => {
    const rest = "|7||AL|NE|GBR|8859/1";
    const peeked = peek(
      wire(
        `MSH|^~\\&|PAS^1.2^ISO|RDZ|CH\\T\\S|ND|20260704093000||adt^a01^ADT_A01| C\\E\\1 |p^T|2.3.1^GBR${rest}`,
        PID_SHORT,
      ),
      FEED,
    );
    expect(peeked).toMatchObject({
      ok: true,
      header: {
        charset: "iso-8859-1",
        sendingApplication: "PAS",
        sendingFacility: "RDZ",
        receivingApplication: "CH&S",
        receivingFacility: "ND",
        messageAt: "20260704093000",
        messageAtIso: "2026-07-04T08:30:00.000Z",
        messageCode: "ADT",
        triggerEvent: "A01",
        structure: "ADT_A01",
        controlId: " C\\E\\1 ",
        processingId: "P",
        version: "2.3.1",
        sequence: "7",
        acceptAck: "AL",
        applicationAck: "NE",
      },
    });
    expect(JSON.parse(JSON.stringify(peeked))).toEqual(peeked);
  });

  it("takes the event from EVN-1 where MSH-9 has none, and MSH-9 where they disagree", () => {
    const early = peek(wire("MSH|^~\\&|A|B|C|D|2026||ADT|1|P|2.1", "EVN|A01", PID_SHORT), FEED);
    expect(early.ok && early.header.triggerEvent).toBe("A01");
    const both = peek(wire(msh("A08"), "EVN|A01", PID_SHORT), FEED);
    expect(both.ok && both.header.triggerEvent).toBe("A08");
  });
});

describe("what is rejected", () => {
  it.each([
    ["", "reject no-header 100 MSH^1"],
    ["EVN|A01\rPID|1||7", "reject no-header 100 MSH^1"],
    ["BHS|^~\\&|A\rBTS|0", "reject no-header 100 MSH^1"],
    ["MSH|^^^^|A", "reject not-readable 102 MSH^1^2"],
    ["MSH|^~\\&|A|B|C|D|2026||ADT^A01||P|2.4", "reject no-control-id 101 MSH^1^10"],
    ["MSH|^~\\&|A|B|C|D|2026||ADT^A01|  |P|2.4", "reject no-control-id 101 MSH^1^10"],
    ['MSH|^~\\&|A|B|C|D|2026||ADT^A01|""|P|2.4', "reject no-control-id 101 MSH^1^10"],
    ["MSH|^~\\&|A|B|C|D|2026|||1|P|2.4", "reject unsupported-type 200 MSH^1^9"],
    ["MSH|^~\\&|A|B|C|D|2026||XYZ^A01|1|P|2.4", "reject unsupported-type 200 MSH^1^9"],
    ["MSH|^~\\&|A|B|C|D|2026||ZZZ^Z01|1|P|2.4", "reject unsupported-type 200 MSH^1^9"],
    ["MSH|^~\\&|A|B|C|D|2026||QBP^Q22^QBP_Q21|1|P|2.5", "reject unsupported-type 200 MSH^1^9"],
    ["MSH|^~\\&|A|B|C|D|2026||QRY^A19|1|P|2.3", "reject unsupported-type 200 MSH^1^9"],
    ["MSH|^~\\&|A|B|C|D|2026||ADT^A99|1|P|2.4", "reject unsupported-type 201 MSH^1^9"],
    ["MSH|^~\\&|A|B|C|D|2026||ADT^R01|1|P|2.4", "reject unsupported-type 201 MSH^1^9"],
    ["MSH|^~\\&|A|B|C|D|2026||ADT|1|P|2.4", "reject unsupported-type 201 MSH^1^9"],
    ["MSH|^~\\&|A|B|C|D|2026||ADT^A01|1|X|2.4", "reject unsupported-processing-id 202 MSH^1^11"],
    ["MSH|^~\\&|A|B|C|D|2026||ADT^A01|1|P|3.0", "reject unsupported-version 203 MSH^1^12"],
    ["MSH|^~\\&|A|B|C|D|2026||ADT^A01|1|P|2.10", "reject unsupported-version 203 MSH^1^12"],
  ])("%j: %s", (text, expected) => expect(refusal(latin1(`${text}\rPID|1||7`))).toBe(expected));

  it.each(["2.1", "2.3.1^GBR", "2.8.2", "2.9", ""])("but not version %j", (version) => {
    expect(refusal(wire(msh("A01", { version }), PID_SHORT))).toBe("ok");
  });

  it.each(["P", "T", "D", "D^A", ""])("nor processing id %j", (id) => {
    expect(refusal(wire(`MSH|^~\\&|A|B|C|D|2026||ADT^A01|1|${id}|2.4`, PID_SHORT))).toBe("ok");
  });

  it.each([
    "ORU^R01",
    "MDM^T02",
    "SIU^S12",
    "REF^I12",
    "RRI^I12",
    "ORM^O01",
    "OML^O21",
    "OMG^O19",
    "OUL^R22",
    "OMP^O09",
    "RDE^O11",
    "RDS^O13",
    "VXU^V04",
    "BAR^P01",
    "DFT^P03",
    "PPR^PC1",
    "ORU",
    "ORU^Z01",
  ])("nor %s, mapped or not, patient or not", (type) => {
    expect(refusal(wire(`MSH|^~\\&|A|B|C|D|2026||${type}|1|P|2.4`, "OBX|1"))).toBe("ok");
  });
});

describe("acknowledgements", () => {
  it.each([
    wire("MSH|^~\\&|A|B|C|D|2026||ACK^A01^ACK|1|P|2.4", "MSA|AA|9"),
    wire("MSH|^~\\&|A|B|C|D|2026||ACK||P|2.4"),
    wire("MSH|^~\\&|A|B|C|D|2026||RSP^K22|1|P|2.5", "MSA|AA|9"),
    wire("MSH|^~\\&|A|B|C|D|2026||ORR^O02||P|2.3", "MSA|AA|9"),
  ])("are never answered (%#)", (bytes) => {
    expect(peek(bytes, FEED)).toMatchObject({ ok: false, reason: "acknowledgement", acknowledge: false });
  });

  it("are wanted for everything else", () => {
    for (const bytes of [latin1(""), wire("MSH|^~\\&|A"), wire(MSH_A01)]) {
      expect(peek(bytes, FEED)).toMatchObject({ ok: false, acknowledge: true });
    }
  });
});

describe("what is an error", () => {
  it("is bytes that the character set has not, with the header to answer by", () => {
    const bytes = latin1(`${MSH_A01}||||||ASCII\r${PID_SHORT.replace("Ellen", "Zo\u00eb")}\r`);
    expect(peek(bytes, FEED)).toMatchObject({
      ok: false,
      severity: "error",
      reason: "charset",
      header: { controlId: "C0001" },
      error: { code: "102", location: "MSH^1^18" },
    });
    expect(refusal(bytes, { ...FEED, charset: "iso-8859-1" })).toBe("ok");
  });

  it.each([
    [["some text without an id"], "error not-readable 100"],
    [["PID|1||8", MSH_A01], "error not-readable 100 MSH^2"],
    [["EVN|A01"], "error no-patient-id 101 PID^1^3"],
    [["PID|1"], "error no-patient-id 101 PID^1^3"],
    [['PID|1||""'], "error no-patient-id 101 PID^1^3"],
    [["PID|1||?^^^RDZ~ ^^^RDZ"], "error no-patient-id 101 PID^1^3"],
    [["PID|1||^^^RDZ^MR"], "error no-patient-id 101 PID^1^3"],
    [["PID|1||9999999999^^^NHS^NH"], "error no-patient-id 101 PID^1^3"],
  ])("is %j: %s", (segments, expected) => expect(refusal(wire(MSH_A01, ...segments))).toBe(expected));

  it("is more identifiers than anybody has", () => {
    const many = Array.from({ length: 201 }, (_, index) => `${index}^^^RDZ`).join("~");
    expect(refusal(wire(MSH_A01, `PID|1||${many}`))).toBe("error not-readable 102 PID^1^3");
    const most = Array.from({ length: 200 }, (_, index) => `${index}^^^RDZ`).join("~");
    expect(refusal(wire(MSH_A01, `PID|1||${most}`))).toBe("ok");
  });

  it.each([
    ["A18", "1"],
    ["A30", "1"],
    ["A34", "1"],
    ["A35", "3"],
    ["A36", "1"],
    ["A39", "1"],
    ["A40", "1"],
    ["A41", "3"],
    ["A42", "5"],
    ["A43", "1"],
    ["A44", "1"],
    ["A45", "5"],
    ["A46", "1"],
    ["A47", "1"],
    ["A48", "1"],
    ["A49", "3"],
    ["A50", "5"],
    ["A51", "6"],
  ])("is %s without MRG, or with one that is blank in MRG-%s", (trigger, field) => {
    expect(refusal(wire(msh(trigger), PID_SHORT))).toMatch(/^error no-prior-id 101 MRG\^1\^/);
    const blank = `error no-prior-id 101 MRG^1^${field}`;
    expect(refusal(wire(msh(trigger), PID_SHORT, "MRG|^^^RDZ"))).toBe(blank);
    expect(refusal(wire(msh(trigger), PID_SHORT, 'MRG|""||""'))).toBe(blank);
    const whole = [`${PID_SHORT}||||||||||A900`, "MRG|9001^^^RDZ||A901||V801|V802"];
    const visit = "PV1|1|I|||||||||||||||||V5001|||||||||||||||||||||||||||||||V5002";
    expect(refusal(wire(msh(trigger), ...whole, visit))).toBe("ok");
  });

  it("is a repair that leaves out its other half", () => {
    const target = "error no-target-id 101";
    expect(refusal(wire(msh("A36"), PID_SHORT, "MRG|9001^^^RDZ"))).toBe("error no-prior-id 101 MRG^1^3");
    expect(refusal(wire(msh("A44"), PID_SHORT, "MRG|9001^^^RDZ"))).toBe("error no-prior-id 101 MRG^1^3");
    expect(refusal(wire(msh("A41"), PID_SHORT, "MRG|||A901"))).toBe(`${target} PID^1^18`);
    expect(refusal(wire(msh("A50"), PID_SHORT, "MRG|||||V801"))).toBe(`${target} PV1^1^19`);
  });

  it("is not a repair of accounts or visits without MRG-1: real ones leave it empty", () => {
    const pid = `${PID_SHORT}||||||||||A900`;
    expect(refusal(wire(msh("A41"), pid, "MRG|||A901"))).toBe("ok");
    expect(refusal(wire(msh("A45"), pid, "MRG|||A901||V801", "PV1|1|I"))).toBe("ok");
  });

  it("names the very segment that lacks something", () => {
    const group = [PID_SHORT, "MRG|9001^^^RDZ"];
    expect(refusal(wire(msh("A40"), ...group, "PID|2||8002", "MRG|"))).toBe("error no-prior-id 101 MRG^2^1");
    expect(refusal(wire(msh("A40"), ...group, "PID|2"))).toBe("error no-patient-id 101 PID^2^3");
    expect(refusal(wire(msh("A17"), PID_SHORT, "PV1|1", "PID|2", "PV1|2"))).toBe("error no-patient-id 101 PID^2^3");
  });

  it.each(["A24", "A37"])("is %s, which names two patients, with one", (trigger) => {
    expect(refusal(wire(msh(trigger), PID_SHORT, "PID|2||9001^^^RDZ"))).toBe("ok");
    expect(refusal(wire(msh(trigger), PID_SHORT))).toBe("error no-patient-id 101 PID^2");
    expect(refusal(wire(msh(trigger), PID_SHORT, "PID|2"))).toBe("error no-patient-id 101 PID^2^3");
    expect(refusal(wire(msh(trigger), PID_SHORT, PID_SHORT))).toBe("error merge-with-itself 205 PID^2^3");
  });

  it("is a merge of a record with itself, in any of its groups", () => {
    const group = [PID_SHORT, "MRG|9001^^^RDZ"];
    expect(refusal(wire(msh("A40"), PID_SHORT, "MRG|8001234^^^RDZ^MR"))).toBe("error merge-with-itself 205 MRG^1^1");
    expect(refusal(wire(msh("A40"), ...group, PID_SHORT, "MRG|8001234"))).toBe("error merge-with-itself 205 MRG^2^1");
    expect(refusal(wire(msh("A40"), ...group, PID_SHORT))).toBe("error no-prior-id 101 MRG^2^1");
    expect(refusal(wire(msh("A40"), PID_SHORT, "MRG|8001234^^^OTHER"))).toBe("ok");
  });

  it("is not a move of a record, where the id that moves stands on both sides", () => {
    expect(refusal(wire(msh("A43"), PID_SHORT, "MRG|8001234^^^RDZ^MR"))).toBe("ok");
    const visit = [`${PID_SHORT}||||||||||A900`, "MRG|8001234^^^RDZ^MR||A901||V801"];
    expect(refusal(wire(msh("A45"), ...visit))).toBe("ok");
  });

  it("is decided for every event there is, whatever is missing", () => {
    const segments = fc.constantFrom(PID_SHORT, "PID|2||8002^^^RDZ", "PID|3", "MRG|9001", "MRG|||A1||V1|V2", "PV1|1|I");
    fc.assert(
      fc.property(fc.constantFrom(...ADT_EVENTS.keys()), fc.array(segments, { maxLength: 6 }), (trigger, rest) => {
        const peeked = peek(wire(msh(trigger), ...rest), FEED);
        if (peeked.ok) return;
        expect(peeked.severity).toBe("error");
        expect(peeked.error.location).toMatch(/^(?:PID|MRG|PV1)\^\d(?:\^\d+)?$/);
      }),
    );
  });
});

describe("a megabyte that means harm", () => {
  const BYTES = 1_000_000;
  it.each([
    "\r",
    "X\r",
    "OBX|1\r",
    "\n",
    "\nPID|",
    "|",
    "~",
    "^",
    "&",
    "\\",
    '""~',
    "1~",
    "\0",
    "PID|1||7\r",
    "MSH|^~\\&|\r",
  ])("is judged, however long: %j", (shape) => {
    const flood = shape.repeat(BYTES / shape.length);
    // Quadratic work on these would run into the runner's own limit.
    for (const start of [`${MSH_A01}\r`, `${MSH_A01}\rPID|1||`, `${MSH_A01}\rPID|1||7||`]) {
      expect(peek(latin1(start + flood), FEED)).toHaveProperty("ok");
    }
  });
});

describe("identities", () => {
  it.each([
    [["PID|1||8001234^^^RDZ^MR~9990004951^^^NHS^NH"], ["RDZ|8001234"]],
    [["PID|1||8001234"], ["RDZ|8001234"]],
    [["PID|1|| 8001234 ^^^&2.16.1&ISO^MR"], ["2.16.1|8001234"]],
    [["PID|1||A^^^RBD~B^^^R0D~A^^^RBD^PI"], ["RBD|A", "R0D|B"]],
    [["PID|1|EXT^^^RBD||ALT^^^R0D"], ["RBD|EXT", "R0D|ALT"]],
    [["PID|1|EXT^^^RBD|9990004951^^^NHS^NH"], ["RBD|EXT"]],
    [["PID|1|EXT^^^RBD|8001234"], ["RDZ|8001234"]],
    [["PID|1|999 000 4951|9990004951^^^NHS^NH|9990004951^^^R0D"], ["R0D|9990004951"]],
    [["PID|1|9990004951^^^R0D|9990004951^^^NHS^NH"], ["R0D|9990004951"]],
  ])("of %j are %j", (segments, expected) => expect(identities(MSH_A01, ...segments)).toEqual(expected));

  it.each([
    "9990004951^^^NHSNBR^NHSNMBR",
    "9990004951^^^nhs",
    "999 000 4951^^^RDZ^NH",
    "9990004951^06^^^NI",
    "9990004951^^^https://fhir.nhs.uk/Id/nhs-number",
    "9990004951^^^RDZ&2.16.840.1.113883.2.1.4.1&ISO",
    "9990004951^^^X^NH{status:01}",
  ])("never include an NHS number: %s", (cx) => {
    expect(identities(MSH_A01, `PID|1||${cx}~77^^^RBD`)).toEqual(["RBD|77"]);
    // Alone it is nobody's local id: the message belongs to no source record.
    expect(identities(MSH_A01, `PID|1||${cx}`)).toBe("no-patient-id");
  });

  it("include a national id that is no NHS number", () => {
    expect(identities(MSH_A01, "PID|1||QQ123456C^^^^NI~X77^^^CHI")).toEqual(["RDZ|QQ123456C", "CHI|X77"]);
  });

  it("are of both sides of a merge, and of every patient named", () => {
    expect(identities(msh("A40"), PID_SHORT, "MRG|9001^^^RDZ", "PID|2||8002", "MRG|9002")).toEqual([
      "RDZ|8001234",
      "RDZ|8002",
      "RDZ|9001",
      "RDZ|9002",
    ]);
    expect(identities(msh("A17"), PID_FULL, "PV1|1|I", "PID|2||8002", "PV1|2|I")).toEqual(["RDZ|8001234", "RDZ|8002"]);
    expect(identities(msh("A37"), PID_FULL, "PID|2||8002")).toEqual(["RDZ|8001234", "RDZ|8002"]);
    const account = [`${PID_SHORT}||||||||||A900`, "MRG|9001^^^RDZ||A901||V801"];
    for (const trigger of ["A43", "A44", "A45", "A47"]) {
      expect(identities(msh(trigger), ...account)).toEqual(["RDZ|8001234", "RDZ|9001"]);
    }
  });

  it("are of those that a move or a change names in other fields", () => {
    const moved = ["PID|1|8002^^^RDZ|8001234^^^RDZ^MR", "MRG|8001234^^^RDZ|||9001^^^RDZ"];
    expect(identities(msh("A43"), ...moved)).toEqual(["RDZ|8001234", "RDZ|8002", "RDZ|9001"]);
    const external = ["PID|1|E2^^^EXT|8001234^^^RDZ", "MRG|8001234^^^RDZ|||E1^^^EXT"];
    expect(identities(msh("A46"), ...external)).toEqual(["RDZ|8001234", "EXT|E1", "EXT|E2"]);
    const alternate = ["PID|1||8001234^^^RDZ|T2^^^ALT", "MRG|8001234^^^RDZ|T1^^^ALT"];
    expect(identities(msh("A48"), ...alternate)).toEqual(["RDZ|8001234", "ALT|T1", "ALT|T2"]);
  });

  it("are never of an authority that is foreign to the feed", () => {
    const peeked = peek(wire(MSH_A01, "PID|1||77^^^R0D~8001234^^^RDZ"), { ...FEED, foreignAuthorities: ["R0D"] });
    expect(peeked.ok && peeked.identities).toEqual(["RDZ|8001234"]);
  });

  it("are of every record that the mapping of an accepted message acts on", () => {
    const ids = fc.constantFrom("", "1", "2", "3^^^EXT", "1~3^^^EXT", "9990004951^^^NHS^NH~2", '""', "9990004951");
    const pid = fc.tuple(ids, ids, ids).map(([two, three, four]) => `PID|1|${two}|${three}|${four}||||||||||||||A1`);
    const mrg = fc.tuple(ids, ids, ids).map(([one, two, four]) => `MRG|${one}|${two}|A2|${four}|V1|V2`);
    const pv1 = fc.constant("PV1|1|I|||||||||||||||||V5001|||||||||||||||||||||||||||||||V5002");
    const segments = fc.array(fc.oneof(pid, mrg, pv1), { minLength: 1, maxLength: 5 });
    const seen = { mapped: 0 };
    fc.assert(
      fc.property(fc.constantFrom(...ADT_EVENTS.keys()), segments, (trigger, rest) => {
        const bytes = wire(msh(trigger), ...rest);
        const peeked = peek(bytes, FEED);
        const read = readMessage(bytes);
        if (!peeked.ok || !read.ok) return;
        const mapped = toEvent(read.message, FEED, RECEIVED_AT);
        if (!mapped.ok) throw new Error(`accepted, but ${mapped.reason}`);
        seen.mapped++;
        const { subjects, operations } = mapped.event;
        const keys = [...subjects.map(({ patient }) => patient.key), ...operations.flatMap(keysOfOperation)];
        for (const { authority, localId } of keys) expect(peeked.identities).toContain(`${authority}|${localId}`);
      }),
      { numRuns: 3000 },
    );
    expect(seen.mapped).toBeGreaterThan(200);
  });

  it("are of results and documents too", () => {
    expect(identities("MSH|^~\\&|A|B|C|D|2026||ORU^R01|1|P|2.4", "PID|1||8001234", "OBR|1")).toEqual(["RDZ|8001234"]);
  });
});
