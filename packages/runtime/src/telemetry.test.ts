import { PassThrough } from "node:stream";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createTelemetry } from "./telemetry.ts";
import { EVENTS, type LogEvent } from "./telemetry-events.ts";

function collect(terminal = false) {
  const output = Object.assign(new PassThrough(), { isTTY: terminal });
  const telemetry = createTelemetry({ level: "debug", output, now: () => new Date("2026-03-04T05:06:07.008Z") });
  return { telemetry, text: () => String(output.read() ?? "") };
}

/** An event as no type checker would let it pass: any name of the catalogue, its fields and others holding anything. */
function anyEvent(value: fc.Arbitrary<unknown>): fc.Arbitrary<LogEvent> {
  return fc.constantFrom(...Object.keys(EVENTS)).chain((event) => {
    const fields = Object.keys(EVENTS[event as keyof typeof EVENTS].fields);
    const names = fc.oneof(fc.constantFrom("message", "stack", "detail", ...fields), fc.string());
    return fc.dictionary(names, value).map((given) => ({ ...given, event }) as LogEvent);
  });
}

/** Text as patients have it: names with a space or an apostrophe, NHS numbers, whole segments. */
const patientText = fc.oneof(
  fc.constantFrom("KANARI, Vogel", "9990004951", "999 000 4951", "PID|1||KANARI^^^RD3^MR", "O'KANARI", "Kanari Vogel"),
  fc.string({ minLength: 1 }).map((text) => `KANARI ${text}`),
);
const anyError = patientText.map((text) =>
  Object.assign(new TypeError(text, { cause: new Error(text) }), {
    code: text,
    detail: text,
    name: text,
    stack: text,
    where: text,
  }),
);
const CANARY = /kanari|vogel|9990004951|999 000 4951/i;

describe("telemetry", () => {
  it.each([false, true])("lets no patient's text through, in a field or in an error (terminal: %s)", (terminal) => {
    const withoutFolder = anyEvent(
      fc.oneof(patientText, anyError, fc.array(patientText), fc.record({ name: patientText })),
    );
    fc.assert(
      fc.property(withoutFolder, (event) => {
        const { telemetry, text } = collect(terminal);
        telemetry.log({ ...event, dataDir: undefined } as LogEvent);
        expect(text()).not.toMatch(CANARY);
      }),
      { numRuns: 500 },
    );
  });

  it.each([false, true])(
    "writes one line an event, free of control characters, whatever it is given (terminal: %s)",
    (terminal) => {
      fc.assert(
        fc.property(anyEvent(fc.oneof(fc.string({ unit: "binary" }), fc.anything())), (event) => {
          const { telemetry, text } = collect(terminal);
          telemetry.log(event);
          // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
          expect(text()).toMatch(/^[^\u0000-\u001f\u007f-\u009f\u2028-\u202e]+\n$/);
        }),
        { numRuns: 500 },
      );
    },
  );

  it("keeps of an error its class and code, and of PostgreSQL's the SQLSTATE", () => {
    const { telemetry, text } = collect();
    const error = Object.assign(new Error("Key (family)=(KANARI) already exists."), {
      code: "23505",
      name: "DatabaseError",
    });
    telemetry.log({ event: "storage-failed", feed: "poole-pas", messages: 3, error });
    telemetry.log({ event: "batch-failed", error: Object.assign(new TypeError("KANARI"), { code: "ECONNRESET" }) });
    telemetry.log({ event: "batch-failed", error: "KANARI" });
    const lines = text()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toEqual([
      {
        at: "2026-03-04T05:06:07.008Z",
        level: "error",
        event: "storage-failed",
        feed: "poole-pas",
        messages: 3,
        error: { name: "DatabaseError", sqlState: "23505" },
      },
      expect.objectContaining({ error: { name: "TypeError", code: "ECONNRESET" } }),
      expect.objectContaining({ error: { name: "Error" } }),
    ]);
  });

  it("is short on a terminal", () => {
    const { telemetry, text } = collect(true);
    telemetry.log({
      event: "feed-fault",
      feed: "poole-pas",
      remote: "10.0.0.7:4711",
      reason: "frame-too-large",
      bytes: 12,
    });
    expect(text()).toMatch(
      /^\d\d:06:07 WARN feed-fault feed=poole-pas remote=10.0.0.7:4711 reason=frame-too-large bytes=12\n$/,
    );
  });

  it("says nothing below its level, nothing outside the catalogue, and outlives a reader that left", () => {
    const output = new PassThrough();
    const telemetry = createTelemetry({ level: "warn", output });
    telemetry.log({ event: "ready", ms: 1 });
    telemetry.log({ event: "toString" } as never);
    expect(output.read()).toBeNull();
    output.destroy(new Error("EPIPE"));
    telemetry.log({ event: "feed-silent", feed: "a", minutes: 1 });
  });
});
