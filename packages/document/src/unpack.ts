import { Buffer } from "node:buffer";
import { crc32, gunzipSync, inflateRawSync, inflateSync } from "node:zlib";
import type { DocumentKind } from "./document-kind.ts";
import type { Findings } from "./finding.ts";
import { DOCUMENT_LIMITS } from "./limits.ts";

/**
 * Compressed content, taken out under limits of size and of ratio: decompression stops at the limit, so a small bomb
 * costs as little as a small letter. Undefined where it is not taken out; a finding says why.
 */
export function unpacked(bytes: Uint8Array, kind: DocumentKind, findings: Findings): Uint8Array | undefined {
  switch (kind) {
    case "gzip":
      return inflated(() => gunzipSync(bytes, { maxOutputLength: allowed(bytes.length) }), findings);
    case "deflate":
      return inflated(() => inflateSync(bytes, { maxOutputLength: allowed(bytes.length) }), findings);
    case "zip":
      return onlyFile(bytes, findings);
    default:
      return undefined;
  }
}

/** How much may come out of so many compressed bytes. */
export function allowed(packedBytes: number): number {
  const { unpackedBytesMax, unpackedRatioMax, unpackedBytesAlways } = DOCUMENT_LIMITS;
  return Math.min(unpackedBytesMax, Math.max(unpackedBytesAlways, packedBytes * unpackedRatioMax));
}

function inflated(inflate: () => Buffer, findings: Findings): Buffer | undefined {
  try {
    return inflate();
  } catch (error) {
    const isTooLarge = (error as { code?: unknown }).code === "ERR_BUFFER_TOO_LARGE";
    findings.add(isTooLarge ? "unpacks-too-large" : "does-not-unpack");
    return undefined;
  }
}

const END_SIGNATURE = 0x06054b50;
const END_LENGTH = 22;
/** The end may be followed by a comment of at most so many bytes. */
const COMMENT_MAX = 65_535;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_LENGTH = 46;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_LENGTH = 30;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 0x1;

type ZipEntry = {
  readonly flags: number;
  readonly method: number;
  readonly checksum: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly offset: number;
};

/** The one file of an archive that holds one. Larger archives are no document, and ZIP64 is larger than any limit here. */
function onlyFile(bytes: Uint8Array, findings: Findings): Uint8Array | undefined {
  const archive = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const files = filesOf(archive);
  if (files === undefined) {
    findings.add("does-not-unpack");
    return undefined;
  }
  const [file] = files;
  if (file === undefined || files.length > 1) {
    findings.add("archive");
    return undefined;
  }
  return contentOf(archive, file, findings);
}

/** By the directory at the end. Undefined where it can not be read. */
function filesOf(archive: Buffer): ZipEntry[] | undefined {
  const end = endOf(archive);
  if (end < 0) return undefined;
  const count = archive.readUInt16LE(end + 10);
  const files: ZipEntry[] = [];
  let at = archive.readUInt32LE(end + 16);
  for (let index = 0; index < count; index++) {
    if (at + ENTRY_LENGTH > archive.length || archive.readUInt32LE(at) !== ENTRY_SIGNATURE) return undefined;
    const nameLength = archive.readUInt16LE(at + 28);
    const next = at + ENTRY_LENGTH + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
    const isFolder = archive[at + ENTRY_LENGTH + nameLength - 1] === 0x2f;
    if (!isFolder) {
      files.push({
        flags: archive.readUInt16LE(at + 8),
        method: archive.readUInt16LE(at + 10),
        checksum: archive.readUInt32LE(at + 16),
        packedBytes: archive.readUInt32LE(at + 20),
        bytes: archive.readUInt32LE(at + 24),
        offset: archive.readUInt32LE(at + 42),
      });
    }
    at = next;
  }
  return files;
}

function endOf(archive: Buffer): number {
  const first = Math.max(0, archive.length - END_LENGTH - COMMENT_MAX);
  for (let at = archive.length - END_LENGTH; at >= first; at--) {
    if (archive.readUInt32LE(at) === END_SIGNATURE) return at;
  }
  return -1;
}

function contentOf(archive: Buffer, file: ZipEntry, findings: Findings): Uint8Array | undefined {
  const { offset, packedBytes, method } = file;
  const isLocal = offset + LOCAL_LENGTH <= archive.length && archive.readUInt32LE(offset) === LOCAL_SIGNATURE;
  const start = isLocal
    ? offset + LOCAL_LENGTH + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28)
    : archive.length;
  const packed = archive.subarray(start, start + packedBytes);
  const isReadable = (file.flags & ENCRYPTED) === 0 && (method === STORED || method === DEFLATED);
  if (!isLocal || packed.length !== packedBytes || !isReadable) {
    findings.add("does-not-unpack");
    return undefined;
  }
  const content =
    method === STORED
      ? packed
      : inflated(() => inflateRawSync(packed, { maxOutputLength: allowed(packed.length) }), findings);
  if (content === undefined) return undefined;
  if (content.length !== file.bytes || crc32(content) !== file.checksum) {
    findings.add("does-not-unpack");
    return undefined;
  }
  return content;
}
