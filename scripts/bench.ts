import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { benchAcknowledge } from "./bench/acknowledge.ts";
import { benchConnections } from "./bench/connections.ts";
import { benchEndToEnd } from "./bench/end-to-end.ts";
import { benchMatch } from "./bench/match.ts";
import type { Figure } from "./bench/measure.ts";
import { benchParse } from "./bench/parse.ts";
import { benchWire } from "./bench/wire.ts";

/**
 * `npm run bench`: every figure beside its floors and peers, measured in the same run. Sends to this machine only,
 * bounded in count and time.
 */
const BENCHES: Record<string, () => Promise<Figure[]> | Figure[]> = {
  parse: benchParse,
  match: benchMatch,
  acknowledge: benchAcknowledge,
  connections: benchConnections,
  "end-to-end": benchEndToEnd,
  wire: benchWire,
};

const { values } = parseArgs({ options: { only: { type: "string" }, json: { type: "boolean", default: false } } });
const names = values.only ? [values.only] : Object.keys(BENCHES);
const figures: Figure[] = [];
for (const name of names) {
  const bench = BENCHES[name];
  if (!bench) throw new Error(`There is no benchmark "${name}". There are: ${Object.keys(BENCHES).join(", ")}.`);
  process.stderr.write(`${name}…\n`);
  figures.push(...(await bench()));
}
const machine = `${cpus().length} cores, ${cpus()[0]?.model.trim()}, Node ${process.version}`;
if (values.json) process.stdout.write(`${JSON.stringify({ machine, figures }, null, 2)}\n`);
else {
  process.stdout.write(`${machine}\n\n`);
  for (const { name, perSecond, unit, ratios, note } of figures) {
    process.stdout.write(`${name.padEnd(50)} ${Math.round(perSecond).toLocaleString("en-GB").padStart(10)} ${unit}\n`);
    for (const [other, ratio] of Object.entries(ratios))
      process.stdout.write(`${"".padEnd(52)}× ${ratio.toFixed(2)} ${other}\n`);
    if (note) process.stdout.write(`${"".padEnd(52)}${note}\n`);
  }
}
