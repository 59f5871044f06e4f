import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { documentContent, readMessage, splitMessages, toEvent } from "@chesil/hl7";
import { describe, expect, it } from "vitest";
import { renderDocument } from "./index.ts";
import { straysIn } from "./strays.ts";

/** Real documents that nobody here wrote, when the folder that CHESIL_CORPUS names is there. */
const CORPUS = process.env.CHESIL_CORPUS;
const isThere = (name: string) => CORPUS !== undefined && existsSync(join(CORPUS, name));
const skipped = (name: string) => (isThere(name) ? "" : ` (skipped: CHESIL_CORPUS names no folder with ${name} in it)`);

/** Later than any message of the corpora is meant to be. */
const RECEIVED_AT = new Date("2026-11-01T00:00:00Z");

function* filesOf(name: string, ending: string): Generator<{ path: string; bytes: Uint8Array }> {
  const root = join(CORPUS ?? "", name);
  for (const path of readdirSync(root, { recursive: true }).map(String).sort()) {
    if (path.endsWith(ending)) yield { path, bytes: new Uint8Array(readFileSync(join(root, path))) };
  }
}

/** How many documents are of which kind, and what was found in them. */
class Table {
  readonly #counts = new Map<string, number>();

  take(bytes: Uint8Array, type: string, options: { charset?: "utf-8" } = {}): string {
    const { kind, html, text, findings } = renderDocument(bytes, type, options);
    expect(straysIn(html ?? "")).toEqual([]);
    for (const key of [
      `${kind}${html === null ? " not shown" : ""}`,
      ...findings.map(({ code }) => `  ${kind} ${code}`),
    ]) {
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    }
    return text;
  }

  toJSON(): Record<string, number> {
    return Object.fromEntries([...this.#counts].sort(([left], [right]) => left.localeCompare(right)));
  }
}

describe("the documents of the corpora", () => {
  it.skipIf(!isThere("itk"))(`of ITK are rendered${skipped("itk")}`, () => {
    const table = new Table();
    for (const { path, bytes } of filesOf("itk", ".xml")) {
      const text = table.take(bytes, "text/xml");
      if (path.startsWith("nhs111"))
        expect([path, /^Patient\t/m.test(text), text.length > 300]).toEqual([path, true, true]);
    }
    expect(table.toJSON()).toMatchInlineSnapshot(`
      {
        "  cda attachment": 10,
        "cda": 17,
        "xml": 4,
      }
    `);
  });

  it.skipIf(!isThere("hl7v2"))(`of HL7 v2 are rendered, every one that can be read${skipped("hl7v2")}`, () => {
    const table = new Table();
    for (const { bytes } of filesOf("hl7v2", ".hl7")) {
      for (const raw of splitMessages(bytes)) {
        const read = readMessage(raw);
        const mapped = read.ok ? toEvent(read.message, { defaultAuthority: "CORPUS" }, RECEIVED_AT) : undefined;
        if (!read.ok || !mapped?.ok) continue;
        for (const { content } of mapped.event.subjects.flatMap(({ facts }) => facts)) {
          const parts =
            content.kind === "document" ? content.parts : content.kind === "result" ? content.documents : [];
          for (const part of parts ?? []) {
            const found = documentContent(read.message, part.location);
            if (found) table.take(found.bytes, part.contentType, part.encoding === "text" ? { charset: "utf-8" } : {});
          }
        }
      }
    }
    expect(table.toJSON()).toMatchInlineSnapshot(`
      {
        "  empty empty": 3,
        "  text not-what-it-says": 2,
        "empty not shown": 3,
        "text": 16,
      }
    `);
  });
});
