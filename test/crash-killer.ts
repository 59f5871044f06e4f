import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startChesil } from "./chesil-process.ts";

/**
 * The killer, a process of its own: the load must not pause while it kills, or no message is ever caught half way.
 * Starts Chesil, lets it work for a random while, kills it with SIGKILL, and again; every second time the database
 * server too. Then it starts Chesil once more and keeps it until its own input ends.
 *
 * Arguments: data folder, MLLP port, kills, seed. Prints a line `up` at each start and `done` at the last.
 */
async function main([dataDir = "", mllpPort = "", kills = "", seed = ""]: string[]): Promise<void> {
  let state = Number(seed);
  const random = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  const start = async () => {
    const chesil = await startChesil(dataDir, { mllpPort: Number(mllpPort) });
    process.stdout.write("up\n");
    return chesil;
  };
  for (let kill = 0; kill < Number(kills); kill++) {
    const chesil = await start();
    await sleep(300 + random() * 1_500);
    if (kill % 2 === 1) killPostgres(dataDir);
    await chesil.kill();
    await sleep(random() * 200);
  }
  const last = await start();
  process.stdout.write("done\n");
  for await (const _ of process.stdin);
  await last.stop();
}

/** The postmaster and, with it, everything that served: as when the machine's memory ran out. */
function killPostgres(dataDir: string): void {
  const pid = Number(readFileSync(join(dataDir, "data", "postgres", "data", "postmaster.pid"), "utf8").split("\n")[0]);
  if (pid > 1) process.kill(pid, "SIGKILL");
}

await main(process.argv.slice(2));
