import { Buffer } from "node:buffer";
import type { DocumentKind } from "./document-kind.ts";
import { DOCUMENT_KINDS } from "./document-kind.ts";
import type { Findings } from "./finding.ts";
import { DOCUMENT_LIMITS } from "./limits.ts";

/** A picture that browsers show, within the page; undefined where it is broken or would take too much memory. */
export function pictureHtml(bytes: Uint8Array, kind: DocumentKind, findings: Findings): string | undefined {
  const picture = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pixels = pixelsOf(picture, kind);
  if (pixels === undefined || pixels > DOCUMENT_LIMITS.imagePixelsMax) {
    findings.add(pixels === undefined ? "broken" : "too-many-pixels");
    return undefined;
  }
  const { contentType } = DOCUMENT_KINDS[kind];
  return `<p><img alt="The document is a picture" src="data:${contentType};base64,${picture.toString("base64")}"></p>`;
}

/** Width by height, as the header says; undefined where there is none. */
function pixelsOf(picture: Buffer, kind: DocumentKind): number | undefined {
  if (kind === "png") return picture.length < 24 ? undefined : picture.readUInt32BE(16) * picture.readUInt32BE(20);
  if (kind === "gif") return picture.length < 10 ? undefined : picture.readUInt16LE(6) * picture.readUInt16LE(8);
  return kind === "jpeg" ? pixelsOfJpeg(picture) : undefined;
}

/** The frame header (SOF) is one of the segments before the scan. */
function pixelsOfJpeg(picture: Buffer): number | undefined {
  for (let at = 2; at + 9 < picture.length && picture[at] === 0xff; ) {
    const marker = picture[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return picture.readUInt16BE(at + 5) * picture.readUInt16BE(at + 7);
    at += marker === 0xff ? 1 : 2 + picture.readUInt16BE(at + 2);
  }
  return undefined;
}
