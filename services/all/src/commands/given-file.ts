import { readFileSync } from "node:fs";
import { UsageError } from "../terminal.ts";

/** The content of a file named on the command line. @throws UsageError */
export function givenFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    throw new UsageError(`There is no file ${path} that may be read.`);
  }
}
