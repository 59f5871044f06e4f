import { describe, expect, it } from "vitest";
import { createMetrics } from "./metrics.ts";

/** interfaces.md, word for word, and what is held back. */
const PROMISED = [
  "chesil_messages_received_total{feed}",
  "chesil_messages_outcome_total{feed,outcome}",
  "chesil_ack_seconds{feed}",
  "chesil_apply_seconds{feed}",
  "chesil_backlog_messages{stage}",
  "chesil_backlog_oldest_seconds{stage}",
  "chesil_match_seconds",
  "chesil_match_candidates",
  "chesil_match_decisions_total{decision}",
  "chesil_review_tasks{kind,state}",
  "chesil_review_oldest_seconds",
  "chesil_parked_identities",
  "chesil_parked_oldest_seconds",
  "chesil_feed_connected{feed}",
  "chesil_feed_last_message_timestamp_seconds{feed}",
];

function filled() {
  const metrics = createMetrics();
  const feed = metrics.forFeed("poole-pas");
  feed.received();
  feed.outcome("applied");
  feed.outcome("duplicate", 2);
  feed.acknowledged(3);
  feed.applied(40);
  feed.connected(2);
  feed.lastMessage(new Date("2026-01-01T00:00:00Z"));
  metrics.backlog("resolve", 7, 1.5);
  metrics.matched(2, 12, "link");
  metrics.reviewTasks([{ kind: "possible-match", state: "open", tasks: 4 }], 3600);
  metrics.parked(3, 90);
  return metrics;
}

describe("metrics", () => {
  it("are those promised, with their labels", async () => {
    const labels = new Map<string, Set<string>>();
    for (const line of (await filled().text()).split("\n")) {
      const match = /^(\w+?)(?:_(?:bucket|sum|count))?(?:\{(.*)\})? \S+$/.exec(line);
      if (match?.[1] === undefined) continue;
      const names = [...(match[2] ?? "").matchAll(/(\w+)="/g)]
        .map(([, name]) => name ?? "")
        .filter((name) => name !== "le");
      labels.set(match[1], new Set([...(labels.get(match[1]) ?? []), ...names]));
    }
    const found = [...labels].map(([name, of]) => (of.size === 0 ? name : `${name}{${[...of].join(",")}}`));
    expect(found.sort()).toEqual([...PROMISED].sort());
  });

  it("are in seconds outside", async () => {
    const text = await filled().text();
    expect(text).toContain('chesil_ack_seconds_bucket{le="0.0025",feed="poole-pas"} 0');
    expect(text).toContain('chesil_ack_seconds_bucket{le="0.005",feed="poole-pas"} 1');
    expect(text).toContain('chesil_apply_seconds_sum{feed="poole-pas"} 0.04');
    expect(text).toContain('chesil_messages_outcome_total{feed="poole-pas",outcome="duplicate"} 2');
    expect(text).toContain('chesil_feed_last_message_timestamp_seconds{feed="poole-pas"} 1767225600');
  });

  it("show a feed that never spoke as zero", async () => {
    const metrics = createMetrics();
    metrics.forFeed("silent");
    expect(await metrics.text()).toContain('chesil_messages_received_total{feed="silent"} 0');
  });

  it("forget review tasks that are gone", async () => {
    const metrics = filled();
    metrics.reviewTasks([], 0);
    expect(await metrics.text()).not.toContain("possible-match");
  });

  it("are refreshed before a scrape, and served though a refresh fails", async () => {
    const metrics = createMetrics();
    metrics.beforeScrape(() => Promise.reject(new Error("storage down")));
    metrics.beforeScrape(() => metrics.backlog("resolve", 9, 1));
    expect(await metrics.text()).toContain('chesil_backlog_messages{stage="resolve"} 9');
  });

  it("belong to the one who made them", async () => {
    filled();
    expect(await createMetrics().text()).not.toContain("poole-pas");
  });

  it("feed the live page", () => {
    expect(filled().recent.ack.percentiles()?.p50).toBeCloseTo(3, 0);
  });
});
