import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Config, loadConfig, redact } from "./config.ts";
import { type ConfigProblem, describeProblems } from "./config-problem.ts";
import { configJsonSchema, type SettingSchema } from "./config-schema.ts";

function folder(yaml?: string): string {
  const path = mkdtempSync(join(tmpdir(), "config-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  if (yaml !== undefined) writeFileSync(join(path, "chesil.yaml"), yaml);
  return path;
}

function load(yaml?: string, environment: Record<string, string> = {}) {
  return loadConfig({ environment, folder: folder(yaml) });
}

function good(yaml?: string, environment: Record<string, string> = {}): Config {
  const result = load(yaml, environment);
  if (!result.ok) throw new Error(describeProblems(result.problems));
  return result.config;
}

function bad(yaml?: string, environment: Record<string, string> = {}): readonly ConfigProblem[] {
  const result = load(yaml, environment);
  return result.ok ? [] : result.problems;
}

/** Every single setting: its path, and its schema. */
function leaves(schema: SettingSchema, path: string[] = []): { path: string[]; schema: SettingSchema }[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, part]) =>
    part.properties === undefined ? [{ path: [...path, key], schema: part }] : leaves(part, [...path, key]),
  );
}
/** Texts that the list takes. */
const listOf = ({ items, examples }: SettingSchema) =>
  (items?.enum ?? examples?.[0] ?? ["a", "b"]) as readonly string[];
const SETTINGS = leaves(configJsonSchema()).filter(({ schema }) => schema.items?.type !== "object");
const at = (value: unknown, path: readonly string[]) => path.reduce<never>((node, key) => node[key], value as never);
const upperSnake = (key: string) => key.replace(/[A-Z]/g, "_$&").toUpperCase();

/** A text that a setting takes, as the environment has it and as it is then. */
const exampleOf = ({ examples }: { readonly examples?: readonly unknown[] }): [string, string] => {
  const text = String(examples?.[0] ?? "postgres://somewhere/x");
  return [text, text];
};

describe("configuration", () => {
  it("has a default for everything, and no secret among them", () => {
    expect(good()).toMatchObject({
      http: { host: "127.0.0.1", port: 8080 },
      feeds: [
        {
          name: "default",
          host: "127.0.0.1",
          port: 2575,
          acknowledgement: { transient: "close" },
          reuseWindowHours: 24,
        },
      ],
      session: { idleMinutes: 15, absoluteHours: 12 },
      shutdown: { drainMs: 20_000 },
    });
    expect(good()).not.toHaveProperty("bootstrapToken");
  });

  it("never throws, whatever the file and the environment hold", () => {
    const variable = fc.constantFrom(
      "CHESIL_HTTP_PORT",
      "CHESIL_MLLP_PORT",
      "CHESIL__FEEDS__0__PORT",
      "CHESIL__HTTP",
      "CHESIL__A__B",
    );
    const line = fc.constantFrom(
      "http:",
      "  port: 1",
      "feeds:",
      "- name: a",
      "  - 3",
      "feeds: x",
      "mllp: [",
      "http: 3",
      "&a [*a]",
      "? {}",
      "kafka: ~",
    );
    const yaml = fc.oneof(
      fc.string(),
      fc.array(line).map((lines) => lines.join("\n")),
    );
    const path = folder();
    fc.assert(
      fc.property(yaml, fc.dictionary(variable, fc.string()), (text, environment) => {
        writeFileSync(join(path, "chesil.yaml"), text);
        const result = loadConfig({ environment, folder: path });
        if (!result.ok) {
          expect(result.problems.length).toBeGreaterThan(0);
          for (const problem of result.problems) expect(problem.place).toMatch(/^chesil\.yaml(:\d+)?$|^CHESIL_/);
        }
      }),
    );
  });

  it.each(SETTINGS.map((setting) => [setting.path.join("."), setting] as const))(
    "takes %s from the environment",
    (name, { path, schema }) => {
      const [text, value] =
        schema.type === "integer"
          ? [String(schema.minimum ?? 1), schema.minimum]
          : schema.enum !== undefined
            ? [schema.enum.at(-1) ?? "", schema.enum.at(-1)]
            : schema.type === "number"
              ? ["0.25", 0.25]
              : schema.type === "array"
                ? [listOf(schema).join(", "), listOf(schema)]
                : exampleOf(schema);
      const environment = { [`CHESIL__${path.map(upperSnake).join("__")}`]: text };
      if (name === "kafka.brokers") {
        expect(bad(undefined, environment)).toMatchObject([
          { place: "CHESIL__KAFKA__BROKERS", setting: "kafka.brokers" },
        ]);
      } else if (name === "mllp.bufferedBytesMax" || name === "mllp.reconnectMsMax") {
        expect(bad(undefined, environment)).toMatchObject([{ setting: name, text: "is 1" }]);
      } else if (name === "dataDir") {
        expect(good(undefined, environment).dataDir).toMatch(/postgres:\/somewhere\/x$/);
      } else {
        expect(at(good(undefined, environment), path)).toEqual(value);
      }
    },
  );

  it.each(SETTINGS.map(({ path }) => path))("knows what %s %s was meant to be, with two letters swapped", (...path) => {
    const key = path.at(-1) ?? "";
    const middle = Math.floor(key.length / 2);
    const typo = key.slice(0, middle - 1) + key.charAt(middle) + key.charAt(middle - 1) + key.slice(middle + 1);
    if (typo === key) return;
    const yaml = path
      .slice(0, -1)
      .map((section, depth) => `${"  ".repeat(depth)}${section}:\n`)
      .join("");
    const problems = bad(`# first line\n${yaml}${"  ".repeat(path.length - 1)}${typo}: 1\n`);
    expect(problems).toMatchObject([
      { place: `chesil.yaml:${path.length + 1}`, text: "is no setting", remedy: `Did you mean ${path.join(".")}?` },
    ]);
  });

  it("reports every problem at once, each with its line and what to do", () => {
    const yaml = [
      "http:",
      "  port: eighty",
      "  hots: localhost",
      "port: 1",
      "feeds:",
      "  - name: Poole PAS",
      "    port: 2575",
      "    authority: RD3",
      "  - name: dorchester",
      "    port: 2575",
      "  - name: dorchester",
      "    port: 99999",
      "    authority: RBD",
      "    charset: klingon",
      "mllp: { frameBytesMax: 100000000 }",
      "logLevel: loud",
    ].join("\n");
    const problems = bad(yaml, {
      CHESIL_BOOTSTRAP_TOKEN: "tooshort",
      CHESIL_HTPP_PORT: "1",
      CHESIL_KAFKA_BROKERS: "one:9092",
    });
    expect(describeProblems(problems).split("\n")).toMatchInlineSnapshot(`
      [
        "Chesil cannot start: the configuration has 14 problems.",
        "  CHESIL_BOOTSTRAP_TOKEN: bootstrapToken has a value that will not do. Give text of at least 16 characters.",
        "  CHESIL_HTPP_PORT: names no setting. Did you mean CHESIL_HTTP_PORT?",
        "  CHESIL_KAFKA_BROKERS: kafka.brokers asks for Kafka, which this version of Chesil does not speak yet. Remove it: the event log is PostgreSQL.",
        "  chesil.yaml:2: http.port is "eighty". Give a whole number from 0 to 65535.",
        "  chesil.yaml:3: http.hots is no setting. Did you mean http.host?",
        "  chesil.yaml:4: port is no setting. Did you mean http.port or feeds[].port or destinations[].port?",
        "  chesil.yaml:6: feeds[0].name is "Poole PAS". Give text of another form (Lower-case letters, digits and hyphens: it names the feed on screens and in metrics). For example: poole-pas",
        "  chesil.yaml:9: feeds[1].authority is missing. Give a text. For example: RDZ",
        "  chesil.yaml:10: feeds[1].port is 2575, as feed Poole PAS has. Give each its own port.",
        "  chesil.yaml:11: feeds[2].name is used twice: "dorchester". Give each its own name.",
        "  chesil.yaml:12: feeds[2].port is 99999. Give a whole number from 0 to 65535.",
        "  chesil.yaml:14: feeds[2].charset is "klingon". Give one of ascii, utf-8, windows-1252, iso-8859-1, iso-8859-2, iso-8859-3, iso-8859-4, iso-8859-5, iso-8859-6, iso-8859-7, iso-8859-8, iso-8859-9, iso-8859-10, iso-8859-11, iso-8859-13, iso-8859-14, iso-8859-15, gb18030, big5, euc-kr, shift_jis, iso-2022-jp.",
        "  chesil.yaml:15: mllp.bufferedBytesMax is 67108864. One frame must be able to finish: frameBytesMax must be below bufferedBytesMax.",
        "  chesil.yaml:16: logLevel is "loud". Give one of error, warn, info, debug.",
      ]
    `);
  });

  it("gives the place of broken YAML, and of keys written twice", () => {
    expect(bad("http:\n  port: 1\n  port: 2\n")).toMatchObject([{ place: "chesil.yaml:3" }]);
    expect(bad("http: [\n")[0]?.place).toMatch(/^chesil\.yaml:\d$/);
    expect(bad("- a\n")).toMatchObject([{ place: "chesil.yaml", text: "is no list of settings" }]);
  });

  it("applies the environment over the file, and the file over the defaults", () => {
    const yaml =
      "http: { port: 1, host: 0.0.0.0 }\nfeeds:\n- { name: poole-pas, port: 7000, authority: RD3 }\n- { name: default, port: 7001, authority: X }\n";
    const environment = {
      CHESIL_HTTP_PORT: "2",
      CHESIL_MLLP_PORT: "7002",
      CHESIL__FEEDS__POOLE_PAS__NHS_NUMBER_TRACED: "true",
    };
    const config = good(yaml, environment);
    expect(config.http).toMatchObject({ port: 2, host: "0.0.0.0" });
    expect(config.feeds.map(({ name, port, nhsNumberTraced }) => [name, port, nhsNumberTraced])).toEqual([
      ["poole-pas", 7000, true],
      ["default", 7002, false],
    ]);
  });

  it("cannot tell which of several feeds CHESIL_MLLP_PORT means", () => {
    const yaml = "feeds:\n- { name: a, port: 1, authority: A }\n- { name: b, port: 2, authority: B }\n";
    expect(bad(yaml, { CHESIL_MLLP_PORT: "3" })).toMatchObject([{ place: "CHESIL_MLLP_PORT", setting: "feeds" }]);
    expect(good("feeds:\n- { name: a, port: 1, authority: A }\n", { CHESIL_MLLP_PORT: "3" }).feeds[0]?.port).toBe(3);
  });

  it("lets listeners share a port on different addresses only", () => {
    const feeds = (host: string) =>
      `feeds:\n- { name: a, port: 1, authority: A }\n- { name: b, port: 1, host: ${host}, authority: B }\n`;
    expect(bad(feeds("10.0.0.1"))).toEqual([]);
    expect(bad(feeds("0.0.0.0"))).toMatchObject([{ place: "chesil.yaml:3", setting: "feeds[1].port" }]);
  });

  it("leaves strangers in the environment alone, and takes an empty variable for none", () => {
    const environment = {
      CHESIL_SERVICE_HOST: "10.0.0.1",
      CHESIL_PORT_8080_TCP: "tcp://x",
      CHESIL_CORPUS: "/x",
      CHESIL_HTTP_PORT: "",
    };
    expect(good(undefined, environment).http.port).toBe(8080);
  });

  it("reads the file that CHESIL_CONFIG names, and says when it cannot", () => {
    const path = folder();
    writeFileSync(join(path, "other.yaml"), "http:\n  port: x\n");
    const load = (name: string) => loadConfig({ environment: { CHESIL_CONFIG: name }, folder: path });
    expect(load("other.yaml")).toMatchObject({ problems: [{ place: "other.yaml:2" }] });
    expect(load("missing.yaml")).toMatchObject({ problems: [{ place: "CHESIL_CONFIG" }] });
  });

  it("is frozen through and through", () => {
    const visit = (value: unknown) => {
      if (typeof value !== "object" || value === null) return;
      expect(Object.isFrozen(value)).toBe(true);
      Object.values(value).forEach(visit);
    };
    visit(good());
  });

  it("never shows a secret, neither redacted nor in a problem", () => {
    const secret = fc.stringMatching(/^[a-z0-9]{16,30}$/).map((text) => `KANARI${text}`);
    const path = folder();
    fc.assert(
      fc.property(secret, (text) => {
        const sound = {
          CHESIL_BOOTSTRAP_TOKEN: text,
          CHESIL_DATABASE_URL: `postgres://u:${text}@host:5432/db?sslkey=${text}`,
        };
        const result = loadConfig({ environment: sound, folder: path });
        expect(result.ok && JSON.stringify(redact(result.config))).not.toContain("KANARI");
        expect(result.ok && JSON.stringify(redact(result.config))).toContain("postgres://host:5432/db");
        const broken = { CHESIL_BOOTSTRAP_TOKEN: text.slice(0, 10), CHESIL_DATABASE_URL: `mysql://${text}` };
        const problems = loadConfig({ environment: broken, folder: path });
        expect(problems.ok ? [] : problems.problems).toHaveLength(2);
        expect(JSON.stringify(problems)).not.toContain("KANARI");
      }),
      { numRuns: 25 },
    );
  });
});
