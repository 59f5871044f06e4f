#!/usr/bin/env node
/** The `chesil` command: `npx chesil send …` from anywhere below the repository, with packages and Node as `npm start`. */
import { bootstrap } from "./bootstrap.mjs";

await bootstrap("services/all/src/cli.ts", process.argv.slice(2));
