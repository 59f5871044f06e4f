import { existsSync, readdirSync, readFileSync } from "node:fs";
import { CHARSET_NAMES, CODE_SETS, PLACED_FIELDS } from "@chesil/hl7";
import { DEFAULT_MLLP_LIMITS } from "@chesil/mllp";
import { configJsonSchema, loadConfig, type SettingSchema } from "@chesil/runtime";
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
  it("takes the example in infra/", () => {
    const path = new URL("../infra/chesil.example.yaml", import.meta.url).pathname;
    const loaded = loadConfig({ environment: { CHESIL_CONFIG: path }, folder: "/nonexistent" });
    expect(loaded.ok ? [] : loaded.problems).toEqual([]);
  });

  const feed = configJsonSchema().properties?.feeds?.items?.properties;

  it("offers the character sets, code sets and places that hl7 reads", () => {
    expect([...(feed?.charset?.enum ?? [])].sort()).toEqual([...CHARSET_NAMES].sort());
    expect(Object.keys(feed?.codes?.properties ?? {}).sort()).toEqual([...CODE_SETS].sort());
    expect(Object.keys(feed?.places?.properties ?? {}).sort()).toEqual([...PLACED_FIELDS].sort());
  });

  it("has the limits of mllp, with its defaults", () => {
    const loaded = loadConfig({ environment: {}, folder: "/nonexistent" });
    expect(loaded.ok && loaded.config.mllp).toEqual(DEFAULT_MLLP_LIMITS);
    expect(Object.keys(feed?.limits?.properties ?? {}).sort()).toEqual(Object.keys(DEFAULT_MLLP_LIMITS).sort());
  });

  it("describes every setting", () => {
    const undescribed = (schema: SettingSchema, path: string): string[] =>
      Object.entries(schema.properties ?? schema.items?.properties ?? {}).flatMap(([name, part]) => [
        ...(part.description === undefined && part.enum?.length !== 1 ? [`${path}.${name}`] : []),
        ...undescribed(part, `${path}.${name}`),
      ]);
    expect(undescribed(configJsonSchema(), "")).toEqual([]);
  });
});
