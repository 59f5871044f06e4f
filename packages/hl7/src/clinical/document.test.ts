import { Buffer } from "node:buffer";
import { DOCUMENT_TEXT_LENGTH_MAX, type DocumentPart } from "@chesil/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { documentContent } from "./document-content.ts";
import { contentOf, eventOf, factsOf, messageOf, mshOf, PID, warningsOf } from "./example-events.ts";
import { DOCUMENT_PARTS_MAX } from "./limits.ts";

const TXA =
  "TXA|1|DS^Discharge summary^HL70270|TX|20260304080000|||||C9^Cobb^Lyme|C7^Tide^Morgan||DOC1^PAS||||" +
  "|AU|R|AV||||||Letter to the practice";
const txa = (number: string, parent = "", status = "AU") =>
  `TXA|1|DS|TX|20260304|||||||||${number}|${parent}||||${status}`.replace("|||||||||", "||||||||");
const PDF = "%PDF-1.4\nnot much of one\n";

const documentOf = (trigger: string, ...segments: string[]) =>
  contentOf("document", factsOf(`MDM^${trigger}`, ...segments));
const partsOf = (obx: string): DocumentPart[] => documentOf("T02", txa("D1"), obx).parts ?? [];
const warned = (obx: string) => warningsOf(eventOf("MDM^T02", PID, txa("D1"), obx));

describe("a document", () => {
  it("is what TXA and OBX say", () => {
    const facts = factsOf(
      "MDM^T02",
      TXA,
      "OBX|1|TX|BODY^Body||First line||||||F",
      "OBX|2|TX|BODY^Body||Second line||||||F",
    );
    expect(facts).toEqual([
      {
        key: "document:DOC1^PAS",
        action: "state",
        content: {
          kind: "document",
          type: { codings: [{ system: "HL70270", code: "DS", display: "Discharge summary" }] },
          title: "Letter to the practice",
          status: "authenticated",
          confidentiality: "R",
          availability: "AV",
          authoredAt: "2026-03-04T08:00:00.000Z",
          author: { code: "C9", display: "Lyme Cobb" },
          authenticator: { code: "C7", display: "Morgan Tide" },
          parts: [
            {
              location: "OBX[1..2]-5",
              contentType: "text/plain",
              encoding: "text",
              bytes: 22,
              title: "Body",
              text: "First line\nSecond line",
            },
          ],
        },
      },
    ]);
  });

  it.each([
    ["DI", "dictated"],
    ["DO", "documented"],
    ["IP", "preliminary"],
    ["PA", "preliminary"],
    ["AU", "authenticated"],
    ["LA", "final"],
    ["", "unknown"],
  ])("TXA-17 %s: %s", (code, status) => {
    expect(documentOf("T02", txa("D1", "", code), "OBX|1|TX|B||x").status).toBe(status);
  });

  it.each([
    ["T01", "", "state", undefined],
    ["T02", "", "state", undefined],
    ["T03", "", "state", undefined],
    ["T04", "", "state", undefined],
    ["T05", "D0", "addend", "document:D0^^LAB^RDZ"],
    ["T06", "D0", "addend", "document:D0^^LAB^RDZ"],
    ["T07", "", "state", undefined],
    ["T08", "", "state", undefined],
    ["T09", "D0", "replace", "document:D0^^LAB^RDZ"],
    ["T10", "D0", "replace", "document:D0^^LAB^RDZ"],
    ["T11", "", "retract", undefined],
  ])("MDM^%s of %s: %s", (trigger, parent, action, relatesTo) => {
    const hasContent = Number(trigger.slice(1)) % 2 === 0;
    const content = hasContent ? ["OBX|1|TX|B||text"] : [];
    const [fact] = factsOf(`MDM^${trigger}`, txa("D1", parent), ...content);
    expect(fact).toMatchObject({ key: "document:D1^^LAB^RDZ", action });
    expect(fact?.relatesTo).toBe(relatesTo);
    expect(fact?.content).toMatchObject(hasContent ? { parts: [{ text: "text" }] } : {});
    // Nothing said of the content is not the same as no content.
    expect("parts" in (fact?.content ?? {})).toBe(hasContent);
  });

  it("that adds to another one, which is not named, is a document", () => {
    const event = eventOf("MDM^T06", PID, txa("D1"), "OBX|1|TX|B||text");
    expect(event.subjects[0]?.facts).toMatchObject([{ action: "state" }]);
    expect(warningsOf(event)).toEqual(["TXA-13 structure"]);
  });

  it("that is deleted by TXA-19 is retracted", () => {
    expect(factsOf("MDM^T03", "TXA|1|DS||||||||||D1|||||DO||CA")).toMatchObject([{ action: "retract" }]);
  });

  it("without a number is found by its order, else by what it is about", () => {
    expect(factsOf("MDM^T01", "TXA|1|DS||||||||||||P1|F1")[0]?.key).toBe("document-filler:F1^^LAB^RDZ||DS");
    expect(factsOf("MDM^T01", "TXA|1|DS||20260304")[0]?.key).toMatch(/^document:[0-9a-f]{16}$/);
  });

  it("is none without a TXA, and none without content where there should be some", () => {
    expect(warningsOf(eventOf("MDM^T02", PID, "OBX|1|TX|B||x"))).toEqual(["TXA structure"]);
    expect(warningsOf(eventOf("MDM^T02", PID, txa("D1")))).toEqual(["TXA-3 structure"]);
  });
});

describe("what a document's OBX holds beside its text", () => {
  const warnings = (...obx: string[]) => warningsOf(eventOf("MDM^T02", PID, txa("D1"), ...obx));

  it("is told where it is not shown", () => {
    expect(warnings("OBX|1|TX|B||text", "NTE|1||not to be given")).toEqual(["OBX-5 ignored"]);
    expect(warnings("OBX|1|NM|HB^Hb||98|g/L")).toEqual(["OBX-6 ignored"]);
    expect(warnings("OBX|1|NM|HB^Hb||98")).toEqual([]);
  });

  it.each(["D", "W", "w"])("is no part of it where it is withdrawn (OBX-11 %s)", (status) => {
    const obx = ["OBX|1|TX|A||kept||||||F", `OBX|2|TX|A||of another patient||||||${status}`];
    expect(documentOf("T02", txa("D1"), ...obx).parts).toMatchObject([{ text: "kept" }]);
    expect(warnings(...obx)).toEqual(["OBX[2]-11 ignored"]);
  });

  it.each([[[]], [["OBX|1|TX|B||"]], [["OBX|1|TX|B||  ", "OBX|2|ED|B||"]]])("shows nothing, and says so: %j", (obx) => {
    expect(documentOf("T02", txa("D1"), ...obx).parts).toEqual([]);
    expect(warnings(...obx)).toEqual(["TXA-3 structure"]);
  });
});

describe("a part of a document", () => {
  it.each([
    ["TX", "{\\E\\rtf1 text}", "application/rtf", "text"],
    ["TX", "{\\rtf1\\ansi text}", "application/rtf", "text"],
    ["FT", "<html><body>x</body></html>", "text/html", "text"],
    ["FT", "<!DOCTYPE html><html></html>", "text/html", "text"],
    ["ST", "only words", "text/plain", "text"],
    ["TX", Buffer.from(PDF).toString("base64"), "application/pdf", "base64"],
    ["ED", `^AP^PDF^Base64^${Buffer.from(PDF).toString("base64")}`, "application/pdf", "base64"],
    ["ED", `^AP^RTF^Hex^${Buffer.from("{\\rtf1}").toString("hex")}`, "application/rtf", "hex"],
    ["ED", `^application^octet-stream^Base64^${Buffer.from(PDF).toString("base64")}`, "application/pdf", "base64"],
    ["ED", `^application/pdf^^Base64^${Buffer.from(PDF).toString("base64")}`, "application/pdf", "base64"],
    ["ED", `^^^^${Buffer.from(PDF).toString("base64")}`, "application/pdf", "base64"],
    ["ED", "^TEXT^HTML^A^<p>one & two</p>", "text/html", "text"],
    ["ED", "^TEXT^PLAIN^A^some text", "text/plain", "text"],
    ["ED", "^IM^JPEG^Base64^AAAA", "image/jpeg", "base64"],
    ["ED", "^AP^^Base64^AAAA", "application/octet-stream", "base64"],
  ])("%s %s: %s", (type, value, contentType, encoding) => {
    expect(partsOf(`OBX|1|${type}|B^Body||${value}`)).toMatchObject([{ location: "OBX-5", contentType, encoding }]);
  });

  it("never holds large content or what is not plain text", () => {
    expect(partsOf(`OBX|1|TX|B||${"x".repeat(DOCUMENT_TEXT_LENGTH_MAX)}`)[0]).toHaveProperty("text");
    expect(partsOf(`OBX|1|TX|B||${"x".repeat(DOCUMENT_TEXT_LENGTH_MAX + 1)}`)[0]).not.toHaveProperty("text");
    expect(partsOf("OBX|1|FT|B||<html>x</html>")[0]).not.toHaveProperty("text");
    expect(partsOf(`OBX|1|ED|B||^TEXT^PLAIN^Base64^${Buffer.from("Größe").toString("base64")}`)[0]?.text).toBe("Größe");
  });

  it.each(["JVBERi0x*A==", "JVBERi0xL", "JVBERi0xLjQ==", "JVBE=Ri0", "JVBERi0xLjQ===", "<base64>"])(
    "in damaged base64 (%s) is listed, and said to be damaged",
    (data) => {
      const obx = `OBX|1|ED|B||^AP^PDF^Base64^${data}`;
      expect(partsOf(obx)).toMatchObject([{ contentType: "application/pdf", bytes: 0 }]);
      expect(warned(obx)).toEqual(["OBX-5 structure"]);
      expect(documentContent(messageOf(mshOf("MDM^T02"), PID, obx), "OBX-5")).toBeUndefined();
    },
  );

  it("that is not what it is declared as, or in an encoding of no table, is said so", () => {
    expect(warned(`OBX|1|ED|B||^IM^JPEG^Base64^${Buffer.from(PDF).toString("base64")}`)).toEqual(["OBX-5 structure"]);
    expect(warned("OBX|1|ED|B||^TEXT^PLAIN^ROT13^grkg")).toEqual(["OBX-5 bad-code"]);
  });

  it("that is elsewhere is pointed to and never fetched", () => {
    const obx = "OBX|1|RP|B||https://pacs.example/study?a=1&b=2^PACS^AP^PDF";
    expect(partsOf(obx)).toEqual([
      {
        location: "OBX-5",
        contentType: "application/pdf",
        encoding: "text",
        bytes: 0,
        title: "B",
        reference: "https://pacs.example/study?a=1&b=2",
      },
    ]);
    expect(documentContent(messageOf(mshOf("MDM^T02"), PID, obx), "OBX-5")).toBeUndefined();
  });

  it("beyond the limit is named, not listed", () => {
    const obx = Array.from({ length: DOCUMENT_PARTS_MAX + 5 }, (_, index) => `OBX|${index}|ST|B${index}||x`);
    const event = eventOf("MDM^T02", PID, txa("D1"), ...obx);
    expect(contentOf("document", event.subjects[0]?.facts ?? []).parts).toHaveLength(DOCUMENT_PARTS_MAX);
    expect(warningsOf(event)).toEqual([`OBX[${DOCUMENT_PARTS_MAX + 1}]-5 ignored`]);
  });
});

describe("the content of a part", () => {
  it("is given out as it went in, whatever the bytes", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom("base64" as const, "hex" as const),
        fc.boolean(),
        (bytes, encoding, isBroken) => {
          const data = Buffer.from(bytes).toString(encoding);
          const sent = isBroken ? data.replaceAll(/(.{8})/g, "$1\\X0D0A\\") : data;
          const segments = [txa("D1"), "OBX|1|TX|A||first", `OBX|2|ED|B||^AP^^${encoding}^${sent}`];
          const part = documentOf("T02", ...segments).parts?.find(({ location }) => location === "OBX[2]-5");
          if (bytes.length === 0) return;
          expect(part?.bytes).toBe(bytes.length);
          const content = documentContent(messageOf(mshOf("MDM^T02"), PID, ...segments), "OBX[2]-5");
          expect([...(content?.bytes ?? [])]).toEqual([...bytes]);
          expect(content?.contentType).toBe(part?.contentType);
        },
      ),
    );
  });

  it("of lines is all of them, in UTF-8", () => {
    const message = messageOf(
      mshOf("MDM^T02"),
      PID,
      "OBX|1|TX|B||eins",
      "OBX|2|TX|B||zw\\X6F\\lf Größen",
      "OBX|3|TX|B||x",
    );
    const content = documentContent(message, "OBX[1..2]-5");
    expect([Buffer.from(content?.bytes ?? []).toString("utf8"), content?.contentType]).toEqual([
      "eins\nzwolf Größen",
      "text/plain",
    ]);
  });

  it("of a repetition is that repetition's", () => {
    const message = messageOf(mshOf("MDM^T02"), PID, "OBX|1|ED|B||^TEXT^PLAIN^A^one~^TEXT^PLAIN^A^two");
    expect(Buffer.from(documentContent(message, "OBX-5[2]")?.bytes ?? []).toString()).toBe("two");
  });

  it.each(["OBX[9]-5", "OBX[0]-5", "OBX[2..1]-5", "OBX[1..9]-5", "PID-5", "OBX-6", "", "OBX[x]-5"])(
    "is nowhere else: %s",
    (location) => {
      expect(documentContent(messageOf(mshOf("MDM^T02"), PID, "OBX|1|TX|B||x"), location)).toBeUndefined();
    },
  );
});
