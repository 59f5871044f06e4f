import { Buffer } from "node:buffer";
import type { DocumentPart } from "@chesil/model";
import { cleanText } from "../map/identifiers.ts";
import type { Message } from "../message/message.ts";
import { type Dialect, leafText, part } from "../message/place.ts";
import type { Segment } from "../message/segment.ts";
import { contentTypeByMagic, declaredContentType, MAGIC_LENGTH, OCTETS } from "./content-type.ts";
import { beginningOf, measured } from "./encoded-data.ts";
import { proseOf } from "./segment-reader.ts";

/**
 * The content that stands in OBX-5. An event only says where it is; here it is read, to describe it while mapping and
 * to give it out later.
 */
export interface Content {
  readonly contentType: string;
  readonly encoding: DocumentPart["encoding"];
  /** Unescaped, still encoded. */
  readonly data: string;
  /** Once decoded; undefined when the data is not in its encoding. */
  readonly bytes: number | undefined;
  /** What the sender calls it, where that is more than "some bytes". */
  readonly declaredType: string | undefined;
  /** What its first bytes show. */
  readonly magicType: string | undefined;
  /** The sender names an encoding that is none of table 0299. */
  readonly isEncodingUnknown: boolean;
}

const OBSERVATION_VALUE = 5;
const LOCATION = /^OBX(?:\[(\d{1,7})(?:\.\.(\d{1,7}))?\])?-5(?:\[(\d{1,3})\])?$/;

/**
 * The content of one part of a document, decoded: `location` as its event gives it. Undefined where the message holds
 * none there: another place, a pointer (RP), or data that is not in its encoding.
 */
export function documentContent(
  message: Message,
  location: string,
): { bytes: Uint8Array; contentType: string } | undefined {
  const match = LOCATION.exec(location);
  if (match === null) return undefined;
  const first = Number(match[1] ?? 1);
  const last = Number(match[2] ?? first);
  const run = message.all("OBX").slice(Math.max(0, first - 1), last);
  if (first < 1 || run.length === 0 || run.length !== last - first + 1) return undefined;
  const [only] = run;
  if (valueTypeOf(only) === "RP") return undefined;
  const { contentType, encoding, data, bytes } =
    valueTypeOf(only) === "ED" && only !== undefined
      ? encapsulatedContent(only.field(OBSERVATION_VALUE).repetition(Number(match[3] ?? 1)).raw, message)
      : proseContent(run, message);
  if (bytes === undefined) return undefined;
  return { bytes: Buffer.from(data, encoding === "text" ? "utf8" : encoding), contentType };
}

/** OBX-2, upper case. */
export function valueTypeOf(obx: Segment | undefined): string {
  return cleanText(obx?.get(2) ?? "").toUpperCase();
}

/** Lines of text, which may be RTF or HTML, or a PDF in base64 that the sender calls text. */
export function proseContent(run: readonly Segment[], dialect: Dialect): Content {
  const text = run.map((obx) => proseOf(obx.fieldRaw(OBSERVATION_VALUE) ?? "", dialect)).join("\n");
  return undeclaredContent(text, { declaredType: undefined, isEncodingUnknown: false });
}

/** ED: application ^ type ^ subtype ^ encoding ^ data. The data is all that follows, whatever stands in it. */
export function encapsulatedContent(raw: string, dialect: Dialect): Content {
  const { component } = dialect.delimiters;
  // Without components it is the data alone.
  const start = raw.includes(component) ? (afterSeparators(raw, component, 4) ?? raw.length) : 0;
  const at = (n: number) => (start === 0 ? "" : cleanText(leafText(part(raw, component, n), dialect)));
  const text = leafText(raw.slice(start), dialect);
  const declaredType = declaredContentType(at(2), at(3));
  const encoding = encodingOf(at(4));
  const declared = { declaredType, isEncodingUnknown: encoding === "unknown" };
  if (encoding === "text") return textContent(text, declared);
  if (encoding === "unknown" || encoding === "unsaid") return undeclaredContent(text, declared);
  const magicType = contentTypeByMagic(beginningOf(text, encoding, MAGIC_LENGTH));
  const contentType = declaredType ?? magicType ?? OCTETS;
  return { ...declared, ...measured(text, encoding), contentType, encoding, magicType };
}

type Declared = Pick<Content, "declaredType" | "isEncodingUnknown">;

/** Base64 where it begins like a document once decoded, and is base64 throughout; otherwise text. */
function undeclaredContent(text: string, declared: Declared): Content {
  const magicType = contentTypeByMagic(beginningOf(text, "base64", MAGIC_LENGTH));
  const encoded = magicType === undefined ? undefined : measured(text, "base64");
  if (magicType === undefined || encoded?.bytes === undefined) return textContent(text, declared);
  return { ...declared, ...encoded, contentType: declared.declaredType ?? magicType, encoding: "base64", magicType };
}

function textContent(data: string, declared: Declared): Content {
  const magicType = contentTypeByMagic(data);
  const contentType = declared.declaredType ?? magicType ?? "text/plain";
  return { ...declared, contentType, encoding: "text", data, bytes: Buffer.byteLength(data, "utf8"), magicType };
}

/** ED.4, table 0299. */
function encodingOf(code: string): Content["encoding"] | "unsaid" | "unknown" {
  switch (code.toUpperCase()) {
    case "":
      return "unsaid";
    case "A":
      return "text";
    case "BASE64":
    case "BASE-64":
      return "base64";
    case "HEX":
      return "hex";
    default:
      return "unknown";
  }
}

/** Where the text after the nth separator begins, or undefined where there are fewer. */
function afterSeparators(text: string, separator: string, count: number): number | undefined {
  let from = 0;
  for (let passed = 0; passed < count; passed++) {
    const at = text.indexOf(separator, from);
    if (at < 0) return undefined;
    from = at + separator.length;
  }
  return from;
}
