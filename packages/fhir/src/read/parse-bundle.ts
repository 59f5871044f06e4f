import { BUNDLE_BYTES_MAX, BUNDLE_DEPTH_MAX } from "./limits.ts";

export type ParsedBundle =
  | { readonly ok: true; readonly bundle: unknown }
  | { readonly ok: false; readonly text: string };

/** The JSON in these bytes, within limits. What it says is for `bundleEvents` to judge. */
export function parseBundle(bytes: Uint8Array): ParsedBundle {
  if (bytes.length > BUNDLE_BYTES_MAX)
    return refused(`It has more than ${BUNDLE_BYTES_MAX / 1024 / 1024} MiB. Send it as several Bundles.`);
  if (isDeeperThan(bytes, BUNDLE_DEPTH_MAX)) return refused(`It is nested deeper than ${BUNDLE_DEPTH_MAX} levels.`);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return refused("It is not UTF-8.");
  }
  try {
    return { ok: true, bundle: JSON.parse(text) };
  } catch {
    return refused("It is no JSON.");
  }
}

const refused = (text: string): ParsedBundle => ({ ok: false, text });

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/** Counted before parsing: what JSON.parse has built can hardly be walked through safely. */
function isDeeperThan(bytes: Uint8Array, max: number): boolean {
  let depth = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) at = endOfString(bytes, at);
    else if (OPENING.has(byte) && ++depth > max) return true;
    else if (CLOSING.has(byte)) depth--;
  }
  return false;
}

/** The place of the quote that ends the string that begins here. */
function endOfString(bytes: Uint8Array, start: number): number {
  let end = bytes.indexOf(QUOTE, start + 1);
  while (end > 0 && isEscaped(bytes, end)) end = bytes.indexOf(QUOTE, end + 1);
  return end < 0 ? bytes.length : end;
}

function isEscaped(bytes: Uint8Array, place: number): boolean {
  let backslashes = 0;
  while (bytes[place - 1 - backslashes] === BACKSLASH) backslashes++;
  return backslashes % 2 === 1;
}
