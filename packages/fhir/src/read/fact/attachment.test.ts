import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { bundleEvents } from "../bundle-events.ts";
import { about, bundleOf, CONTEXT, PATIENT } from "../example-bundle.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");

/** What is noticed of a document's attachment, and what its parts come to. */
function read(attachment: object) {
  const document = {
    ...{ resourceType: "DocumentReference", id: "d1", status: "current", type: { text: "Letter" }, ...about() },
    content: [{ attachment }],
  };
  const result = bundleEvents(bundleOf({ ...PATIENT, generalPractitioner: [] }, document), CONTEXT);
  if (!result.ok) return result;
  const { events, findings } = result;
  const content = events[0]?.subjects[0]?.facts.find((fact) => fact.content.kind === "document")?.content;
  const parts = content?.kind === "document" ? (content.parts ?? []) : [];
  return [
    parts.map(({ bytes }) => bytes),
    findings.map(({ location, code }) => `${location.split(".").at(-1)} ${code}`),
  ];
}

describe("an attachment of which something is missing says so", () => {
  it.each([
    ["without content and address", { title: "Letter" }, [], ["attachment structure"]],
    ["of another size", { data: base64("Dear"), size: 400 }, [4], ["size structure"]],
    ["of base64 that was cut", { data: base64("Dear Dr").slice(0, 9) }, [6], ["data structure"]],
    ["of no base64", { data: "!!" }, [0], ["data structure"]],
    ["here and elsewhere", { data: base64("Dear"), url: "https://x.example/1" }, [4], ["url ignored"]],
    [
      "in a character set that is said outside of it",
      { data: base64("Dear"), contentType: "text/plain; charset=iso-8859-2" },
      [4],
      ["contentType bad-charset"],
    ],
  ])("%s", (_, attachment, parts, findings) => {
    expect(read(attachment)).toEqual([parts, findings]);
  });

  it.each([
    ["of its size", { data: base64("Dear"), size: 4, contentType: "text/plain" }, [4]],
    ["in UTF-8", { data: base64("Dear"), contentType: "text/plain; charset=UTF-8" }, [4]],
    ["elsewhere", { url: "https://x.example/1" }, [0]],
  ])("and one that is whole says nothing: %s", (_, attachment, parts) => {
    expect(read(attachment)).toEqual([parts, []]);
  });
});
