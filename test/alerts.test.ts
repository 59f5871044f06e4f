import { readFileSync } from "node:fs";
import { OUTCOMES } from "@chesil/model";
import { createMetrics } from "@chesil/runtime";
import { REVIEW_TASK_KINDS } from "@chesil/store";
import { describe, expect, it } from "vitest";

/** The alerts that operations start from are over metrics that there are: a typing error would be silent for ever. */

type Rule = { alert: string; expr: string; text: string };
const RULES: readonly Rule[] = readFileSync(new URL("../infra/prometheus/chesil.rules.yml", import.meta.url), "utf8")
  .split(/^ {6}- alert: /m)
  .slice(1)
  .map((text) => ({ alert: text.split("\n")[0] ?? "", expr: /^ +expr: (.*)$/m.exec(text)?.[1] ?? "", text }));

/** Every metric with its kind, and the label values that a closed list allows. */
const METRICS = (await createMetrics().text()).matchAll(/^# TYPE (\w+) (\w+)$/gm);
const KINDS = new Map([...METRICS].map(([, name = "", kind = ""]) => [name, kind]));
const LABEL_VALUES: Readonly<Record<string, readonly string[]>> = {
  kind: REVIEW_TASK_KINDS,
  state: ["open", "closed"],
  outcome: OUTCOMES,
};

/** `name{label="value"}`, as far as an expression names any. */
const selectorsOf = (expr: string) =>
  [...expr.matchAll(/(chesil_\w+)(?:\{([^}]*)\})?/g)].map(([, name = "", labels = ""]) => ({
    name: name.replace(/_bucket$/, ""),
    labels: [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = "", value = ""]) => [label, value] as const),
  }));

describe("the alert rules", () => {
  it.each(RULES)("$alert is over metrics and values that there are, and says what to do", ({ expr, text }) => {
    const selectors = selectorsOf(expr);
    expect(selectors.length).toBeGreaterThan(0);
    for (const { name, labels } of selectors) {
      expect([name, KINDS.has(name)]).toEqual([name, true]);
      for (const [label, value] of labels) {
        if (LABEL_VALUES[label]) expect(LABEL_VALUES[label]).toContain(value);
      }
    }
    for (const word of ["severity: ", 'summary: "', 'action: "']) expect(text).toContain(word);
  });

  it("raise one for a value that too many records share, as long as a task about it is open", async () => {
    const rule = RULES.find(({ alert }) => alert === "ChesilValueSharedByMany");
    const [selector = "", above] = (rule?.expr ?? "").split(" > ");
    expect(above).toBe("0");
    const metrics = createMetrics();
    metrics.reviewTasks([{ kind: "data-quality", state: "closed", tasks: 3 }], 0);
    expect(await metrics.text()).not.toContain(selector);
    metrics.reviewTasks([{ kind: "data-quality", state: "open", tasks: 2 }], 0);
    expect(await metrics.text()).toContain(`${selector} 2\n`);
  });
});
