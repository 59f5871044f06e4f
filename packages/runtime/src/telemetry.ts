import type { Writable } from "node:stream";
import { createLogger, format, transports } from "winston";
import { EVENTS, type EventShape, type Level, type LogEvent } from "./telemetry-events.ts";
import { type Printable, printable } from "./telemetry-fields.ts";

const LEVELS: Readonly<Record<Level, number>> = { error: 0, warn: 1, info: 2, debug: 3 };

export type Telemetry = {
  /** Logs one event of the catalogue (`telemetry-events.ts`). Never throws. */
  log(event: LogEvent): void;
  close(): void;
};

/**
 * Logs to standard error: short lines for a person on a terminal, JSON lines otherwise. What may be said is the
 * catalogue's: other fields, and values that are not of their kind, are dropped.
 */
export function createTelemetry(
  options: { level?: Level; output?: Writable & { isTTY?: boolean }; now?: () => Date } = {},
): Telemetry {
  const output = options.output ?? process.stderr;
  const now = options.now ?? (() => new Date());
  const render = output.isTTY === true ? humanLine : jsonLine;
  // Whoever reads our log may go away first; that is no reason to stop.
  const ignore = () => {};
  output.on("error", ignore);
  const logger = createLogger({
    levels: LEVELS,
    level: options.level ?? "info",
    format: format.printf((info) => String(info.message)),
    transports: [new transports.Stream({ stream: output, eol: "\n" })],
    exitOnError: false,
  });
  return {
    log({ event, ...fields }) {
      const shape: EventShape | undefined = Object.hasOwn(EVENTS, event) ? EVENTS[event] : undefined;
      if (shape === undefined || !logger.isLevelEnabled(shape.level)) return;
      logger.log(shape.level, render(now(), shape.level, event, allowed(shape, fields)));
    },
    close() {
      logger.close();
      output.off("error", ignore);
    },
  };
}

/** The fields of the event's shape, in its order, each as its kind may be printed. */
function allowed(shape: EventShape, fields: Readonly<Record<string, unknown>>): [string, Printable][] {
  return Object.entries(shape.fields).flatMap(([name, kind]) => {
    const value = printable(kind, fields[name]);
    return value === undefined ? [] : [[name, value]];
  });
}

function jsonLine(at: Date, level: Level, event: string, fields: [string, Printable][]): string {
  return JSON.stringify({ at: at.toISOString(), level, event, ...Object.fromEntries(fields) });
}

function humanLine(at: Date, level: Level, event: string, fields: [string, Printable][]): string {
  const text = fields.map(
    ([name, value]) => `${name}=${typeof value === "object" ? Object.values(value).join("/") : value}`,
  );
  const loud = level === "error" || level === "warn" ? `${level.toUpperCase()} ` : "";
  return [at.toTimeString().slice(0, 8), `${loud}${event}`, ...text].join(" ");
}
