import { describe, expect, it } from "vitest";
import { bundleEvents } from "./bundle-events.ts";
import { CONTEXT, GP_RECORD } from "./example-bundle.ts";
import { BUNDLE_BYTES_MAX, BUNDLE_DEPTH_MAX, ENTRIES_MAX } from "./limits.ts";
import { parseBundle } from "./parse-bundle.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const nested = (depth: number) => bytes(`${"[".repeat(depth)}${"]".repeat(depth)}`);

describe("parseBundle", () => {
  it("reads JSON, with a byte order mark too", () => {
    expect(parseBundle(bytes(JSON.stringify(GP_RECORD)))).toEqual({ ok: true, bundle: GP_RECORD });
    expect(parseBundle(bytes('\ufeff{"a":1}'))).toEqual({ ok: true, bundle: { a: 1 } });
  });

  it("takes the size of the limit and no byte more", () => {
    const space = new Uint8Array(BUNDLE_BYTES_MAX + 1).fill(0x20);
    space[0] = 0x37;
    expect(parseBundle(space.subarray(0, BUNDLE_BYTES_MAX))).toEqual({ ok: true, bundle: 7 });
    expect(parseBundle(space)).toMatchObject({ ok: false, text: expect.stringContaining("64 MiB") });
  });

  it("takes the depth of the limit and no level more; what stands in a string is no level", () => {
    expect(parseBundle(nested(BUNDLE_DEPTH_MAX))).toMatchObject({ ok: true });
    expect(parseBundle(nested(BUNDLE_DEPTH_MAX + 1))).toMatchObject({ ok: false });
    expect(parseBundle(nested(1_000_000))).toMatchObject({ ok: false });
    const brackets = JSON.stringify(["[[[[\\".repeat(100), '"[{'.repeat(100)]);
    expect(parseBundle(bytes(brackets))).toEqual({ ok: true, bundle: JSON.parse(brackets) });
  });

  it("says what is wrong with what is no JSON", () => {
    expect(parseBundle(bytes('{"a":'))).toEqual({ ok: false, text: "It is no JSON." });
    expect(parseBundle(bytes('{"a":"unfinished'))).toEqual({ ok: false, text: "It is no JSON." });
    expect(parseBundle(new Uint8Array([0x22, 0xff, 0x22]))).toEqual({ ok: false, text: "It is not UTF-8." });
  });
});

it("a Bundle has a limit of entries", () => {
  const entry = new Array(ENTRIES_MAX + 1).fill(GP_RECORD.entry[0]);
  expect(bundleEvents({ ...GP_RECORD, entry }, CONTEXT)).toMatchObject({ ok: false, reason: "not-readable" });
});
