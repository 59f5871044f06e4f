import { Buffer } from "node:buffer";
import type { FactOf } from "@chesil/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cdaContent } from "./content.ts";
import { cdaText, elementOf, mapped } from "./example-cda.ts";

const LOCATION = "payload[1]/component/nonXMLBody/text";
const wrapped = (attributes: string, content: string) =>
  `<nonXMLBody><text ${attributes}>${content}</text></nonXMLBody>`;
const partsOf = (body: string) => {
  const content = mapped({ body }).event.subjects[0]?.facts[0]?.content as FactOf<"document">;
  return content.parts ?? [];
};

describe("a document within a document", () => {
  it("is a part of its own, whose content is found again by its location", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom("", "\n", "\n   "), (bytes, indent) => {
        const base64 = Buffer.from(bytes)
          .toString("base64")
          .replace(/.{1,76}/g, `${indent}$&`);
        const body = wrapped('mediaType="application/PDF; x=y" representation="B64"', base64);
        const [whole, part] = partsOf(body);
        expect(whole?.location).toBe("payload[1]");
        expect(part).toEqual({
          location: LOCATION,
          contentType: "application/pdf",
          encoding: "base64",
          bytes: bytes.length,
        });
        expect(cdaContent(elementOf(cdaText({ body })), LOCATION)).toEqual({
          bytes: Buffer.from(bytes),
          contentType: "application/pdf",
        });
      }),
    );
  });

  it("may be text", () => {
    const body = wrapped("", "Dear Dr Cobb,\n  thank you.");
    expect(partsOf(body)[1]).toEqual({
      location: LOCATION,
      contentType: "text/plain",
      encoding: "text",
      bytes: 26,
      text: "Dear Dr Cobb,\n  thank you.",
    });
    expect(cdaContent(elementOf(cdaText({ body })), LOCATION)?.bytes.toString()).toBe("Dear Dr Cobb,\n  thank you.");
  });

  it.each(["A", "AAAAA", "AA=A", "A===", "AA!A", "AA-_", "AAA\u0141", "AAA\u00e9"])(
    "is not read where its base64 is %s, which is warned of",
    (junk) => {
      const body = wrapped('representation="B64" mediaType="image/png"', junk);
      expect(partsOf(body)[1]).toMatchObject({ bytes: 0, contentType: "image/png" });
      expect(mapped({ body }).event.warnings).toMatchObject([
        { location: "component/nonXMLBody/text", code: "structure" },
      ]);
      expect(cdaContent(elementOf(cdaText({ body })), LOCATION)).toBeUndefined();
    },
  );

  it("has as many bytes as its base64 comes to, with its lines broken or not", () => {
    const content = fc.tuple(fc.uint8Array({ maxLength: 300 }), fc.boolean(), fc.integer({ min: 1, max: 90 }));
    fc.assert(
      fc.property(content, ([bytes, isPadded, lineLength]) => {
        const base64 = Buffer.from(bytes)
          .toString("base64")
          .replace(isPadded ? /$^/ : /=+$/, "");
        const broken = base64.replaceAll(new RegExp(`.{${lineLength}}`, "g"), "$&\r\n");
        for (const text of [base64, broken])
          expect(partsOf(wrapped('representation="B64" mediaType="image/png"', text))[1]?.bytes).toBe(bytes.length);
      }),
    );
  });

  it("may be kept elsewhere", () => {
    const body = wrapped('mediaType="application/pdf"', '<reference value="letters/17.pdf"/>');
    expect(partsOf(body)[1]).toMatchObject({ reference: "letters/17.pdf", bytes: 0 });
  });

  it("is not where a document has a body of XML", () => {
    expect(cdaContent(elementOf(cdaText()), LOCATION)).toBeUndefined();
    expect(cdaContent(elementOf(cdaText({ body: wrapped("", "x") })), "payload[1]")).toBeUndefined();
  });
});
