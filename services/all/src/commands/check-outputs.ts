import { resolve } from "node:path";
import { UsageError } from "../terminal.ts";

type Paths = readonly (string | undefined)[];

/** @throws UsageError where a file that is to be written is one that is read, or is to be written twice. */
export function checkOutputs(outputs: Paths, inputs: Paths): void {
  const taken = new Map(inputs.flatMap((path) => (path === undefined ? [] : [[resolve(path), "an input"]])));
  for (const path of outputs) {
    if (path === undefined) continue;
    const is = taken.get(resolve(path));
    if (is !== undefined) throw new UsageError(`${path} is ${is}: writing there would replace it.`);
    taken.set(resolve(path), "written already");
  }
}
