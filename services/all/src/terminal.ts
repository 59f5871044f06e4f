/** What a command may do to the outside: data on stdout, everything else on stderr. */
export type Terminal = {
  /** One line of data. */
  data(line: string): void;
  /** One line for the person: progress is over, something is wrong, what to do next. */
  say(line: string): void;
  /** Rewrites the last line, on a terminal; a file or a pipe gets none of it. */
  progress(line: string): void;
  readonly isInteractive: boolean;
  /** Aborted by Ctrl-C. */
  readonly interrupted: AbortSignal;
  now(): Date;
  /** Listens to Ctrl-C no more. */
  close(): void;
};

/** The command was typed wrong: its message says how to type it. Exit code 2. */
export class UsageError extends Error {
  override name = "UsageError";
}

export function openTerminal(): Terminal {
  // Whoever reads us (`| head`) may have had enough: that is no failure of ours.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
  const interrupt = new AbortController();
  const onInterrupt = () => interrupt.abort();
  process.once("SIGINT", onInterrupt);
  const isInteractive = process.stderr.isTTY === true;
  let isRewriting = false;
  const finishLine = () => {
    if (isRewriting) process.stderr.write("\n");
    isRewriting = false;
  };
  return {
    data: (line) => {
      finishLine();
      process.stdout.write(`${line}\n`);
    },
    say: (line) => {
      finishLine();
      process.stderr.write(`${line}\n`);
    },
    progress: (line) => {
      if (!isInteractive) return;
      isRewriting = true;
      process.stderr.write(`\r\u001b[K${line}`);
    },
    isInteractive,
    interrupted: interrupt.signal,
    now: () => new Date(),
    close: () => {
      finishLine();
      process.off("SIGINT", onInterrupt);
    },
  };
}

/** `mllp://host:port`. @throws UsageError */
export function parseTarget(text: string): { host: string; port: number } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "mllp:" || url.hostname === "" || url.port === "") {
    throw new UsageError(`"${text}" is no MLLP address. Write it as mllp://127.0.0.1:2575.`);
  }
  return { host: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port) };
}
