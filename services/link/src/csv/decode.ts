import { isAscii, isUtf8 } from "node:buffer";

/** Text of the bytes given so far. With `invalidAt`, up to the byte that can not be read, counted from 0 in the file. */
export type Decoded = { readonly text: string; readonly invalidAt?: number };

/** Bytes in chunks of any size to text; a character may be cut anywhere. */
export type Decoder = {
  readonly encoding: string;
  push(bytes: Buffer): Decoded;
  /** What a character that was never finished comes to. */
  end(): Decoded;
};

/**
 * A decoder for a file that begins with `head`. A byte-order mark decides, then the option, then UTF-8. Undefined where
 * the option names no encoding of the WHATWG list (`windows-1252`, `utf-16le`, `iso-8859-15` …).
 */
export function decoderFor(head: Buffer, option: string | undefined): Decoder | undefined {
  const encoding = encodingOfMark(head) ?? encodingNamed(option ?? "utf-8");
  if (encoding === undefined) return undefined;
  return encoding === "utf-8" ? utf8Decoder() : otherDecoder(encoding);
}

function encodingOfMark(head: Buffer): string | undefined {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return "utf-8";
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  return undefined;
}

function encodingNamed(label: string): string | undefined {
  try {
    return new TextDecoder(label.trim()).encoding;
  } catch {
    return undefined;
  }
}

/** Faster than TextDecoder, and it knows where the first bad byte stands. */
function utf8Decoder(): Decoder {
  let rest: Buffer = Buffer.alloc(0);
  let restAt = 0;
  let isFirst = true;
  const decode = (bytes: Buffer): Decoded => {
    const invalid = isUtf8(bytes) ? undefined : firstInvalidUtf8(bytes);
    let text = isAscii(bytes) ? bytes.toString("latin1") : bytes.toString("utf8", 0, invalid ?? bytes.length);
    if (isFirst && bytes.length > 0) {
      if (text.startsWith("\ufeff")) text = text.slice(1);
      isFirst = false;
    }
    const decoded = invalid === undefined ? { text } : { text, invalidAt: restAt + invalid };
    restAt += bytes.length;
    return decoded;
  };
  return {
    encoding: "utf-8",
    push(added) {
      const bytes = rest.length === 0 ? added : Buffer.concat([rest, added]);
      const whole = bytes.length - cutLength(bytes);
      // A copy, as the buffer that was read into is used again.
      rest = Buffer.from(bytes.subarray(whole));
      return decode(bytes.subarray(0, whole));
    },
    end: () => decode(rest),
  };
}

/** Bytes at the end that begin a character and do not finish it: 0 to 3. */
function cutLength(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return utf8Length(byte) > back ? back : 0;
  }
  return 0;
}

function utf8Length(lead: number): number {
  if (lead >= 0xf0) return 4;
  return lead >= 0xe0 ? 3 : 2;
}

/** The first byte of the first ill-formed sequence (Unicode 16, table 3-7), or undefined. */
function firstInvalidUtf8(bytes: Buffer): number | undefined {
  let at = 0;
  while (at < bytes.length) {
    const lead = bytes[at] as number;
    const length = lead < 0x80 ? 1 : utf8Length(lead);
    // The rules for second bytes are those of isUtf8, asked for one character at a time.
    if (at + length > bytes.length || !isUtf8(bytes.subarray(at, at + length))) return at;
    at += length;
  }
  return undefined;
}

/** A strict decoder says whether, a lenient one beside it says where: up to its first replacement character. */
function otherDecoder(encoding: string): Decoder {
  const strict = new TextDecoder(encoding, { fatal: true });
  const lenient = new TextDecoder(encoding);
  let readBytes = 0;
  const decode = (bytes: Buffer, stream: boolean): Decoded => {
    const text = lenient.decode(bytes, { stream });
    const from = readBytes;
    readBytes += bytes.length;
    try {
      strict.decode(bytes, { stream });
      return { text };
    } catch {
      const replaced = Math.max(0, text.indexOf("\ufffd"));
      const unit = encoding.startsWith("utf-16") ? 2 : 1;
      return { text: text.slice(0, replaced), invalidAt: from + replaced * unit };
    }
  };
  return {
    encoding,
    push: (bytes) => decode(bytes, true),
    end: () => decode(Buffer.alloc(0), false),
  };
}
