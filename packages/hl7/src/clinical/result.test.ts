import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contentOf, eventOf, factsOf, mapped, PID, warningsOf } from "./example-events.ts";
import { OBSERVATIONS_MAX } from "./limits.ts";

const OBR =
  "OBR|1|P1^WARD|F1^LAB|FBC^Full blood count^L|||20260304080000|||||||||C9^Cobb^Lyme||||||20260304090000||HM|F";

const resultOf = (...segments: string[]) => contentOf("result", factsOf("ORU^R01", ...segments));
const observe = (obx: string) => resultOf(OBR, obx).observations[0];

describe("a result", () => {
  it("is what its order, its observations and their comments say", () => {
    const facts = factsOf(
      "ORU^R01",
      "PV1|1|I|W7||||||||||||||||V5001",
      "ORC|RE|P1^WARD|F1^LAB",
      `${OBR}|||||||71&Tide&Morgan&&&Dr`,
      "NTE|1||Taken\\.br\\twice",
      "OBX|1|NM|HB^Haemoglobin^L^718-7^Hgb^LN||98|g/L^gram per litre^UCUM|115 - 165|L~A|||F|||20260304083000",
      "NTE|1||Repeat in a week",
      "SPM|1|||BLD^Blood^HL70487|||||||||||||20260304075500",
    );
    expect(facts).toEqual([
      {
        key: "filler:F1^LAB|L|FBC",
        action: "state",
        visitNumber: "V5001",
        content: {
          kind: "result",
          placerId: "P1",
          fillerId: "F1",
          code: { codings: [{ system: "L", code: "FBC", display: "Full blood count" }] },
          category: "HM",
          status: "final",
          collectedAt: "2026-03-04T07:55:00.000Z",
          reportedAt: "2026-03-04T09:00:00.000Z",
          requester: { code: "C9", display: "Lyme Cobb" },
          performer: { code: "71", display: "Dr Morgan Tide" },
          specimen: { codings: [{ system: "HL70487", code: "BLD", display: "Blood" }] },
          notes: ["Taken\ntwice"],
          observations: [
            {
              code: {
                codings: [
                  { system: "L", code: "HB", display: "Haemoglobin" },
                  { system: "LN", code: "718-7", display: "Hgb" },
                ],
              },
              valueType: "NM",
              value: "98",
              units: "g/L",
              referenceRange: "115 - 165",
              flags: ["L", "A"],
              status: "final",
              observedAt: "2026-03-04T08:30:00.000Z",
              notes: ["Repeat in a week"],
            },
          ],
        },
      },
    ]);
  });

  it.each([
    ["O", "registered"],
    ["S", "registered"],
    ["I", "registered"],
    ["A", "partial"],
    ["P", "preliminary"],
    ["R", "preliminary"],
    ["F", "final"],
    ["C", "corrected"],
    ["M", "corrected"],
    ["X", "cancelled"],
    ["Y", "unknown"],
    ["", "unknown"],
  ])("OBR-25 %s: %s", (code, status) => {
    expect(resultOf(`OBR|1||F1|FBC|||||||||||||||||||||${code}`).status).toBe(status);
  });

  it("is cancelled by ORC-5 where OBR-25 says nothing", () => {
    expect(resultOf("ORC|SC|P1|F1||CA", "OBR|1||F1|FBC").status).toBe("cancelled");
  });

  it("says where its status is none", () => {
    expect(warningsOf(eventOf("ORU^R01", PID, "OBR|1||F1|FBC|||||||||||||||||||||Q", "OBX|1|NM|HB||1||||||Q"))).toEqual(
      ["OBX-11 bad-code", "OBR-25 bad-code"],
    );
  });
});

describe("an observation", () => {
  it.each([
    ["F", "final"],
    ["C", "corrected"],
    ["X", "cancelled"],
    ["P", "preliminary"],
    ["I", "registered"],
    ["U", "final"],
    ["", "unknown"],
  ])("OBX-11 %s: %s", (code, status) => {
    expect(observe(`OBX|1|NM|HB||98||||||${code}`)).toMatchObject({ status, value: "98" });
  });

  it.each(["W", "D"])("that was wrongly posted (%s) shows no value, which may be another patient's", (code) => {
    const result = resultOf(OBR, "OBX|1|NM|HB||98||||||F", `OBX|2|NM|WBC||7||||||${code}`);
    expect(result.observations[1]).toEqual({
      code: { codings: [{ system: "", code: "WBC" }] },
      valueType: "NM",
      status: "entered-in-error",
    });
  });

  it("wrongly posted, all of them: there is no such result", () => {
    expect(factsOf("ORU^R01", OBR, "OBX|1|NM|HB||98||||||W", "OBX|2|NM|WBC||7||||||D")).toMatchObject([
      { action: "retract", key: "filler:F1^LAB|L|FBC" },
    ]);
  });

  it("keeps the lines of a narrative together and in their order", () => {
    const lines = ["  MACROSCOPY", "", "Two pieces~in one pot", "MICROSCOPY"];
    const obx = lines.map((line, index) => `OBX|${index + 1}|TX|REP^Report||${line}||||||F`);
    const observations = resultOf(OBR, ...obx, "OBX|5|TX|CON^Conclusion||Benign||||||F").observations;
    expect(observations.map((each) => each.value)).toEqual([
      "  MACROSCOPY\n\nTwo pieces\nin one pot\nMICROSCOPY",
      "Benign",
    ]);
  });

  it("of prose is all of it, whatever stands in it", () => {
    expect(observe("OBX|1|ST|HB||Fish & chips 5^3||||||F")?.value).toBe("Fish & chips 5^3");
    expect(observe("OBX|1|FT|HB||one\\.br\\two\\T\\three||||||F")?.value).toBe("one\ntwo&three");
  });

  it("of prose that is too long to carry is to be read from the message", () => {
    const result = resultOf(
      OBR,
      `OBX|1|TX|REP^Report||${"x".repeat(10_000)}||||||F`,
      `OBX|2|TX|REP^Report||${"y".repeat(10_000)}||||||F`,
    );
    expect(result.observations).toMatchObject([{ valueType: "TX", status: "final" }]);
    expect(result.observations[0]).not.toHaveProperty("value");
    expect(result.documents).toEqual([
      { location: "OBX[1..2]-5", contentType: "text/plain", encoding: "text", bytes: 20_001, title: "Report" },
    ]);
  });

  it("that is a document stands beside it", () => {
    const result = resultOf(OBR, "OBX|1|ED|REP^Report||^AP^PDF^Base64^JVBERi0xLjQ=||||||F");
    expect(result.documents).toEqual([
      { location: "OBX-5", contentType: "application/pdf", encoding: "base64", bytes: 8, title: "Report" },
    ]);
    expect(result.observations).toMatchObject([{ valueType: "ED", status: "final" }]);
  });
});

describe("by what a result is found again", () => {
  const keys = (...segments: string[]) => factsOf("ORU^R01", ...segments).map((fact) => fact.key);

  it("the filler's number and the test, else the placer's, else what it is about", () => {
    expect(keys("OBR|1|P1|F1|FBC^^L")).toEqual(["filler:F1^^LAB^RDZ|L|FBC"]);
    expect(keys("ORC|RE|P1|F1", "OBR|1|||FBC")).toEqual(["filler:F1^^LAB^RDZ||FBC"]);
    expect(keys("OBR|1|P1||FBC")).toEqual(["placer:P1^^LAB^RDZ||FBC"]);
    const [one, other, again] = ["20260304", "20260305", "20260304"].flatMap((day) => keys(`OBR|1|||FBC|||${day}`));
    expect(one).toMatch(/^result:[0-9a-f]{16}$/);
    expect([one === again, one === other]).toEqual([true, false]);
  });

  it("two tests of one number are two results, one test in two places is one", () => {
    const segments = [
      "OBR|1||F1|FBC",
      "OBX|1|NM|HB||98",
      "OBR|2||F1|UE",
      "OBX|1|NM|NA||140",
      "OBR|3||F1|FBC",
      "OBX|1|NM|WBC||7",
    ];
    const facts = factsOf("ORU^R01", ...segments);
    expect(facts.map((fact) => fact.key)).toEqual(["filler:F1^^LAB^RDZ||FBC", "filler:F1^^LAB^RDZ||UE"]);
    expect(contentOf("result", facts).observations.map((each) => each.value)).toEqual(["98", "7"]);
  });

  it("never the place in the message", () => {
    const groups = [
      ["OBR|1||F1|FBC", "OBX|1|NM|HB||98"],
      ["OBR|2|P2||UE", "OBX|1|NM|NA||140"],
      ["OBR|3|||CRP|||20260304", "OBX|1|NM|CRP||5"],
      ["OBR|4||F1|LFT", "OBX|1|NM|ALT||20"],
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(groups, { minLength: groups.length }), (shuffled) => {
        const renumbered = shuffled.map(([obr = "", ...rest], index) => [
          obr.replace(/^OBR\|\d/, `OBR|${index + 1}`),
          ...rest,
        ]);
        expect(new Set(keys(...renumbered.flat()))).toEqual(new Set(keys(...groups.flat())));
      }),
    );
  });
});

describe("a susceptibility", () => {
  const culture = [
    "OBR|1||M1|CULT",
    "OBX|1|CWE|ORG||112283007^E. coli^SCT||||||F",
    "OBX|2|CWE|ORG|2|3092008^S. aureus^SCT||||||F",
  ];
  const child = (n: number) => [
    `OBR|${n + 1}||M1|SENS|||||||||||||||||||||F|ORG^${n}^|||P1^M1`,
    `OBX|1|ST|AMOX||${n === 1 ? "R" : "S"}||||||F`,
  ];

  it("is a result of its own, of the organism it was grown from", () => {
    const facts = factsOf("ORU^R01", ...culture, ...child(1), ...child(2));
    expect(facts.map(({ key, relatesTo }) => [key, relatesTo])).toEqual([
      ["filler:M1^^LAB^RDZ||CULT", undefined],
      ["filler:M1^^LAB^RDZ||SENS|ORG^1", "filler:M1^^LAB^RDZ||CULT"],
      ["filler:M1^^LAB^RDZ||SENS|ORG^2", "filler:M1^^LAB^RDZ||CULT"],
    ]);
  });
});

describe("several patients", () => {
  const second = "PID|2||8005678^^^RDZ^MR||Pebble^Ann";

  it("are one subject each", () => {
    const event = eventOf(
      "ORU^R01",
      PID,
      "OBR|1||F1|FBC",
      "OBX|1|NM|HB||98",
      second,
      "OBR|1||F2|FBC",
      "OBX|1|NM|HB||7",
    );
    expect(event.subjects.map(({ patient, facts }) => [patient.key.localId, facts.map((fact) => fact.key)])).toEqual([
      ["8001234", ["filler:F1^^LAB^RDZ||FBC"]],
      ["8005678", ["filler:F2^^LAB^RDZ||FBC"]],
    ]);
  });

  it("and the same one twice is one", () => {
    const event = eventOf("ORU^R01", PID, "OBR|1||F1|FBC", PID, "OBR|1||F2|FBC");
    expect(event.subjects.map(({ facts }) => facts.length)).toEqual([2]);
  });

  it("all of them or none", () => {
    expect(mapped("ORU^R01", [PID, "OBR|1||F1|FBC", "PID|2|||", "OBR|1||F2|FBC"])).toMatchObject({
      reason: "no-patient-id",
    });
  });
});

it("a line that is no segment, and local ones, break nothing apart", () => {
  const segments = [OBR, "OBX|1|NM|HB||98", "garbage", "ZXX|1", "NTE|1||low", "OBX|2|NM|WBC||7"];
  const facts = factsOf("ORU^R01", ...segments);
  expect(facts.map(({ content }) => content.kind)).toEqual(["result"]);
  expect(contentOf("result", facts).observations.map((each) => each.value)).toEqual(["98", "7"]);
});

describe("what a result message says beside results", () => {
  it("is the patient's", () => {
    const facts = factsOf("ORU^R01", "NK1|1|Marsh^Otto|SPO", "OBX|1|NM|WT^Weight||70|kg", "OBR|1||F1|FBC");
    expect(facts.map(({ content }) => content.kind)).toEqual(["result", "relationship", "measurement"]);
  });

  it("is never the whole list", () => {
    expect(eventOf("ORU^R01", PID, "NK1|1|Marsh^Otto", "OBR|1||F1|FBC").subjects[0]?.snapshots).toEqual([]);
  });
});

it("observations beyond the limit are named, not stated", () => {
  const obx = Array.from({ length: OBSERVATIONS_MAX + 2 }, (_, index) => `OBX|${index + 1}|NM|C${index}||1||||||F`);
  const event = eventOf("ORU^R01", PID, "OBR|1||F1|FBC", ...obx);
  const facts = event.subjects[0]?.facts ?? [];
  expect(contentOf("result", facts).observations).toHaveLength(OBSERVATIONS_MAX);
  expect(warningsOf(event)).toEqual([`OBX[${OBSERVATIONS_MAX + 1}]-5 ignored`]);
});
