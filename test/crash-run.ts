import { parseArgs } from "node:util";
import { crash } from "./crash.ts";

/** `npm run crash -- --messages 20000 --kills 10 --seed 1`: the long run of `crash.test.ts`; prints its figures as JSON. */
const { values } = parseArgs({
  options: {
    messages: { type: "string", default: "20000" },
    kills: { type: "string", default: "10" },
    seed: { type: "string", default: "1" },
  },
});
const result = await crash({
  messages: Number(values.messages),
  kills: Number(values.kills),
  seed: Number(values.seed),
});
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
const isSound =
  result.lost + result.storedTwice + result.appliedTwice + result.inFlight + result.damaged === 0 && result.countsAgree;
process.exitCode = isSound ? 0 : 1;
