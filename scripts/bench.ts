import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { benchAcknowledge } from "./bench/acknowledge.ts";
import { benchConnections } from "./bench/connections.ts";
import { benchEndToEnd } from "./bench/end-to-end.ts";
import { benchIdentity } from "./bench/identity.ts";
import { benchItk } from "./bench/itk.ts";
import { benchLink } from "./bench/link.ts";
import { benchLiveIndex } from "./bench/live-index.ts";
import { benchLoadRows } from "./bench/load-rows.ts";
import { benchMatch } from "./bench/match.ts";
import type { BenchOptions, Figure } from "./bench/measure.ts";
import { benchParse } from "./bench/parse.ts";
import { benchRebuild } from "./bench/rebuild.ts";
import { benchRecord } from "./bench/record.ts";
import { benchWire } from "./bench/wire.ts";

/**
 * `npm run bench`: every figure beside its floors and peers, measured in the same run. Sends to this machine only,
 * bounded in count and time. `--only NAME` runs one of them, `--records 1000000` says how large a register `link`, `identity`
 * and `live-index` take, and how many messages `rebuild`; of several (`--records 100000,1000000`) `identity` takes one after another, the others the last.
 */
const BENCHES: Record<string, (options: BenchOptions) => Promise<Figure[]> | Figure[]> = {
  parse: benchParse,
  match: benchMatch,
  load: benchLoadRows,
  link: benchLink,
  identity: benchIdentity,
  "live-index": benchLiveIndex,
  acknowledge: benchAcknowledge,
  connections: benchConnections,
  itk: benchItk,
  "end-to-end": benchEndToEnd,
  rebuild: benchRebuild,
  record: benchRecord,
  wire: benchWire,
};

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    records: { type: "string", multiple: true },
    json: { type: "boolean", default: false },
  },
});
const sizes = (values.records ?? []).flatMap((given) => given.split(",").map(Number));
if (!sizes.every((size) => Number.isSafeInteger(size) && size > 0))
  throw new Error("--records takes whole numbers from 1 on.");
const names = values.only ? [values.only] : Object.keys(BENCHES);
const figures: Figure[] = [];
for (const name of names) {
  const bench = BENCHES[name];
  if (!bench) throw new Error(`There is no benchmark "${name}". There are: ${Object.keys(BENCHES).join(", ")}.`);
  process.stderr.write(`${name}…\n`);
  figures.push(...(await bench({ only: values.only, records: sizes.at(-1), sizes })));
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
