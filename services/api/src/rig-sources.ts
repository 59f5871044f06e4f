import { defaultModel } from "@chesil/matching";
import { OUTCOMES, type Outcome } from "@chesil/model";
import type { Snapshot } from "./live/snapshot.ts";
import type { ModelDesk } from "./models/model-desk.ts";

/** What the API of a test rig is given by whoever runs the services: the numbers of the live page, and a desk of models. */

const count = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
const FEED = {
  name: "poole-pas",
  kind: "mllp",
  address: "127.0.0.1:2575",
  connections: 1,
  connected: true,
  lastMessageAt: null,
  receivedTotal: 3,
  receivedPerSecond: 0.5,
  silent: false,
};

export function snapshotAt(at: Date): Snapshot {
  return {
    at: at.toISOString(),
    ready: true,
    feeds: [FEED],
    receivedPerSecond: 0.5,
    appliedPerSecond: 0.5,
    outcomes: count,
    received: 3,
    inFlight: 0,
    ackMs: { p50: 2, p95: 5, p99: 9 },
    applyMs: null,
    backlog: { messages: 0, oldestSeconds: 0 },
    persons: 2,
    sourceRecords: 2,
    reviewTasksOpen: 1,
    parkedIdentities: 0,
    parkedOldestSeconds: 0,
  };
}

/** No model was tried, and nothing measured. */
export const NO_MODELS: ModelDesk = {
  summarise: async () => undefined,
  simulate: async () => undefined,
  drift: async () => ({
    ...{ version: defaultModel.version, day: null, against: "training", baseline: null, drifts: [] },
    rates: { linked: null, alone: null, asked: null, candidatesMean: null, candidatesP99: null },
    figures: {
      ...{ levels: {}, missing: {}, candidates: {}, clusters: {}, compared: { records: 0, candidates: 0 } },
      decisions: { linked: 0, alone: 0, asked: 0 },
    },
  }),
};
