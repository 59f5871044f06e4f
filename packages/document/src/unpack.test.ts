import { Buffer } from "node:buffer";
import { crc32, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DOCUMENT_LIMITS, renderDocument } from "./index.ts";
import { allowed } from "./unpack.ts";

const codes = (found: { findings: readonly { code: string }[] }) => found.findings.map(({ code }) => code);

type File = { name: string; content: Buffer; stored?: boolean; flags?: number; checksum?: number };

/** A ZIP archive as APPNOTE.TXT has it: local headers with the content, then the directory, then its end. */
function zip(files: readonly File[], comment = ""): Buffer {
  const pieces: Buffer[] = [];
  const directory: Buffer[] = [];
  for (const { name, content, stored = false, flags = 0, checksum = crc32(content) } of files) {
    const packed = stored ? content : deflateRawSync(content);
    const offset = pieces.reduce((length, piece) => length + piece.length, 0);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(stored ? 0 : 8, 4);
    common.writeUInt32LE(checksum, 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(name.length, 22);
    pieces.push(Buffer.from("PK\x03\x04", "latin1"), common, Buffer.from(name), packed);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\0", "latin1"), common, rest, Buffer.from(name));
  }
  const [content, list] = [Buffer.concat(pieces), Buffer.concat(directory)];
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(content.length, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([content, list, end, Buffer.from(comment)]);
}

const LETTER = Buffer.from("<html><p>Dear Dr Jones, ".repeat(50));

describe("compressed content", () => {
  it.each([
    ["gzip", gzipSync(LETTER)],
    ["deflate", deflateSync(LETTER)],
    ["a ZIP archive", zip([{ name: "letter.html", content: LETTER }])],
    ["a ZIP archive that only holds it", zip([{ name: "letter.html", content: LETTER, stored: true }], "a comment")],
    [
      "a ZIP archive with a folder",
      zip([
        { name: "a/", content: Buffer.alloc(0), stored: true },
        { name: "a/b", content: LETTER },
      ]),
    ],
    ["gzip in gzip", gzipSync(gzipSync(LETTER))],
  ])("of %s is the document in it", (_, packed) => {
    const rendered = renderDocument(packed, undefined);
    expect(rendered).toMatchObject({ kind: "html", text: renderDocument(LETTER).text });
    expect(codes(rendered)).toEqual(["unpacked"]);
  });

  it.each([
    ["a bomb of zeros", gzipSync(Buffer.alloc(64 * 1024 * 1024)), "unpacks-too-large"],
    ["a bomb in an archive", zip([{ name: "bomb", content: Buffer.alloc(16 * 1024 * 1024) }]), "unpacks-too-large"],
    ["half a file", gzipSync(LETTER).subarray(0, 40), "does-not-unpack"],
    ["another content than the archive says", zip([{ name: "x", content: LETTER, checksum: 1 }]), "does-not-unpack"],
    ["an encrypted archive", zip([{ name: "x", content: LETTER, flags: 1 }]), "does-not-unpack"],
    [
      "two files",
      zip([
        { name: "a", content: LETTER },
        { name: "b", content: LETTER },
      ]),
      "archive",
    ],
    ["no file", zip([]), "archive"],
    ["an archive without its end", zip([{ name: "a", content: LETTER }]).subarray(0, 60), "does-not-unpack"],
  ])("of %s is refused", (_, packed, code) => {
    const rendered = renderDocument(packed, undefined);
    expect([rendered.html, codes(rendered)]).toEqual([null, [code]]);
  });

  it("within compressed content is followed so deep and no deeper", () => {
    let packed = gzipSync("Dear Dr Jones");
    for (let depth = 1; depth < DOCUMENT_LIMITS.nestingMax; depth++) packed = gzipSync(packed);
    expect(renderDocument(packed).text).toBe("Dear Dr Jones");
    expect(renderDocument(gzipSync(packed))).toMatchObject({ html: null });
    expect(codes(renderDocument(gzipSync(packed)))).toContain("too-deep");
  });

  it("may grow so many times and no further", () => {
    const { unpackedBytesMax, unpackedBytesAlways, unpackedRatioMax } = DOCUMENT_LIMITS;
    expect([allowed(0), allowed(unpackedBytesAlways / unpackedRatioMax)]).toEqual([
      unpackedBytesAlways,
      unpackedBytesAlways,
    ]);
    expect([allowed(10_000), allowed(unpackedBytesMax)]).toEqual([10_000 * unpackedRatioMax, unpackedBytesMax]);
    expect(codes(renderDocument(gzipSync(Buffer.alloc(unpackedBytesAlways, "a"))))).toEqual(["unpacked"]);
    expect(codes(renderDocument(gzipSync(Buffer.alloc(unpackedBytesAlways + 1, "a"))))).toEqual(["unpacks-too-large"]);
  });

  it("that was damaged anywhere never throws", () => {
    const archive = zip([{ name: "letter.html", content: LETTER }]);
    fc.assert(
      fc.property(fc.nat(archive.length - 1), fc.nat(255), (at, byte) => {
        const damaged = Buffer.from(archive);
        damaged[at] = byte;
        expect(renderDocument(damaged).findings.length).toBeGreaterThan(0);
      }),
    );
  });
});
