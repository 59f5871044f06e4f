import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { FhirReading } from "../reading.ts";
import { bundleEntryEvent, bundleParts } from "./bundles.ts";
import { COPIED_TIMES_MAX, OVER_COPIED } from "./copied-parts.ts";

const READING: FhirReading = { load: "fhir", authority: "GP1", nhsNumberTraced: false };
const NOW = new Date("2026-03-14T06:00:00Z");
const CONTEXT = { feed: "gp", encoding: "utf-8", extractAt: NOW, receivedAt: NOW, controlId: "1" } as const;

type Resource = { readonly resourceType: string; readonly id: string; readonly [name: string]: unknown };

const patient = (id: string): Resource => ({
  ...{ resourceType: "Patient", id, name: [{ family: "Cole", given: ["Bo"] }], birthDate: "2015-07-31" },
  identifier: [{ system: "https://gp.example/id", value: id }],
});
const letter = (of: string, binary: string): Resource => ({
  ...{ resourceType: "DocumentReference", id: `${of}-${binary}`, status: "current" },
  subject: { reference: `Patient/${of}` },
  type: { text: "Letter" },
  content: [{ attachment: { contentType: "text/plain", url: `Binary/${binary}` } }],
});
const binary = (id: string, bytes: number): Resource => ({
  ...{ resourceType: "Binary", id, contentType: "text/plain" },
  data: Buffer.alloc(bytes, "a").toString("base64"),
});
const bundleOf = (resources: readonly Resource[]) => ({
  ...{ resourceType: "Bundle", id: "whole", type: "collection", timestamp: "2026-03-14T00:00:00Z" },
  entry: resources.map((resource) => ({
    fullUrl: `https://gp.example/${resource.resourceType}/${resource.id}`,
    resource,
  })),
});

function partsOf(bytes: Uint8Array) {
  const read = bundleParts(bytes, READING, NOW);
  if (!read.ok) throw new Error(read.text);
  return read;
}

const idsIn = (raw: Uint8Array | undefined): string[] =>
  (JSON.parse(Buffer.from(raw ?? []).toString()) as ReturnType<typeof bundleOf>).entry.map(
    ({ resource }) => resource.id,
  );

/** Patients, each with the letters that this many of these documents are. */
const sharing = (
  patients: number,
  documents: readonly Resource[],
  held = (_: number): readonly Resource[] => documents,
) =>
  bundleOf([
    ...Array.from({ length: patients }, (_, at) => `p${at}`).flatMap((id, at) => [
      patient(id),
      ...held(at).map((document) => letter(id, document.id)),
    ]),
    ...documents,
  ]);

describe("the parts of a Bundle", () => {
  const document = fc.integer({ min: 0, max: 20_000 });
  const shares = fc.array(fc.subarray([0, 1, 2]), { minLength: 1, maxLength: 60, size: "max" });

  it("are each of the size they tell, together at most so many times the Bundle, and nobody is lost", () => {
    fc.assert(
      fc.property(fc.tuple(document, document, document), shares, (sizes, of) => {
        const documents = sizes.map((bytes, at) => binary(`b${at}`, bytes));
        const bundle = sharing(of.length, documents, (at) =>
          documents.filter((_, each) => of[at]?.includes(each as 0)),
        );
        const bytes = Buffer.from(JSON.stringify(bundle));
        const { parts, unread } = partsOf(bytes);
        const taken = parts.filter(({ held }) => held === undefined);
        expect(unread).toBeUndefined();
        expect(parts.map(({ key }) => key)).toEqual(of.map((_, at) => `p${at}`));
        for (const { size, raw } of taken) expect(raw().length).toBe(size);
        expect(taken.reduce((sum, { size }) => sum + size, 0)).toBeLessThanOrEqual(COPIED_TIMES_MAX * bytes.length);
        // Who shares nothing goes on, and so do all where they are few.
        const isHeld = (at: number) => parts[at]?.held !== undefined;
        for (const [at, each] of of.entries())
          if (each.length === 0 || of.length <= COPIED_TIMES_MAX) expect(isHeld(at)).toBe(false);
        const kept = parts.flatMap(({ refused }) => refused ?? []);
        const held = parts.filter((_, at) => isHeld(at)).map(({ key }) => key);
        expect(kept).toHaveLength(held.length > 0 ? 1 : 0);
        expect(kept.flatMap(({ raw }) => idsIn(raw())).filter((id) => /^p\d+$/.test(id))).toEqual(held);
        for (const { raw, size } of kept) expect([raw().length, size <= bytes.length]).toEqual([size, true]);
      }),
      { numRuns: 40 },
    );
  });

  it("that are too many are refused with what to do, and can be loaded as they are told to", () => {
    const bytes = Buffer.from(JSON.stringify(sharing(30, [binary("b", 50_000)])));
    const { parts } = partsOf(bytes);
    const held = parts.filter(({ held }) => held !== undefined);
    expect(new Set(held.map((part) => part.held))).toEqual(new Set([OVER_COPIED]));
    expect(OVER_COPIED).toContain(`at most ${COPIED_TIMES_MAX}`);
    // About ten copies fit, and the first of them are taken.
    expect(parts.findIndex((part) => part.held !== undefined)).toBe(30 - held.length);
    expect(30 - held.length).toBeGreaterThanOrEqual(COPIED_TIMES_MAX);
    const [refused] = held.flatMap((part) => part.refused ?? []);
    expect(refused?.reason).toContain(OVER_COPIED);
    const rest = partsOf(Buffer.from(refused?.raw() ?? []));
    expect(rest.parts.map(({ key, sha256 }) => [key, sha256])).toEqual(held.map(({ key, sha256 }) => [key, sha256]));
    expect(rest.parts[0]?.held).toBeUndefined();
  });

  it("are written when they are wanted, not before", () => {
    const bytes = Buffer.from(JSON.stringify(sharing(9, [binary("b", 100_000)])));
    const written = vi.spyOn(JSON, "stringify");
    try {
      const { parts } = partsOf(bytes);
      const lengths = () => written.mock.results.reduce((sum, { value }) => sum + String(value).length, 0);
      expect(lengths()).toBeLessThan(1.1 * bytes.length);
      const made = parts.map(({ raw }) => raw().length);
      expect(Math.min(...made)).toBeGreaterThan(100_000);
      expect(lengths()).toBeGreaterThan(9 * 100_000);
    } finally {
      written.mockRestore();
    }
  });

  it("say what they said whatever the whole Bundle is called and when it was made, and else are others", () => {
    const hashes = (bundle: object) =>
      partsOf(Buffer.from(JSON.stringify(bundle))).parts.map(({ sha256 }) => `${sha256.toString("hex")}`);
    const bundle = sharing(2, [binary("b", 10)]);
    expect(hashes({ ...bundle, id: "other", timestamp: "2026-03-15T00:00:00Z" })).toEqual(hashes(bundle));
    const [one, two] = hashes(sharing(2, [binary("b", 11)]));
    expect([one, two].some((hash) => hashes(bundle).includes(hash ?? ""))).toBe(false);
  });
});

describe("members that stand twice in a Bundle", () => {
  const bundle = () =>
    JSON.stringify(
      sharing(3, [], () => []),
      null,
      1,
    );

  it("hold the patient whose they are, and nobody else; both are told as they were written", () => {
    let place = 0;
    const text = bundle().replaceAll('"birthDate":', (name) =>
      place++ === 1 ? '"birthDate":  "2014-01-01", "birthDate":' : name,
    );
    const { parts } = partsOf(Buffer.from(text));
    expect(parts.map(({ held }) => held)).toEqual([
      undefined,
      "Bundle.entry[1].resource.birthDate: It stands there twice: leave one.",
      undefined,
    ]);
    const [refused] = parts.flatMap((part) => part.refused ?? []);
    expect(Buffer.from(refused?.raw() ?? []).toString()).toContain(
      '"birthDate":  "2014-01-01", "birthDate": "2015-07-31"',
    );
    expect(refused?.reason).toBe("Bundle.entry[0].resource.birthDate: It stands there twice: leave one.");
    // A part that is taken says by itself what it said in the whole.
    expect(bundleEntryEvent(parts[2]?.raw() ?? Buffer.of(), READING, CONTEXT)).toMatchObject({
      ok: true,
      key: { localId: "p2" },
    });
  });

  it("hold all who share what has them", () => {
    const shared = JSON.stringify(sharing(3, [binary("b", 3)], (at) => (at < 2 ? [binary("b", 3)] : [])));
    const { parts } = partsOf(Buffer.from(shared.replace('"data":', '"data":"AAAA","data":')));
    expect(parts.map(({ held }) => held !== undefined)).toEqual([true, true, false]);
  });

  it("of the Bundle itself leave nothing that could be told apart", () => {
    const text = bundle().replace('"entry":', '"entry": [], "entry":');
    expect(bundleParts(Buffer.from(text), READING, NOW)).toMatchObject({
      ok: false,
      text: expect.stringContaining("twice"),
    });
    const many = bundle().replace('"birthDate":', `${'"birthDate":1,'.repeat(10_001)}"birthDate":`);
    expect(bundleParts(Buffer.from(many), READING, NOW)).toMatchObject({ ok: false });
  });
});
