import { existsSync, readdirSync, readFileSync } from "node:fs";
import { CHARSET_NAMES } from "@chesil/hl7";
import { DEFAULT_MLLP_LIMITS } from "@chesil/mllp";
import { configJsonSchema, loadConfig } from "@chesil/runtime";
import { beforeAll, describe, expect, it } from "vitest";
import { renderSchemas } from "../scripts/schemas.ts";

const FOLDER = new URL("../schemas/", import.meta.url);

describe("schemas/", () => {
  let rendered: Awaited<ReturnType<typeof renderSchemas>>;
  beforeAll(async () => {
    rendered = await renderSchemas();
  });

  it("holds what the code says: run `node scripts/schemas.ts` after a change", () => {
    for (const { url, text } of rendered) {
      expect(existsSync(url), url.pathname).toBe(true);
      expect(readFileSync(url, "utf8"), url.pathname).toBe(text);
    }
  });

  it("holds nothing else", () => {
    expect(readdirSync(FOLDER).sort()).toEqual(rendered.map(({ url }) => url.pathname.split("/").at(-1)).sort());
  });
});

describe("the configuration", () => {
  it("offers the character sets that hl7 reads", () => {
    const charsets = configJsonSchema().properties?.feeds?.items?.properties?.charset?.enum;
    expect([...(charsets ?? [])].sort()).toEqual([...CHARSET_NAMES].sort());
  });

  it("has the limits of mllp, with its defaults", () => {
    const loaded = loadConfig({ environment: {}, folder: "/nonexistent" });
    expect(loaded.ok && loaded.config.mllp).toEqual(DEFAULT_MLLP_LIMITS);
  });
});
