import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { main } from "./main.ts";

/** `npx chesil …` */
const built = fileURLToPath(new URL("../../console/dist", import.meta.url));
process.exitCode = await main(process.argv.slice(2), existsSync(built) ? { consoleDir: built } : {});
