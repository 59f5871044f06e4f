import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { LineSplitter } from "./line-splitter.ts";
import { BYTES_SHOWN } from "./raw-row.ts";

/** What a splitter makes of a file that comes in these chunks. */
function rowsOf(chunks: readonly Uint8Array[], rowBytesMax: number) {
  const splitter = new LineSplitter(rowBytesMax);
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];
}

function chunksOf(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return places.slice(1).map((to, index) => bytes.subarray(places[index], to));
}

describe("lines", () => {
  it("are those of a plain split, whatever the chunks, and one over the limit is a fault of its own", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "é", "日", "\r", "\n"), maxLength: 60 });
    fc.assert(
      fc.property(text, fc.array(fc.nat(), { maxLength: 8 }), fc.integer({ min: 1, max: 12 }), (given, cuts, max) => {
        const naive = given.split(/(?<=\n)/).filter((line) => line !== "");
        const rows = rowsOf(chunksOf(Buffer.from(given), cuts), max);
        expect(rows.map(({ number }) => number)).toEqual(naive.map((_, index) => index + 1));
        const expected = naive.map((line) => {
          const bytes = Buffer.from(line);
          return bytes.length > max ? ["too-long", bytes.toString("hex", 0, max)] : [undefined, bytes.toString("hex")];
        });
        expect(rows.map(({ bytes, fault }) => [fault, Buffer.from(bytes).toString("hex")])).toEqual(expected);
      }),
    );
  });

  it("keep of one that is too long how it begins", () => {
    const long = Buffer.alloc(3 * BYTES_SHOWN, "abc");
    const rows = rowsOf([...chunksOf(long, [5, 700, 9_000]), Buffer.from("\nx\n")], 2 * BYTES_SHOWN);
    expect(rows.map(({ fault }) => fault)).toEqual(["too-long", undefined]);
    expect(Buffer.from(rows[0]?.bytes ?? []).equals(long.subarray(0, BYTES_SHOWN))).toBe(true);
  });

  it("are cut in linear work: no byte is searched twice, or copied more than twice, however long its line", () => {
    const [searched, copied] = [vi.spyOn(Buffer.prototype, "indexOf"), vi.spyOn(Buffer, "concat")];
    const chunks = Array.from({ length: 500 }, () => Buffer.alloc(1_000, "x"));
    const total = 500 * 1_000;
    try {
      const rows = rowsOf([...chunks, Buffer.from("\n"), ...chunks], Number.POSITIVE_INFINITY);
      expect(rows.map(({ bytes }) => bytes.length)).toEqual([total + 1, total]);
      const sum = (numbers: readonly number[]) => numbers.reduce((one, other) => one + other, 0);
      const lengths = searched.mock.contexts.map((buffer, call) => {
        const from = searched.mock.calls[call]?.[1];
        return (buffer as Buffer).length - (typeof from === "number" ? from : 0);
      });
      expect(sum(lengths)).toBe(2 * total + 1);
      expect(sum(copied.mock.results.map(({ value }) => (value as Buffer).length))).toBe(2 * total + 1);
    } finally {
      searched.mockRestore();
      copied.mockRestore();
    }
  });
});
