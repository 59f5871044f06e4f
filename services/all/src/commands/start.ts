import type { FeedState } from "@chesil/ingest";
import { createTelemetry, describeProblems, EXIT, loadConfig, runUntilStopped } from "@chesil/runtime";
import { startDemo } from "../demo.ts";
import { reload } from "../reload.ts";
import { assembleAll } from "../start-all.ts";
import type { Terminal } from "../terminal.ts";

export type StartArguments = { readonly demo?: boolean };

/** `chesil start`: everything in one process, until a signal. @returns the exit code. */
export async function start(
  given: StartArguments,
  terminal: Terminal,
  consoleDir: string | undefined,
): Promise<number> {
  const loaded = loadConfig();
  if (!loaded.ok) {
    terminal.say(describeProblems(loaded.problems));
    return EXIT.badConfig;
  }
  const { config } = loaded;
  const telemetry = createTelemetry({ level: config.logLevel });
  const all = assembleAll(config, telemetry, { consoleDir, now: terminal.now });
  const began = performance.now();
  let demo: { stop(): Promise<void> } | undefined;
  const code = await runUntilStopped(all.lifecycle, {
    onEvent: (event) => telemetry.log(event),
    onReady: () => {
      telemetry.log({
        event: "ready",
        ms: Math.round(performance.now() - began),
        address: `http://${config.http.host}:${all.httpPort()}`,
      });
      terminal.data(`Chesil is ready (${((performance.now() - began) / 1000).toFixed(1)} s).`);
      terminal.data(`  console   http://${config.http.host}:${all.httpPort()}/`);
      const signIn = all.signInUrl();
      if (signIn) terminal.data(`  sign in   ${signIn}   (works once: it makes the first user)`);
      for (const feed of all.feeds()) terminal.data(feedLine(feed));
      terminal.data("  Ctrl-C stops it.");
      const open = all.feeds().find((feed) => feed.mode === "listen" && !feed.isSecure);
      if (given.demo && open) demo = startDemo({ host: open.host, port: open.port }, terminal);
    },
    onReload: () => void reload(all, config, { telemetry, terminal }),
  });
  await demo?.stop();
  const failure = all.failure();
  if (failure instanceof Error) terminal.say(`Chesil ended: ${explain(failure)}`);
  telemetry.close();
  return code;
}

function feedLine({ name, mode, host, port, isSecure }: FeedState): string {
  const how = isSecure ? ", TLS" : "";
  return mode === "dial"
    ? `  MLLP      dials ${host}:${port}   (feed ${name}${how})`
    : `  MLLP      ${host}:${port}   (feed ${name}${how})`;
}

/**
 * What the person who started it can do about it. Our own errors say so in their message; of any other the code alone
 * is told, because a database quotes rows in its words.
 */
function explain(error: Error & { code?: string; port?: number; address?: string }): string {
  if (error.code === "EADDRINUSE") {
    return `${error.address}:${error.port} is in use. Stop what listens there, or set another port (CHESIL_HTTP_PORT, CHESIL_MLLP_PORT).`;
  }
  const isOurs = ["EmbeddedPostgresError", "UnsafeDatabaseError", "NewerDatabaseError", "UsageError"].includes(
    error.name,
  );
  return isOurs ? error.message : `${error.name} ${error.code ?? ""}. The log names the part that failed.`;
}
