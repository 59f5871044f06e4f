import { UsageError } from "../terminal.ts";
import { givenFile } from "./given-file.ts";

/**
 * What a JSON file says, in UTF-8 or UTF-16, with or without a byte-order mark, as editors and shells write it.
 * @throws UsageError with the place of the fault; never with what stands there, which may be a patient's
 */
export function givenJson(path: string): unknown {
  const bytes = givenFile(path);
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  try {
    return JSON.parse(new TextDecoder(isUtf16 ? "utf-16le" : "utf-8").decode(bytes));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const place = /line \d+ column \d+/.exec(error.message)?.[0];
    throw new UsageError(`${path} is no JSON${place === undefined ? "" : `, by ${place}`}.`);
  }
}
