import { Buffer } from "node:buffer";
import { XmlFaultError } from "./fault.ts";

/**
 * The bytes of a document as text, slice by slice: UTF-16 by its byte order mark, else as the document declares, else
 * UTF-8. A mark and a declaration that contradict each other are a fault: whoever reads it otherwise reads another text.
 */
export class Decoding {
  /** Until there is enough to know the character set. */
  #head: Uint8Array = new Uint8Array();
  #decode: Decode | undefined;

  /** The text of what came so far and was not given yet. Throws an XmlFaultError. */
  write(bytes: Uint8Array): string {
    if (this.#decode !== undefined) return this.#decode(bytes, false);
    this.#head = Buffer.concat([this.#head, bytes]);
    return this.#head.length < DECLARATION_BYTES ? "" : this.#begin(false);
  }

  /** The rest. */
  close(): string {
    return this.#decode === undefined ? this.#begin(true) : this.#decode(new Uint8Array(), true);
  }

  #begin(isEnd: boolean): string {
    const head = this.#head;
    this.#head = new Uint8Array();
    this.#decode = decoderFor(head);
    return this.#decode(head, isEnd);
  }
}

type Decode = (bytes: Uint8Array, isEnd: boolean) => string;

/** A declaration stands at the very beginning, and is shorter. */
const DECLARATION_BYTES = 1_024;
const ENCODING = /^<\?xml\s[^>]*?\bencoding\s*=\s*["']([A-Za-z][\w.-]*)["']/;

type Charset = "utf-8" | "utf-16" | "utf-16le" | "utf-16be" | "latin-1" | "windows-1252";

const CHARSETS: ReadonlyMap<string, Charset> = new Map([
  ["UTF-8", "utf-8"],
  ["UTF8", "utf-8"],
  ["US-ASCII", "utf-8"],
  ["ASCII", "utf-8"],
  ["UTF-16", "utf-16"],
  ["UTF-16LE", "utf-16le"],
  ["UTF-16BE", "utf-16be"],
  ["ISO-8859-1", "latin-1"],
  ["LATIN1", "latin-1"],
  ["WINDOWS-1252", "windows-1252"],
  ["CP1252", "windows-1252"],
]);

function decoderFor(head: Uint8Array): Decode {
  const mark = markedCharset(head);
  const beginning =
    mark === "utf-16le" || mark === "utf-16be"
      ? new TextDecoder(mark).decode(head.subarray(0, 2 * DECLARATION_BYTES))
      : Buffer.from(head.subarray(mark === undefined ? 0 : 3)).toString("latin1");
  const declared = declaredCharset(beginning);
  if (mark !== undefined) {
    if (declared !== undefined && !mark.startsWith(declared)) {
      throw new XmlFaultError("charset", "The XML declares another character set than its byte order mark says.");
    }
    return strict(mark);
  }
  if (declared?.startsWith("utf-16")) {
    throw new XmlFaultError("charset", "The XML declares UTF-16 and does not begin with a byte order mark.");
  }
  if (declared === "latin-1") return latin1;
  return declared === "windows-1252" ? windows1252 : strict("utf-8");
}

function markedCharset([one, two, three]: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" | undefined {
  if (one === 0xef && two === 0xbb && three === 0xbf) return "utf-8";
  if (one === 0xff && two === 0xfe) return "utf-16le";
  return one === 0xfe && two === 0xff ? "utf-16be" : undefined;
}

function declaredCharset(beginning: string): Charset | undefined {
  if (!/^<\?xml\s/.test(beginning)) return undefined;
  const declaration = beginning.slice(0, DECLARATION_BYTES);
  if (!declaration.includes("?>")) {
    throw new XmlFaultError("not-well-formed", `The XML declaration is longer than ${DECLARATION_BYTES} characters.`);
  }
  const label = ENCODING.exec(declaration)?.[1];
  if (label === undefined) return undefined;
  const charset = CHARSETS.get(label.toUpperCase());
  if (charset !== undefined) return charset;
  throw new XmlFaultError(
    "charset",
    "The XML declares a character set that is not read here: send UTF-8, UTF-16, ISO-8859-1 or windows-1252.",
  );
}

/** Undecodable bytes are a fault, never U+FFFD. */
function strict(charset: "utf-8" | "utf-16le" | "utf-16be"): Decode {
  const decoder = new TextDecoder(charset, { fatal: true });
  return (bytes, isEnd) => {
    try {
      return decoder.decode(bytes, { stream: !isEnd });
    } catch {
      throw new XmlFaultError("charset", `The XML is not valid ${charset === "utf-8" ? "UTF-8" : "UTF-16"}.`);
    }
  };
}

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");

/** What windows-1252 has where ISO-8859-1 has controls, from 0x80. A blank: nothing. */
const FROM_80 = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ";

function windows1252(bytes: Uint8Array): string {
  return latin1(bytes).replace(/[\u0080-\u009f]/g, (control) => {
    const character = FROM_80[control.charCodeAt(0) - 0x80] ?? " ";
    if (character === " ") throw new XmlFaultError("charset", "The XML is not valid windows-1252.");
    return character;
  });
}
