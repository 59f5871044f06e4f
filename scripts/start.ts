import { main } from "@chesil/all";
import { buildConsole, CONSOLE_DIST } from "./build-console.ts";

/** `npm start`: the whole of Chesil in one process. `-- --demo` also runs a simulated day of Dorset's feeds. */
await buildConsole();
process.exitCode = await main(["start", ...process.argv.slice(2)], { consoleDir: CONSOLE_DIST });
